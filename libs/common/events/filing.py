"""What filing tells: token keys, organisations, accounts, and plans."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import AccountId, OrganisationId, PlanId, StandardId

OrganisationKind = Literal[
    "employer", "third_party_agency", "industry_body", "school", "government_centre", "foreign_body"
]
Mode = Literal["enterprise", "social", "school", "competition"]
PlanKind = Literal["employer", "social", "school"]


class TokenKeyPublished(Event):
    """A key that access tokens may be signed with; services check tokens with it offline (RFC 7517 JWK)."""

    type: ClassVar[str] = "skills.filing.token-key.published.v1"
    kid: str
    jwk: dict[str, str]
    not_after: datetime | None = None

    @property
    def key(self) -> str:
        return f"token-key:{self.kid}"


class ScopeEntry(BaseModel):
    """What an organisation may evaluate: items × levels × regions × modes (Art. 12)."""

    model_config = ConfigDict(frozen=True)
    item_codes: tuple[str, ...] = Field(description="empty: every item of the list")
    levels: tuple[int, ...]
    regions: tuple[str, ...] = Field(
        description="GB/T 2260 codes; a city or the province covers its counties"
    )
    modes: tuple[Mode, ...]


class RegisterAssigned(BaseModel):
    """The organisation's certificate register: positions 1–13 of its certificate numbers (DOMAIN: numbers)."""

    model_config = ConfigDict(frozen=True)
    category: str
    organisation_code: str
    province: str
    site_serial: str


class OrganisationApproved(Event):
    """An evaluating body may evaluate within this scope (Art. 12). Said again when the scope changes."""

    type: ClassVar[str] = "skills.filing.organisation.approved.v1"
    organisation_id: OrganisationId
    uscc: str
    name: str
    kind: OrganisationKind
    region: str
    register_code: RegisterAssigned
    scope: tuple[ScopeEntry, ...]
    valid_from: date
    valid_to: date

    @property
    def key(self) -> str:
        return f"organisation:{self.organisation_id}"


class AccountRevoked(Event):
    """An account's tokens are refused from now on, on every service."""

    type: ClassVar[str] = "skills.filing.account.revoked.v1"
    account_id: AccountId
    revoked_at: datetime

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class PlanItem(BaseModel):
    """One item at one level in a plan, under a named standard, with the number of candidates expected."""

    model_config = ConfigDict(frozen=True)
    item_code: str
    item_name: str
    track: str
    level: int
    standard_id: StandardId
    standard_name: str
    headcount: int


class Site(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str
    region: str
    address: str


class Examiner(BaseModel):
    """An examiner named in a plan: by card number and name, as the field does (examiners act in office)."""

    model_config = ConfigDict(frozen=True)
    card_number: str
    name: str
    is_leader: bool = False


class PlanFiled(Event):
    """A plan was put on record, in time or admitted late with a reason (Art. 18(1))."""

    type: ClassVar[str] = "skills.filing.plan.filed.v1"
    plan_id: PlanId
    number: str
    organisation_id: OrganisationId
    kind: PlanKind
    region: str
    starts_on: date
    filed_on: date

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanAccepted(Event):
    """The centre accepted a plan: everything the other services need to know of it, as it stood on that day."""

    type: ClassVar[str] = "skills.filing.plan.accepted.v1"
    plan_id: PlanId
    number: str
    name: str
    organisation_id: OrganisationId
    organisation_name: str
    organisation_kind: OrganisationKind
    uscc: str
    kind: PlanKind
    mode: Mode
    region: str = Field(description="county of the site: the centre in charge")
    site: Site
    items: tuple[PlanItem, ...]
    examiners: tuple[Examiner, ...]
    starts_on: date
    ends_on: date
    filed_on: date
    last_filing_day: date
    deadline_provisional: bool = False
    recorder_account_id: AccountId | None = Field(default=None, description="who may enter the batch")
    accepted_at: datetime
    accepted_by: AccountId

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanReturned(Event):
    """The centre returned a plan with reasons, to be mended and filed again."""

    type: ClassVar[str] = "skills.filing.plan.returned.v1"
    plan_id: PlanId
    reasons: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"
