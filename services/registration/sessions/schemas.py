"""HTTP shapes of sessions and notices."""

from datetime import datetime

from pydantic import Field

from common.ids import CandidateId, PlanId
from common.schemas import Output


class SittingOut(Output):
    """A session and how full it is."""

    number: int
    item_code: str
    level: int
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    taken: int


class SeatingOut(Output):
    """The sessions of a plan, and how many of its candidates do not fit."""

    plan_id: PlanId
    sessions: list[SittingOut]
    unseated: int = Field(description="admitted candidates without a seat: add sessions or seats")


class NoticeOut(Output):
    """The candidate's notice (准考证): where and when to be."""

    candidate_id: CandidateId
    admission_number: str
    name: str = Field(description="masked")
    id_number: str | None = Field(description="masked")
    plan_number: str
    item_name: str
    level: int
    site: str | None
    room: str | None
    seat: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    version: int = Field(description="counts changes of the seat: the newest notice holds")
    bring: str = "请携带本人有效身份证件,提前 30 分钟到场。"
