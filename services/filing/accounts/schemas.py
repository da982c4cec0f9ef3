"""HTTP shapes of dedicated accounts."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from common.ids import AccountId, OrganisationId
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
    revoked_at: datetime | None


class RevocationOut(Output):
    """The end of an account; its tokens are refused on every service."""

    account_id: AccountId
    revoked_at: datetime
