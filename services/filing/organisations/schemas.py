"""HTTP shapes of organisations, applications and decisions."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from common.events.filing import Mode, OrganisationKind, OrganisationState
from common.ids import OrganisationId
from common.schemas import Bool, Input, Int, Line, Name, Output, RegionCode
from filing.documents.schemas import DocumentIn

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,19}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z.-]{0,39}$")]
Level = Annotated[Int, Field(ge=1, le=5)]


class Contact(Input):
    """A person to ask; sealed at rest."""

    name: Name = Field(examples=["李静"])
    phone: Phone = Field(examples=["025-83230000"])


class ScopeEntryIn(Input):
    """Items × levels × regions × modes."""

    item_codes: tuple[ItemCode, ...] = Field(
        default=(), max_length=500, description="none: every item of the list", examples=[["6-18-02-04"]]
    )
    levels: tuple[Level, ...] = Field(min_length=1, max_length=5, examples=[[5, 4, 3]])
    regions: tuple[RegionCode, ...] = Field(min_length=1, max_length=120, examples=[["320100"]])
    modes: tuple[Mode, ...] = Field(min_length=1, max_length=4, examples=[["enterprise"]])


Scope = Annotated[tuple[ScopeEntryIn, ...], Field(max_length=50)]
Documents = Annotated[tuple[DocumentIn, ...], Field(max_length=50)]


class ApplicationIn(Input):
    """An organisation that wants to evaluate (Art. 12)."""

    uscc: Annotated[str, StringConstraints(max_length=40)] = Field(
        description="unified social credit code (GB 32100)", examples=["91320100MA1NQ3PF19"]
    )
    name: Line = Field(examples=["江苏长江机械有限公司"])
    kind: OrganisationKind = Field(examples=["employer"])
    region: RegionCode = Field(description="county of its seat (GB/T 2260)", examples=["320104"])
    contact: Contact
    scope: Scope = Field(default=(), description="what it wants to evaluate")
    documents: Documents = Field(
        default=(), description="by hash; send each to /documents afterwards", examples=[[]]
    )


class RegisterIn(Input):
    """Positions 1–13 of the organisation's certificate numbers."""

    category: Literal["Y", "S"] = Field(description="Y: employer, S: everyone else", examples=["Y"])
    organisation_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] = Field(
        description="0000: first filed with the province", examples=["0000"]
    )
    province: Literal["32"] = Field(default="32", examples=["32"])
    site_serial: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] = Field(examples=["000017"])


class DecisionIn(Input):
    """Approval with scope, register and validity, or refusal with reasons.

    An approved organisation is approved anew when its scope changes; the register then stays unless another is given.
    Scope and validity that are left out are those that were asked for.
    """

    approve: Bool = Field(examples=[True])
    scope: Scope = ()
    register_code: RegisterIn | None = Field(default=None, alias="register")
    valid_from: date | None = Field(default=None, examples=["2026-11-23"])
    valid_to: date | None = Field(default=None, examples=["2029-11-22"])
    reasons: tuple[Line, ...] = Field(default=(), max_length=20)


class RegisterOut(Output):
    """A certificate register."""

    category: str
    organisation_code: str
    province: str
    site_serial: str


class ScopeEntryOut(Output):
    """What may be evaluated."""

    item_codes: list[str]
    levels: list[int]
    regions: list[str]
    modes: list[Mode]


class OrganisationOut(Output):
    """An organisation as everyone may see it: who it is, and what it may evaluate (Art. 20)."""

    id: OrganisationId
    uscc: str
    name: str
    kind: OrganisationKind
    region: str
    state: OrganisationState = Field(description="on the day asked for, else today")
    case: str | None = Field(default=None, description="by which it is suspended or listed (Art. 22)")
    applied_at: datetime
    scope: list[ScopeEntryOut] = Field(description="on the day asked for, else of the newest approval")
    valid_from: date | None
    valid_to: date | None
    registers: list[RegisterOut]
    reasons: list[str] = Field(description="why it was refused")


class OrganisationSummary(Output):
    """A line of the list of organisations."""

    id: OrganisationId
    uscc: str
    name: str
    kind: OrganisationKind
    region: str
