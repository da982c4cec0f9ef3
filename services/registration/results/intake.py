"""Result batches as jobs: each row judged by the standard's rule, recorded and told in chunks (Art. 18(3)).

A chunk's results and the event that tells them are one transaction; the batch takes effect with `BatchRecorded`, which
comes after all its chunks under the same key. What a job had recorded is taken back when it does not come to its end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete

from common.bulk import copy_rows
from common.errors import FieldError
from common.events import Sealed
from common.events.registration import BatchRecorded, ResultRow, ResultsRecorded
from common.ids import encode_id, uuid7
from common.jobs.files import Row
from common.jobs.imports import Judge, Recorded
from common.jobs.runner import Task
from common.marks import PartName
from common.tabular.columns import Column
from common.tabular.rows import RawRow
from registration.deadlines.domain import limit_on, packaged_limits
from registration.deadlines.service import lateness_told
from registration.mistakes import mistake
from registration.persons.repository import (
    known_persons,
    other_names,
    registered,
    sealed_identities,
    staged,
)
from registration.plans.domain import Item, Plan
from registration.plans.repository import pass_rules, plan_of
from registration.publicity.domain import last_public_day
from registration.results import repository
from registration.results.domain import COLUMNS, Result, admission_error, results_judge, rules_as_data
from registration.results.models import Batch
from registration.results.models import Result as ResultRecord
from registration.results.retaking import Found, carried_over, completed, not_carried
from registration.rosters.repository import states
from registration.settings import RegistrationSettings

REMARK = "remark"
_MARKS = tuple(part.value for part in PartName)


class ResultsIntake:
    """What jobs of the kind `results` take in."""

    columns: Sequence[Column] = COLUMNS

    async def judge(self, task: Task) -> Judge:
        plan = await plan_of(task.session, _plan_id(task))
        rules = await pass_rules(task.session, plan)
        judge = results_judge(plan, rules, today=task.platform.clock.today())
        index_key = task.platform.settings.index_key()

        def judged(raw: RawRow) -> tuple[Row | None, Sequence[FieldError]]:
            result, errors = judge(raw)
            return (None if result is None else _staged(result, raw.number, index_key)), errors

        return judged

    async def check(self, task: Task, rows: Sequence[Row]) -> Sequence[FieldError]:
        """Known under another name, not admitted by the roster, or recorded already with other marks."""
        plan = await plan_of(task.session, _plan_id(task))
        known = await known_persons(task.session, rows)
        persons = {index: person.id for index, person in known.items()}
        errors = other_names(rows, known)
        if plan.is_reviewed_by_centre:
            admitted = await states(task.session, plan.id, persons.values())
            found = (admission_error(_find(admitted, persons, row), row["row"]) for row in rows)
            errors += [error for error in found if error is not None]
        recorded = await repository.recorded(task.session, plan.id, persons.values())
        for row in rows:
            earlier = _find(recorded, persons, row)
            if earlier is not None and not _is_same(earlier, row):
                errors.append(mistake("already-recorded", row["row"], "id_number"))
        errors += not_carried(rows, await _carried_over(task, plan, rows, persons))
        return errors

    async def record(self, task: Task, rows: Sequence[Row]) -> Recorded:
        """Keep new results and tell them as one chunk of the job's batch."""
        if not rows:
            return Recorded(0)
        plan = await plan_of(task.session, _plan_id(task), lock=True)
        persons = await registered(task.session, rows, now=task.uow.clock.now())
        recorded = await repository.recorded(task.session, plan.id, persons.values())
        new = [row for row in rows if _find(recorded, persons, row) is None]
        if new:
            whole = completed(new, await _carried_over(task, plan, new, persons))
            await _record_chunk(task, plan, await _open_batch(task, plan), whole, persons)
        return Recorded(len(new), len(rows) - len(new))

    async def finish(self, task: Task) -> Mapping[str, Any]:
        """Let the batch take effect."""
        batch = await repository.batch_of_job(task.session, task.job.id)
        if batch is None:  # every row was recorded before, or none was valid
            return {"batch_id": None}
        plan = await plan_of(task.session, batch.plan_id)
        batch.state = "recorded"
        batch.recorded_on, batch.recorded_at = task.platform.clock.today(), task.uow.clock.now()
        batch.public_until = _public_until(task, plan, batch.recorded_on)
        task.uow.say(
            BatchRecorded(
                batch_id=batch.id,
                plan_id=plan.id,
                organisation_id=plan.organisation_id,
                chunks=batch.chunks,
                rows=batch.rows,
                outcomes=batch.outcomes,
                evaluation_ended_on=plan.ends_on,
                recorded_on=batch.recorded_on,
                recorded_at=batch.recorded_at,
                recorded_by=batch.recorded_by,
                **lateness_told(batch.timeliness),
                public_until=batch.public_until,
            )
        )
        return {"batch_id": encode_id("batch", batch.id), "outcomes": batch.outcomes}

    async def abandon(self, task: Task) -> None:
        """Results of a batch that never took effect are as if they had never been sent."""
        batch = await repository.batch_of_job(task.session, task.job.id)
        if batch is not None:
            await task.session.execute(delete(ResultRecord).where(ResultRecord.batch_id == batch.id))
            await task.session.execute(delete(Batch).where(Batch.id == batch.id))


def _public_until(task: Task, plan: Plan, recorded_on: date) -> date | None:
    """Until when the batch is before the public (公示), where the province asks for it."""
    settings = cast(RegistrationSettings, task.platform.settings)
    if not settings.publicity:
        return None
    workdays = limit_on(packaged_limits(), settings.deadline_profile, plan.kind, "publicity", recorded_on)
    return last_public_day(recorded_on, workdays, task.platform.calendar)


def _plan_id(task: Task) -> UUID:
    return UUID(task.job.parameters["plan_id"])


def _staged(result: Result, row: int, index_key: bytes) -> Row:
    scores = result.scores
    return staged(result.applicant, index_key) | {
        "row": row,
        **{part.value: None if mark is None else str(mark) for part, mark in scores.marks.items()},
        "ethics_passed": scores.ethics_passed,
        "absent": scores.absent,
        "misconduct": scores.misconduct,
        "outcome": result.outcome.value,
        "evaluated_on": scores.evaluated_on.isoformat(),
        "remark": scores.remark,
        "examiners": list(scores.examiners),
        "carried": [part.value for part in scores.carried],
    }


async def _carried_over(task: Task, plan: Plan, rows: Sequence[Row], persons: Mapping[str, UUID]) -> Found:
    months = cast(RegistrationSettings, task.platform.settings).parts_valid_months
    return await carried_over(task.session, plan.id, rows, persons, months=months)


def _find(found: Mapping[repository.Key, Any], persons: Mapping[str, UUID], row: Row) -> Any:
    """What is known of a row's person, item and level, if anything."""
    person_id = persons.get(row["id_index"])
    return found.get((person_id, row["item_code"], row["level"])) if person_id else None


def _is_same(earlier: ResultRecord, row: Row) -> bool:
    """Whether a row says what is recorded already, so that sending it again changes nothing."""
    examined = [name for name in _MARKS if name not in (row.get("carried") or ())]
    marks = all(getattr(earlier, name) == _decimal(row[name]) for name in examined)
    flags = all(getattr(earlier, name) == row[name] for name in ("ethics_passed", "absent", "misconduct"))
    is_same_day = earlier.evaluated_on.isoformat() == row["evaluated_on"]
    return marks and flags and is_same_day and earlier.examiners == row["examiners"]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


async def _open_batch(task: Task, plan: Plan) -> Batch:
    """The job's batch, opened with its first new result."""
    batch = await repository.batch_of_job(task.session, task.job.id)
    if batch is None:
        batch = Batch(
            id=uuid7(),
            plan_id=plan.id,
            organisation_id=plan.organisation_id,
            number=await repository.next_number(task.session, plan.id),
            job_id=task.job.id,
            state="open",
            chunks=0,
            rows=0,
            outcomes={},
            rules=rules_as_data(await pass_rules(task.session, plan)),
            recorded_by=task.job.account_id,
            timeliness=task.job.parameters.get("timeliness"),
        )
        task.session.add(batch)
        await task.session.flush()
    return batch


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row as it is recorded."""

    id: UUID
    person_id: UUID
    item: Item
    identity: Sealed
    remark: str | None
    row: Row


async def _record_chunk(
    task: Task, plan: Plan, batch: Batch, rows: Sequence[Row], persons: Mapping[str, UUID]
) -> None:
    identities, keys = await sealed_identities(task.session, task.platform.keyring, rows, persons)
    items = {(item.code, item.level): item for item in plan.items}
    ids = sorted(uuid7() for _ in rows)  # in the order of the sheet
    kept = []
    for result_id, row, identity in zip(ids, rows, identities, strict=True):
        remark = keys[identity.person_id].seal(REMARK, {"text": row["remark"]}) if row["remark"] else None
        kept.append(
            _Kept(
                result_id,
                identity.person_id,
                items[row["item_code"], row["level"]],
                identity,
                remark.ciphertext if remark else None,
                row,
            )
        )
    await copy_rows(task.session, ResultRecord, [_columns(one, batch) for one in kept])
    batch.chunks += 1
    batch.rows += len(kept)
    batch.outcomes = dict(Counter(batch.outcomes) + Counter(row["outcome"] for row in rows))
    event = ResultsRecorded(
        batch_id=batch.id, plan_id=plan.id, chunk=batch.chunks, rows=tuple(_told(one) for one in kept)
    )
    task.uow.say(event, persons=[one.person_id for one in kept])


def _columns(kept: _Kept, batch: Batch) -> dict[str, Any]:
    row = kept.row
    return {
        "id": kept.id,
        "batch_id": batch.id,
        "plan_id": batch.plan_id,
        "person_id": kept.person_id,
        "item_code": row["item_code"],
        "level": row["level"],
        "identity": kept.identity.ciphertext,
        **{name: _decimal(row[name]) for name in _MARKS},
        "ethics_passed": row["ethics_passed"],
        "absent": row["absent"],
        "misconduct": row["misconduct"],
        "outcome": row["outcome"],
        "evaluated_on": date.fromisoformat(row["evaluated_on"]),
        "remark": kept.remark,
        "examiners": row["examiners"],
        "carried": row["carried"],
    }


def _told(kept: _Kept) -> ResultRow:
    row = kept.row
    return ResultRow(
        result_id=kept.id,
        person_id=kept.person_id,
        identity=kept.identity,
        sex=row["sex"],
        birth_year=row["birth_year"],
        item_code=kept.item.code,
        item_name=kept.item.name,
        track=kept.item.track,
        level=kept.item.level,
        outcome=row["outcome"],
        evaluated_on=date.fromisoformat(row["evaluated_on"]),
        examiners=tuple(row["examiners"]),
    )
