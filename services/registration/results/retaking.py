"""Marks that a retake's rows carry over from earlier results, looked up by the chunk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import FieldError
from common.grades import Grade
from common.jobs.files import Row
from common.marks import Outcome, PartName, default_rule, judge
from registration.corrections.repository import standing_of, versions_of
from registration.mistakes import mistake
from registration.results.domain import rules_from_data
from registration.results.models import Batch, Result
from registration.results.retakes import Carried, Earlier, carried_marks

Key = tuple[UUID, str, int]
Found = Mapping[int, Mapping[PartName, Carried]]


async def carried_over(
    session: AsyncSession, plan_id: UUID, rows: Sequence[Row], persons: Mapping[str, UUID], *, months: int
) -> Found:
    """Number of the row → what it carries over, for the rows that are retakes."""
    retakes = [row for row in rows if row.get("carried")]
    if not retakes:
        return {}
    earlier = await _earlier(
        session, plan_id, {persons[row["id_index"]] for row in retakes if row["id_index"] in persons}
    )
    return {
        row["row"]: carried_marks(
            (PartName(part) for part in row["carried"]),
            earlier.get((persons[row["id_index"]], row["item_code"], row["level"]), [])
            if row["id_index"] in persons
            else [],
            evaluated_on=date.fromisoformat(row["evaluated_on"]),
            months=months,
        )
        for row in retakes
    }


async def _earlier(session: AsyncSession, plan_id: UUID, persons: Iterable[UUID]) -> dict[Key, list[Earlier]]:
    """What these persons failed under other plans, as it stands now."""
    rows = (
        await session.execute(
            select(Result, Batch.rules)
            .join(Batch, Batch.id == Result.batch_id)
            .where(Result.person_id.in_(set(persons)), Result.plan_id != plan_id, Batch.state == "recorded")
        )
    ).all()
    versions = await versions_of(session, [result.id for result, _ in rows])
    found: dict[Key, list[Earlier]] = {}
    for result, rules in rows:
        standing = standing_of(result, versions.get(result.id, []))
        if standing.outcome is not Outcome.FAILED:
            continue
        kept = rules_from_data(rules).get((result.item_code, result.level))
        found.setdefault((standing.person_id, result.item_code, result.level), []).append(
            Earlier(result.id, result.evaluated_on, standing.marks, kept or default_rule(Grade(result.level)))
        )
    return found


def not_carried(rows: Sequence[Row], found: Found) -> list[FieldError]:
    """Retakes that rest on a part which is not passed, or no longer valid."""
    return [
        mistake("retake-part-not-passed", row["row"], part)
        for row in rows
        for part in row.get("carried") or ()
        if PartName(part) not in found.get(row["row"], {})
    ]


def completed(rows: Sequence[Row], found: Found) -> list[Row]:
    """The rows with the marks that they carry over. What is gone since the check is a part without a mark."""
    return [_completed(row, found.get(row["row"], {})) for row in rows]


def _completed(row: Row, carried: Mapping[PartName, Carried]) -> Row:
    wanted = [PartName(part) for part in row.get("carried") or ()]
    if not wanted:
        return dict(row) | {"carried": []}
    is_whole = all(part in carried for part in wanted)
    return (
        dict(row)
        | {part.value: str(one.mark) for part, one in carried.items()}
        | {
            "carried": [one.as_text() for one in carried.values()],
            "outcome": row["outcome"] if is_whole else _short(row),
        }
    )


def _short(row: Row) -> str:
    """The outcome where a part has no mark after all."""
    verdict = judge(
        default_rule(Grade(row["level"])),
        {},
        ethics_passed=row["ethics_passed"],
        absent=row["absent"],
        misconduct=row["misconduct"],
    )
    return verdict.outcome.value
