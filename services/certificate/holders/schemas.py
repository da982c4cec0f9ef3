"""HTTP shapes of holders' own certificates and of what they share."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from certificate.certificates.schemas import NUMBER_EXAMPLE
from certificate.holders import domain
from certificate.verification.domain import Verdict
from certificate.verification.schemas import ReasonOut
from common.certificate_code import Kind
from common.ids import ShareId
from common.schemas import Input, Int, Output


class OwnCertificateOut(Output):
    """A certificate as its holder sees it: nothing is masked, and whether it is valid now is said with reasons."""

    number: str = Field(examples=[NUMBER_EXAMPLE])
    version: int
    kind: Kind
    item_code: str = Field(examples=["6-31-01-03"])
    item_name: str = Field(examples=["电工"])
    level: int | None = Field(examples=[3])
    level_name: str | None = Field(examples=["三级/高级工"])
    holder: str = Field(examples=["张三"])
    organisation_name: str
    entrusted_by: str | None
    issued_on: date
    verdict: Verdict
    state: str
    reasons: list[ReasonOut]
    code: str = Field(description="the text of the QR code")


class OwnCertificatesOut(Output):
    """All certificates of a person."""

    certificates: list[OwnCertificateOut]


class ShareIn(Input):
    """What a link shows besides kind, item, level and validity, and for how many days."""

    fields: Annotated[list[domain.Field], Field(max_length=len(domain.FIELDS))] = Field(
        default=["name", "number", "organisation", "issued_on"], examples=[["name", "issued_on"]]
    )
    days: Annotated[Int, Field(ge=1, le=domain.MOST_DAYS)] = 7


class ShareOut(Output):
    """A link as its holder sees it."""

    id: ShareId
    number: str = Field(examples=[NUMBER_EXAMPLE])
    fields: list[domain.Field]
    shared_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int = Field(description="how often it was opened")
    last_opened_at: datetime | None


class ShareMadeOut(ShareOut):
    """A new link. Its address is shown once; only its hash is kept."""

    url: str = Field(examples=["https://skills.example.org/certificate/v1/shared/pq3c7Jn0tIuKZ5l1wXr8Vg"])


class SharesOut(Output):
    """All links of a person, the newest first."""

    shares: list[ShareOut]


class GroundOut(Output):
    """What the certificate rests on."""

    plan_number: str | None
    filed_on: date | None
    starts_on: date | None
    standard: str | None
    recognised_at: datetime | None


class SharedOut(Output):
    """What a holder shares: who, until when, whether it is valid now, and the fields that were chosen."""

    shared_by: str = Field(description="masked, unless the full name was chosen", examples=["张*"])
    shared_at: datetime
    expires_at: datetime
    verdict: Verdict
    state: str
    reasons: list[ReasonOut]
    checked_at: datetime
    kind: Kind
    kind_name: str
    item_code: str
    item_name: str
    level: int | None
    level_name: str | None
    number: str | None = None
    organisation_name: str | None = None
    entrusted_by: str | None = None
    issued_on: date | None = None
    ground: GroundOut | None = None


ShareToken = Annotated[str, StringConstraints(max_length=64)]
