"""HTTP shapes of complaints."""

from datetime import date, datetime

from pydantic import Field

from audit.complaints.domain import Outcome, State, Subject
from common.ids import ComplaintId, EvidenceId, OrganisationId
from common.schemas import Input, Line, Note, Output, RegionCode


class ComplaintIn(Input):
    """What somebody complains of. A contact may be left out; with or without, it is sealed for the centre alone."""

    subject: Subject = Field(examples=["organisation"])
    about: Line = Field(
        max_length=100,
        description="name, number or code of what it is about",
        examples=["南京求精技能评价服务有限公司"],
    )
    region: RegionCode = Field(description="where it happened: its centre looks into it", examples=["320106"])
    text: Note = Field(min_length=10, max_length=10_000, examples=["考试当天无督导员到场，考评员中途离开。"])
    contact: Line | None = Field(
        default=None, max_length=200, description="for questions; may be left out", examples=["025-00000000"]
    )


class ReceiptOut(Output):
    """That it was received: with the token, and only with it, one sees how it stands. It is shown once."""

    id: ComplaintId
    token: str
    acknowledge_by: date
    answer_by: date


class ComplaintOut(Output):
    """How a complaint stands, for whoever has its token."""

    id: ComplaintId
    state: State
    received_at: datetime
    acknowledge_by: date
    answer_by: date
    overdue: bool
    outcome: Outcome | None
    reply: str | None


class ComplaintDetail(ComplaintOut):
    """A complaint for the centre that looks into it; null where its key was taken away."""

    subject: Subject
    region: str
    about: str | None
    text: str | None
    contact: str | None
    photos: tuple[EvidenceId, ...]


class PhotoOut(Output):
    """A photograph that was kept."""

    id: EvidenceId
    size: int = Field(description="bytes kept, without position, device and comments")


class AcknowledgementIn(Input):
    """Whether the centre takes it up."""

    accepted: bool
    reply: Note = Field(
        min_length=2, max_length=2000, description="read by the complainant", examples=["已受理，正在核查。"]
    )


class AnswerIn(Input):
    """What came of it."""

    outcome: Outcome
    reply: Note = Field(
        min_length=5,
        max_length=4000,
        description="read by the complainant",
        examples=["经查属实，已依规处理。"],
    )
    organisation_id: OrganisationId | None = Field(
        default=None, description="the body whose record it goes into, where it was founded"
    )
    card_number: Line | None = Field(
        default=None,
        max_length=30,
        description="the examiner or supervisor whose practice record it goes into",
    )
