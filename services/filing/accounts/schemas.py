"""HTTP shapes of dedicated accounts."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from common.ids import AccountId, OrganisationId, SecretId
from common.schemas import Input, Name, Output, RegionCode

Role = Literal[
    "authority",
    "plan_filer",
    "result_recorder",
    "organisation_reader",
    "organisation_administrator",
    "centre_reviewer",
    "centre_dispatcher",
    "centre_head",
    "supervisor",
]


class AccountIn(Input):
    """An account to be granted to an organisation, to a region's centre, or to the authority."""

    role: Role = Field(examples=["plan_filer"])
    organisation_id: OrganisationId | None = None
    region: RegionCode | None = Field(default=None, examples=[None])
    label: Name = Field(description="whom it is for", examples=["人力资源部备案专用"])
    expires_on: date | None = Field(default=None, description="last day; none: until it is revoked")


class SecretSummary(Output):
    """A secret that is known to exist; what it is was shown once."""

    id: SecretId
    made_at: datetime
    expires_on: date | None
    retired_at: datetime | None


class KeySummary(Output):
    """A public key of the account."""

    kid: str
    added_at: datetime
    retired_at: datetime | None


class AccountOut(Output):
    """An account. Its secret is shown once, in the first answer; a repetition of the request is told null."""

    account_id: AccountId
    client_id: str
    client_secret: str | None
    role: Role
    organisation_id: OrganisationId | None
    region: str | None
    label: str
    granted_at: datetime
    expires_on: date | None
    last_used_at: datetime | None = Field(description="when it last got a token, to the minute")
    revoked_at: datetime | None


class AccountDetail(AccountOut):
    """An account with what it shows itself by."""

    secrets: list[SecretSummary]
    keys: list[KeySummary]


class SecretIn(Input):
    """A second secret, that takes the place of the first."""

    expires_on: date | None = Field(default=None, description="last day; none: until it is retired")


class SecretOut(SecretSummary):
    """A new secret, shown in this answer and never again; a repetition of the request is told null."""

    client_secret: str | None


class KeyIn(Input):
    """A public key as a JWK (RFC 7517): EC on P-256, or RSA of 2048 bits or more."""

    jwk: dict[str, Any] = Field(
        examples=[
            {
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }
        ]
    )


class RevocationOut(Output):
    """The end of an account; its tokens are refused on every service."""

    account_id: AccountId
    revoked_at: datetime
