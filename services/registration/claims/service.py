"""Candidates of a chunk decided on: what the rows say, held against what the platform knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import FieldError
from common.jobs.files import Row
from registration.claims.alarms import alarms
from registration.claims.deciding import Decision, Question, decide
from registration.claims.domain import Stated
from registration.claims.rules import Rules
from registration.evidence.repository import missing
from registration.holdings.repository import held_by, named
from registration.mistakes import mistake
from registration.plans.domain import Plan
from registration.plans.repository import eligibility_rules
from registration.registrations.domain import Place
from registration.transitions.domain import transition_errors
from registration.transitions.repository import windows_of

DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Known:
    """What the platform knows that the rows of a chunk may meet."""

    held: Mapping[UUID, Any]
    named: Mapping[str, Any]
    windows: Mapping[str, Any]
    missing: frozenset[str]
    rules: Mapping[Place, Rules]


async def decide_all(
    session: AsyncSession, plan: Plan, rows: Sequence[Row], persons: Mapping[str, UUID]
) -> list[FieldError]:
    """What is told of the rows; each row is given its decision, which is kept with the candidate.

    `persons`: index → person, for those who are known.
    """
    stated = [Stated.from_data(row["claims"]) for row in rows]
    known = Known(
        held=await held_by(session, list(persons.values())),
        named=await named(session, {one.prior_number for one in stated if one.prior_number}),
        windows=await windows_of(
            session, {row["item_code"] for row in rows} if any(one.cohort for one in stated) else ()
        ),
        missing=frozenset(
            await missing(session, plan.id, {cited for one in stated for cited in one.evidence})
        ),
        rules=await eligibility_rules(session, plan),
    )
    errors: list[FieldError] = []
    for row, said in zip(rows, stated, strict=True):
        person_id = persons.get(row["id_index"])
        decision = _decide(plan, row, said, person_id, known)
        row[DECIDED] = {
            "eligible": decision.eligible,
            "finding": decision.finding,
            "alarms": alarms(
                from_outside=row["is_outside"],
                born_on=_day(row),
                day=plan.starts_on,
                own=known.held.get(person_id, ()) if person_id else (),
            ),
        }
        errors += decision.errors
        errors += transition_errors(row["row"], said, known.windows.get(row["item_code"], ()), plan.starts_on)
        if known.missing & set(said.evidence):
            errors.append(mistake("evidence-missing", row["row"], "evidence"))
    return errors


def _decide(plan: Plan, row: Row, stated: Stated, person_id: UUID | None, known: Known) -> Decision:
    question = Question(
        row=row["row"],
        item_code=row["item_code"],
        level=row["level"],
        day=plan.starts_on,
        born_on=_day(row),
        stated=stated,
        person_id=person_id,
        waives_seniority=plan.waives_seniority,
        is_birth_claimed=row["is_birth_claimed"],
    )
    own = known.held.get(person_id, ()) if person_id else ()
    return decide(
        question, known.rules[row["item_code"], row["level"]], own, known.named.get(stated.prior_number or "")
    )


def _day(row: Row) -> date | None:
    return date.fromisoformat(row["born_on"]) if row["born_on"] else None
