"""PURE: what a review comes to, what follows what, and how long a refusal may be appealed (Art. 18(2))."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.errors import Bilingual, FieldError, StateConflict, Violations
from common.workdays import WorkCalendar

Act = Literal["approved", "refused", "evidence_asked", "evidence_given", "appealed", "upheld", "overturned"]
RefusalCode = Literal[
    "not_eligible", "evidence_lacking", "evidence_false", "document_wrong", "not_of_this_plan", "other"
]


class NothingToReview(StateConflict):
    """All candidates of the plan are reviewed, or there are none."""

    code = "nothing-to-review"
    article = "18(2)"
    title = Bilingual("没有待审核的人员", "Nobody to review")


class ReviewConflict(StateConflict):
    """The candidate's state does not allow this act."""

    article = "18(2)"
    title = Bilingual("当前状态不允许此操作", "State does not allow this")


class AppealTooLate(StateConflict):
    """A refusal is appealed within some working days (the province's to set), before the evaluation begins, once."""

    code, article = "deadline-passed", "18(2)"
    title = Bilingual("申诉期已过", "Too late to appeal")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody may not sit: a code of the list, and words."""

    candidate_id: UUID
    code: RefusalCode
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """What evidence is asked of a candidate, until when."""

    candidate_id: UUID
    what: str
    until: date


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer decides: named approvals, refusals, questions, and perhaps all the others approved."""

    approve: tuple[UUID, ...] = ()
    refuse: tuple[Refusal, ...] = ()
    ask: tuple[Question, ...] = ()
    approve_all: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """Candidates by what one review did with them."""

    approved: frozenset[UUID]
    refused: Mapping[UUID, Refusal]
    asked: Mapping[UUID, Question]


def decide(review: Review, *, pending: frozenset[UUID], asked: frozenset[UUID], today: date) -> Decided:
    """What a review comes to, over those who wait for one and those of whom evidence was asked.

    `approve_all` takes those who wait alone; of whom evidence was asked is decided by name.
    Raises NothingToReview, or Violations naming every candidate that does not wait or is named twice.
    """
    waiting = pending | asked
    if not waiting:
        raise NothingToReview(
            Bilingual("该方案没有待审核的人员。", "Nobody on this plan waits for a review.")
        )
    named = [
        *((f"/approve/{number}", one) for number, one in enumerate(review.approve)),
        *((f"/refuse/{number}", one.candidate_id) for number, one in enumerate(review.refuse)),
        *((f"/ask/{number}", one.candidate_id) for number, one in enumerate(review.ask)),
    ]
    errors = [*_name_mistakes(named, waiting), *_day_mistakes(review.ask, today)]
    if not named and not review.approve_all:
        errors.append(_wrong("review-empty", ""))
    if errors:
        raise Violations(errors)
    others = {candidate_id for _, candidate_id in named if candidate_id not in review.approve}
    approved = (pending | set(review.approve)) - others if review.approve_all else frozenset(review.approve)
    return Decided(
        frozenset(approved),
        {one.candidate_id: one for one in review.refuse},
        {one.candidate_id: one for one in review.ask},
    )


def _name_mistakes(named: Iterable[tuple[str, UUID]], waiting: frozenset[UUID]) -> Iterator[FieldError]:
    seen: set[UUID] = set()
    for pointer, candidate_id in named:
        if candidate_id not in waiting:
            yield _wrong("candidate-not-pending", pointer)
        elif candidate_id in seen:
            yield _wrong("candidate-named-twice", pointer)
        seen.add(candidate_id)


def _day_mistakes(questions: Iterable[Question], today: date) -> Iterator[FieldError]:
    for number, one in enumerate(questions):
        if one.until < today:
            yield _wrong("day-past", f"/ask/{number}/until")


def last_day_to_appeal(refused_on: date, calendar: WorkCalendar, workdays: int) -> date:
    """So many working days after the refusal."""
    return calendar.workdays_ahead(refused_on, workdays).day


def check_appeal(
    *,
    state: str,
    refused_on: date | None,
    is_appealed: bool,
    starts_on: date,
    today: date,
    calendar: WorkCalendar,
    workdays: int,
) -> None:
    """Raises ReviewConflict, AppealTooLate."""
    if state != "refused" or refused_on is None or is_appealed:
        raise ReviewConflict(
            Bilingual(
                "只有未通过审核且未申诉过的人员可以申诉。",
                "Whoever was refused, and has not appealed yet, may appeal.",
            )
        )
    last = last_day_to_appeal(refused_on, calendar, workdays)
    if today > last or today >= starts_on:
        raise AppealTooLate(
            Bilingual(
                f"申诉须在不通过之日起 {workdays} 个工作日内、评价开始前提出。",
                f"Appeals come within {workdays} working days of the refusal, before the evaluation begins.",
            ),
            last_day=min(last, starts_on),
        )


_TEXTS: Final = {
    "candidate-not-pending": (
        Bilingual(
            "此人不在本方案的待审核人员之中。",
            "Not among the candidates of this plan that wait for a review.",
        ),
        Bilingual("请重新读取考生名单。", "Read the list of candidates again."),
    ),
    "candidate-named-twice": (
        Bilingual("此人出现了不止一次。", "Named more than once."),
        Bilingual("每人只能有一个结论。", "Decide once on each."),
    ),
    "review-empty": (
        Bilingual("没有作出任何审核结论。", "Nothing is decided."),
        Bilingual(
            "请填写 approve、refuse、ask 或 approve_all。", "Fill in approve, refuse, ask or approve_all."
        ),
    ),
    "day-past": (
        Bilingual("补交期限已过。", "The day until which evidence is asked has passed."),
        Bilingual("请填写今日或以后的日期。", "Give today or a later day."),
    ),
    "evidence-missing": (
        Bilingual("所引材料尚未上传。", "The evidence cited was not uploaded."),
        Bilingual("请先上传材料,再引用其 SHA-256。", "Upload it first, then cite its SHA-256."),
    ),
}


def _wrong(code: str, pointer: str) -> FieldError:
    detail, remedy = _TEXTS[code]
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article="18(2)")


def evidence_missing(pointers: Iterable[str]) -> Violations:
    """What is said of evidence that nobody uploaded."""
    return Violations([_wrong("evidence-missing", pointer) for pointer in pointers])
