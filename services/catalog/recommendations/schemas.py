"""HTTP shapes of recommendations."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from catalog.day import Day
from catalog.recommendations.domain import Terms
from common.ids import CallId, RecommendationId
from common.schemas import Input, Int, Line, Note, Output

Quota = Annotated[Int, Field(ge=1, le=20)]


class CallIn(Input):
    """A call for representative enterprises."""

    title: Line = Field(examples=["2027年职业技能等级认定试点企业推荐"])
    per_county: Quota = Field(default=2, description="a county recommends so many at most")
    per_city: Quota = Field(default=3, description="a city picks so many at most")
    deadline: Day = Field(examples=["2026-12-31"])
    pick_deadline: Day = Field(examples=["2027-01-31"])

    def terms(self) -> Terms:
        return Terms(self.per_county, self.per_city, self.deadline, self.pick_deadline)


class CallOut(Output):
    """A call, and what the cities have picked so far."""

    id: CallId
    title: str
    per_county: int
    per_city: int
    deadline: date
    pick_deadline: date
    opened_at: datetime


class RecommendationIn(Input):
    """An enterprise that a county recommends."""

    uscc: Line = Field(examples=["91320100MA1N0ABC5R"])
    name: Line = Field(examples=["江苏长江机械有限公司"])
    reason: Note = Field(examples=["已建立内部技能等级制度,年评价 300 人。"])


class RecommendationOut(Output):
    """A recommendation; `picked_for`: the city that picked it."""

    id: RecommendationId
    call_id: CallId
    region: str
    uscc: str
    name: str
    reason: str
    recommended_at: datetime
    withdrawn_at: datetime | None
    picked_for: str | None = None
    pick_reason: str | None = None


class PickIn(Input):
    """What a city picks of its counties' recommendations, all at once."""

    recommendation_ids: list[RecommendationId] = Field(min_length=1, max_length=20)
    reason: Note = Field(examples=["覆盖装备制造与纺织两个重点行业。"])
