"""HTTP shapes of consultations."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from catalog.consultations.domain import Stance, Subject, Verdict
from catalog.day import Day
from common.documents import Sha256
from common.ids import ConsultationId, OpinionId, OrganisationId
from common.schemas import Input, Int, Line, Name, Note, Output

Clause = Annotated[
    Int, Field(ge=0, le=500, description="its number in the draft; 0: the whole", examples=[3])
]


class ConsultationIn(Input):
    """A draft to be put before the public; its clauses are numbered from 1 in their order."""

    title: Line = Field(examples=["江苏省职业技能等级目录(2027年调整,征求意见稿)"])
    subject: Subject
    document_sha256: Sha256 | None = Field(
        default=None, description="the whole draft, sent before to /documents"
    )
    clauses: list[Note] = Field(min_length=1, max_length=500, examples=[["第一条 目录清单按年调整。"]])
    deadline: Day = Field(description="last day, until midnight in China", examples=["2026-12-31"])


class ConsultationOut(Output):
    """A consultation; once it is closed, its summary is published."""

    id: ConsultationId
    title: str
    subject: Subject
    document_sha256: str | None
    clauses: list[str]
    deadline: date
    is_open: bool = Field(description="opinions are taken now")
    opened_at: datetime
    closed_at: datetime | None


class ExtensionIn(Input):
    """A later last day, with the reason that is published."""

    deadline: Day = Field(examples=["2027-01-15"])
    reason: Line = Field(examples=["应多家机构要求延长"])


class ContactIn(Input):
    """Who may be asked back; sealed at rest, and never published."""

    name: Name = Field(examples=["李静姝"])
    reach: Line = Field(description="telephone or e-mail", examples=["025-83230017"])


class OpinionIn(Input):
    """What somebody thinks of a clause, or of the whole draft."""

    clause: Clause = 0
    stance: Stance
    text: Note = Field(examples=["建议保留该职业的五级。"])
    proposal: Note | None = Field(default=None, description="how it should read; asked for when amending")
    contact: ContactIn | None = None


class AnswerOut(Output):
    """What became of an opinion, and why."""

    verdict: Verdict
    reason: str
    answered_at: datetime


class ReceiptOut(Output):
    """An opinion was taken. The receipt follows it: keep it, it is not shown again."""

    receipt: str
    given_at: datetime


class OpinionOut(Output):
    """An opinion as its author sees it."""

    consultation_id: ConsultationId
    clause: int
    stance: Stance
    text: str
    proposal: str | None
    given_at: datetime
    withdrawn_at: datetime | None
    answer: AnswerOut | None


class OpinionLine(OpinionOut):
    """An opinion as the authority sees it."""

    id: OpinionId
    organisation_id: OrganisationId | None
    contact: ContactIn | None


class AnswersIn(Input):
    """One answer to opinions that say the same."""

    opinion_ids: list[OpinionId] = Field(min_length=1, max_length=500)
    verdict: Verdict
    reason: Note = Field(examples=["已在第三条中采纳。"])


class AnsweredOut(Output):
    """How many opinions were answered, and how many wait."""

    answered: int
    waiting: int


class CountOut(Output):
    """How many opinions of one stance on a clause came to one answer."""

    clause: int
    stance: Stance
    verdict: Verdict
    opinions: int


class PublishedOpinion(Output):
    """An opinion and its answer as they are published: nothing tells who gave it."""

    clause: int
    stance: Stance
    text: str
    proposal: str | None
    verdict: Verdict
    reason: str


class SummaryOut(Output):
    """What came of a consultation."""

    id: ConsultationId
    title: str
    closed_at: datetime
    counts: list[CountOut]
    opinions: list[PublishedOpinion]

    def rows(self) -> list[dict[str, Any]]:
        return [opinion.model_dump() for opinion in self.opinions]
