"""PURE: the rows of a roster (Art. 18(2))."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from common.errors import FieldError
from common.tabular.rows import RawRow
from registration.candidate_view.domain import PHONE, normal_phone
from registration.claims.domain import CLAIM_COLUMNS, Stated, read_claims
from registration.persons.domain import PERSON_COLUMNS, Applicant, Doubles, Fields, read_applicant
from registration.plans.domain import Plan
from registration.templates.forms import with_todays_headings

COLUMNS = with_todays_headings((*PERSON_COLUMNS, PHONE, *CLAIM_COLUMNS))
CandidateState = Literal["pending", "evidence_asked", "approved", "refused"]
Eligible = Literal["met", "not_met", "needs_evidence"]


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
