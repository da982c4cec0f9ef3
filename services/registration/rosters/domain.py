"""PURE: the rows of a roster, and the centre's review of the candidates (Art. 18(2))."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from common.errors import Bilingual, FieldError, StateConflict, Violations
from common.tabular.rows import RawRow
from registration.candidate_view.domain import PHONE, normal_phone
from registration.claims.domain import CLAIM_COLUMNS, Stated, read_claims
from registration.persons.domain import PERSON_COLUMNS, Applicant, Doubles, Fields, read_applicant
from registration.plans.domain import Plan
from registration.templates.forms import with_todays_headings

COLUMNS = with_todays_headings((*PERSON_COLUMNS, PHONE, *CLAIM_COLUMNS))
CandidateState = Literal["pending", "evidence_asked", "approved", "refused"]
Eligible = Literal["met", "not_met", "needs_evidence"]


class NothingToReview(StateConflict):
    """All candidates of the plan are reviewed, or there are none."""

    code = "nothing-to-review"
    article = "18(2)"
    title = Bilingual("没有待审核的人员", "Nobody to review")


@dataclass(frozen=True, slots=True)
class Entrant:
    """A row of a roster: who, for what, and on which grounds."""

    applicant: Applicant
    stated: Stated


def roster_judge(
    plan: Plan, *, today: date
) -> Callable[[RawRow], tuple[Entrant | None, Sequence[FieldError]]]:
    """The validator of a roster's rows, for one file: it remembers who stood in it before."""
    doubles = Doubles()

    def judge(raw: RawRow) -> tuple[Entrant | None, Sequence[FieldError]]:
        fields = Fields(raw)
        applicant = read_applicant(fields, plan, today=today, refuses_young=False)
        if applicant is not None:
            doubles.check(fields, applicant)
        check_phone(fields)
        stated = read_claims(fields)
        return None if applicant is None else Entrant(applicant, stated), fields.errors

    return judge


def check_phone(fields: Fields) -> None:
    """A number that no message can be sent to is told; none at all is nobody's mistake."""
    phone = fields.text(PHONE.field)
    if phone is not None and normal_phone(phone) is None:
        fields.wrong("phone-unreadable", PHONE.field)


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer decides: named approvals, refusals with reasons, and perhaps all the others approved."""

    approve: tuple[UUID, ...]
    refuse: tuple[tuple[UUID, str], ...]
    approve_all: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """Candidates approved and refused by one review."""

    approved: frozenset[UUID]
    refused: Mapping[UUID, str]


def decide(review: Review, pending: frozenset[UUID]) -> Decided:
    """What a review comes to, over the candidates that wait for one.

    Raises NothingToReview, or Violations naming every candidate that does not wait for a review or is named twice.
    """
    if not pending:
        raise NothingToReview(
            Bilingual("该方案没有待审核的人员。", "Nobody on this plan waits for a review."),
        )
    named: set[UUID] = set()
    errors = []
    refused = dict(review.refuse)
    for member, ids in (("approve", review.approve), ("refuse", [one for one, _ in review.refuse])):
        for number, candidate_id in enumerate(ids):
            if candidate_id not in pending:
                errors.append(_wrong("candidate-not-pending", f"/{member}/{number}"))
            elif candidate_id in named:
                errors.append(_wrong("candidate-named-twice", f"/{member}/{number}"))
            named.add(candidate_id)
    if not named and not review.approve_all:
        errors.append(_wrong("review-empty", ""))
    if errors:
        raise Violations(errors)
    approved = pending - refused.keys() if review.approve_all else frozenset(review.approve)
    return Decided(approved, refused)


_TEXTS = {
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
        Bilingual("请填写 approve、refuse 或 approve_all。", "Fill in approve, refuse or approve_all."),
    ),
}


def _wrong(code: str, pointer: str) -> FieldError:
    detail, remedy = _TEXTS[code]
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article="18(2)")
