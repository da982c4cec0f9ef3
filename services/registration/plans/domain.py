"""PURE: what a plan allows its rows: items at levels, days, and the pass rule of each (Art. 4, 7-10, 18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from common.errors import Bilingual, StateConflict
from common.grades import Grade
from common.marks import MAX_MARK, Part, PartName, PassRule, default_rule
from registration.registrations.domain import MOST_ITEMS, Place, Span

PlanKind = Literal["employer", "social", "school"]


class NotYetEvaluated(StateConflict):
    """Results are entered after the evaluation (Art. 18(1)(3), 18(2)(3)): not before its last day."""

    code = "not-yet-evaluated"
    article = "18(3)"
    title = Bilingual("评价尚未结束", "The evaluation has not ended")


class RosterClosed(StateConflict):
    """A roster is handed in before the evaluation begins and before the centre has finished its review (Art. 18)."""

    code = "state-conflict"
    article = "18(2)"
    title = Bilingual("花名册已截止", "The roster is closed")


class PlanIsCancelled(StateConflict):
    """Nothing is taken in under a plan that is not carried out (Art. 18(1))."""

    code = "state-conflict"
    article = "18(1)"
    title = Bilingual("方案已取消", "The plan is cancelled")


@dataclass(frozen=True, slots=True)
class Item:
    """One item at one level of a plan."""

    code: str
    name: str
    track: str
    level: int
    standard_id: UUID


@dataclass(frozen=True, slots=True)
class Plan:
    """An accepted plan, as far as rosters and results need it."""

    id: UUID
    organisation_id: UUID
    kind: PlanKind
    region: str
    starts_on: date
    ends_on: date
    items: tuple[Item, ...]
    recorder_account_id: UUID | None = None
    examiners: frozenset[str] = frozenset()  # their cards
    is_cancelled: bool = False
    spans: Mapping[Place, Span] = field(default_factory=dict)  # when each item and level is evaluated
    waives_seniority: bool = False

    @property
    def is_reviewed_by_centre(self) -> bool:
        """Social and school rosters are; employers answer for whom they evaluate themselves (Art. 18(1), 18(2))."""
        return self.kind != "employer"

    @property
    def has_many_occupations(self) -> bool:
        """Whether it holds more of them than a person may sit for."""
        return len({item.code for item in self.items}) > MOST_ITEMS

    def items_named(self, text: str | None) -> tuple[Item, ...]:
        """The levels of the item that a row names by code or name; of all items when it names none."""
        if text is None:
            return self.items if len({item.code for item in self.items}) == 1 else ()
        wanted = "".join(text.split())
        return tuple(item for item in self.items if wanted in (item.code, "".join(item.name.split())))

    def check_carried_out(self) -> None:
        """Raises PlanIsCancelled."""
        if self.is_cancelled:
            raise PlanIsCancelled(
                Bilingual(
                    "方案已取消,不能再报送花名册或登记结果。",
                    "The plan is cancelled: it takes in no rosters and no results.",
                )
            )

    def check_roster(self, today: date, *, is_reviewed: bool) -> None:
        """Raises PlanIsCancelled, RosterClosed."""
        self.check_carried_out()
        if today >= self.starts_on:
            raise RosterClosed(
                Bilingual(
                    "评价已开始,不能再报送花名册。",
                    "The evaluation has begun: rosters are no longer taken in.",
                ),
                starts_on=self.starts_on,
            )
        if is_reviewed and self.is_reviewed_by_centre:
            raise RosterClosed(
                Bilingual(
                    "中心已完成该方案的报名资格审核,不能再报送花名册;需要补报时请联系中心。",
                    "The centre has finished the review of this plan: rosters are closed; ask the centre.",
                )
            )

    def check_results(self, today: date) -> None:
        """Raises PlanIsCancelled, NotYetEvaluated."""
        self.check_carried_out()
        if today < self.ends_on:
            raise NotYetEvaluated(
                Bilingual(
                    f"评价至 {self.ends_on} 结束,此前不能登记结果。",
                    f"The evaluation lasts until {self.ends_on}; results are entered from that day on.",
                ),
                first_day=self.ends_on,
            )


def pass_rule(components: Mapping[str, Sequence[Mapping[str, Any]]], level: int) -> PassRule:
    """The rule of a standard's level; the general one where the standard says nothing of it."""
    parts = components.get(str(level))
    if not parts:
        return default_rule(Grade(level))
    return PassRule(
        tuple(
            Part(PartName(part["part"]), part["pass_mark"], part.get("full_marks", MAX_MARK))
            for part in parts
        )
    )
