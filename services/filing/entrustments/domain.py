"""PURE: what an entrustment covers, on which days, and who may do what with it (Art. 12)."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.errors import Bilingual, FieldError
from common.events.filing import OrganisationKind
from filing.organisations.domain import Scope

Act = Literal["proposed", "confirmed", "ended"]
Purpose = Literal["evaluation", "joint_training"]
# Which act may follow which: confirming is for the side that did not propose, either side ends it, before or after.
FOLLOWS: Final[frozenset[tuple[Act, Act]]] = frozenset(
    {("proposed", "confirmed"), ("proposed", "ended"), ("confirmed", "ended")}
)


@dataclass(frozen=True, slots=True)
class Entrusted:
    """Items × levels. No item code: every item of the list."""

    item_codes: frozenset[str]
    levels: frozenset[int]

    def covers(self, item_code: str, level: int) -> bool:
        return (not self.item_codes or item_code in self.item_codes) and level in self.levels


@dataclass(frozen=True, slots=True)
class Entrustment:
    """What was agreed, and since when. `last_day`: of one that was ended early.

    `purpose`: the body evaluates for the employer (Art. 12), or the school trains those that the employer evaluates
    (Art. 15); of these, `cohort_year` is the year in which the students enrolled.
    """

    id: UUID
    employer_id: UUID
    agency_id: UUID
    parts: tuple[Entrusted, ...]
    valid_from: date
    valid_to: date
    confirmed_on: date | None
    last_day: date | None
    purpose: Purpose = "evaluation"
    cohort_year: int | None = None

    def covers(self, item_code: str, level: int) -> bool:
        return any(part.covers(item_code, level) for part in self.parts)

    def valid_on(self, day: date) -> bool:
        """Both have agreed by that day, and nobody has ended it before: neither reaches back."""
        if self.confirmed_on is None:
            return False
        last = self.valid_to if self.last_day is None else min(self.valid_to, self.last_day)
        return max(self.valid_from, self.confirmed_on) <= day <= last


def entrusted(
    entrustments: Iterable[Entrustment], item_code: str, level: int, day: date
) -> Entrustment | None:
    """One that covers this item and level on that day."""
    return next(
        (found for found in entrustments if found.valid_on(day) and found.covers(item_code, level)), None
    )


def sides(
    own: UUID,
    own_kind: OrganisationKind,
    partner: UUID,
    partner_kind: OrganisationKind,
    purpose: Purpose = "evaluation",
) -> tuple[UUID, UUID] | None:
    """Employer and specialised body, whoever of them proposes; None where they are not one of each.

    In a joint programme the specialised body is a school (Art. 15).
    """
    if purpose == "joint_training" and "school" not in (own_kind, partner_kind):
        return None
    if own_kind == "employer" and partner_kind != "employer":
        return own, partner
    if partner_kind == "employer" and own_kind != "employer":
        return partner, own
    return None


def check_terms(
    parts: Sequence[Entrusted],
    *,
    valid_from: date,
    valid_to: date,
    today: date,
    listed: Container[str],
    acting_scope: Scope | None,
) -> tuple[FieldError, ...]:
    """What is wrong with the terms. `acting_scope`: on the first day, of whoever evaluates."""
    return (*_day_problems(valid_from, valid_to, today), *_part_problems(parts, listed, acting_scope))


def _day_problems(valid_from: date, valid_to: date, today: date) -> Iterator[FieldError]:
    if valid_from < today:
        yield _problem(
            "/valid_from",
            "retroactive",
            Bilingual("委托不能追溯生效。", "An entrustment does not reach back."),
            Bilingual("请填写今日或以后的日期。", "Give today or a later day."),
        )
    if valid_to < valid_from:
        yield _problem(
            "/valid_to",
            "end-out-of-range",
            Bilingual("止日早于起日。", "The last day lies before the first."),
            Bilingual("请更正止日。", "Mend the last day."),
        )


def _part_problems(
    parts: Sequence[Entrusted], listed: Container[str], acting_scope: Scope | None
) -> Iterator[FieldError]:
    for index, part in enumerate(parts):
        if any(code not in listed for code in part.item_codes):
            yield _problem(
                f"/scope/{index}/item_codes",
                "item-not-listed",
                Bilingual("含有目录中没有的职业编码。", "A code does not stand on the list."),
                Bilingual("请在目录中查询职业编码。", "Look the codes up in the list."),
            )
        elif not _is_within(part, acting_scope):
            yield _problem(
                f"/scope/{index}",
                "beyond-agency-scope",
                Bilingual(
                    "实施评价的一方在起日没有这些职业、等级的获批范围。",
                    "On the first day whoever evaluates is not approved for these items and levels.",
                ),
                Bilingual(
                    "请缩小约定范围,或由实施评价的一方先申请扩大范围。",
                    "Agree on less, or let that side apply for a wider scope first.",
                ),
            )


def _is_within(part: Entrusted, scope: Scope | None) -> bool:
    """Every item at every level stands in some part of the scope, whatever its regions and modes."""
    if scope is None:
        return False
    codes: Iterable[str | None] = part.item_codes or [None]
    return all(
        any(
            allowed.allows_level(level)
            and (not allowed.item_codes if code is None else allowed.allows_item(code))
            for allowed in scope.parts
        )
        for code in codes
        for level in part.levels
    )


def check_end(last_day: date, *, today: date, valid_to: date) -> tuple[FieldError, ...]:
    """An entrustment ends today or later, and before it would end by itself."""
    if today <= last_day <= valid_to:
        return ()
    return (
        _problem(
            "/last_day",
            "retroactive" if last_day < today else "end-out-of-range",
            Bilingual(
                "终止不追溯,且不晚于约定的止日。",
                "It ends today or later, and not after the day agreed.",
            ),
            Bilingual(
                f"请填写 {today} 至 {valid_to} 之间的日期。", f"Give a day from {today} to {valid_to}."
            ),
        ),
    )


def _problem(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer=pointer, code=code, article="12", detail=detail, remedy=remedy)
