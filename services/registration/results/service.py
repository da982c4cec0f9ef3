"""Use cases: enter a batch of results, and show what was entered (Art. 18(3))."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.grades import Grade
from common.jobs import queue
from common.jobs.imports import OnInvalid
from common.jobs.schemas import JobOut
from common.marks import PartName, PassRule, default_rule, judge
from common.pagination import Page
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from registration.corrections.models import ResultVersion
from registration.corrections.repository import versions_of
from registration.deadlines.domain import Timeliness
from registration.deadlines.service import timeliness_of
from registration.persons.repository import masked
from registration.plans.repository import pass_rules, plan_in_sight
from registration.results import repository
from registration.results.domain import COLUMNS, check_recorder, rules_from_data
from registration.results.filed import accepted_plan
from registration.results.models import Batch, Result
from registration.results.retakes import CarriedPart
from registration.results.schemas import BatchOut, CarriedOut, Reason, ResultOut, TimelinessOut


async def submit_results(
    uow: UnitOfWork,
    plan_id: UUID,
    *,
    caller: Caller,
    keyring: Keyring,
    today: date,
    calendar: WorkCalendar,
    profile: str,
    media_type: str,
    stream: AsyncIterator[bytes],
    on_invalid: OnInvalid,
    dry_run: bool,
) -> JobOut:
    """Take in a batch of a plan of the caller's organisation, after its evaluation (Art. 18(1)(3), 18(2)(3)).

    Raises NotFound, PlanNotAccepted, NotBatchOwner, NotYetEvaluated, DeadlinePassed, StandardNotKnown.
    """
    async with uow:
        plan = await accepted_plan(uow.session, plan_id, caller)
        check_recorder(plan, caller.account_id)
        plan.check_results(today)
        came = await timeliness_of(uow.session, plan, received_on=today, profile=profile, calendar=calendar)
        await pass_rules(uow.session, plan)
        job = await queue.submit(
            uow,
            keyring,
            kind="results",
            subject=f"results:{plan.id}",
            caller=caller,
            parameters={
                "plan_id": str(plan.id),
                "on_invalid": on_invalid,
                "dry_run": dry_run,
                "timeliness": came.as_data(),
            },
            columns=COLUMNS,
            media_type=media_type,
            stream=stream,
        )
        answer = JobOut.of(job)
        await uow.commit(answer)
    return answer


async def list_batches(
    session: AsyncSession, plan_id: UUID, page: Page, *, caller: Caller
) -> Listing[BatchOut]:
    """The batches of a plan, in order. Raises NotFound."""
    plan = await plan_in_sight(session, plan_id, caller)
    rows, next_cursor = page.cut(
        await repository.batches_of(session, plan.id, page), lambda row: (row.number,)
    )
    return Listing(items=[_batch_shown(row) for row in rows], next=next_cursor)


async def read_batch(session: AsyncSession, batch_id: UUID, *, caller: Caller) -> BatchOut:
    """Raises NotFound."""
    return _batch_shown(await repository.batch_in_sight(session, batch_id, caller))


def _batch_shown(row: Batch) -> BatchOut:
    columns = {name: getattr(row, name) for name in BatchOut.model_fields if name != "timeliness"}
    told = None if row.timeliness is None else Timeliness.from_data(row.timeliness)
    return BatchOut(**columns, timeliness=None if told is None else TimelinessOut.model_validate(told))


async def list_results(
    session: AsyncSession, batch_id: UUID, page: Page, *, caller: Caller, keyring: Keyring
) -> Listing[ResultOut]:
    """A batch's results as they stand, masked, in the order of its sheet. Raises NotFound."""
    batch = await repository.batch_in_sight(session, batch_id, caller)
    rows, next_cursor = page.cut(await repository.results_of(session, batch.id, page), lambda row: (row.id,))
    versions = await versions_of(session, [row.id for row in rows])
    newest = [versions[row.id][-1] if row.id in versions else row for row in rows]
    people = await masked(session, keyring, [(row.person_id, row.identity) for row in newest])
    rules = rules_from_data(batch.rules)
    return Listing(
        items=[
            ResultOut(
                id=row.id,
                version=1 if now is row else versions[row.id][-1].version,
                name=person.name,
                id_type=person.id_type,
                id_number=person.id_number,
                item_code=row.item_code,
                level=row.level,
                theory=now.theory,
                skill=now.skill,
                review=now.review,
                ethics_passed=now.ethics_passed,
                outcome=now.outcome,
                reasons=reasons(row, rules, now),
                evaluated_on=row.evaluated_on,
                examiners=row.examiners,
                carried=[CarriedOut.model_validate(CarriedPart.from_text(one)) for one in row.carried],
            )
            for row, now, person in zip(rows, newest, people, strict=True)
        ],
        next=next_cursor,
    )


def reasons(
    row: Result, rules: Mapping[tuple[str, int], PassRule], version: Result | ResultVersion | None = None
) -> list[Reason]:
    """Why a result came to its outcome, by the rule kept with its batch; of a corrected version of it, where given."""
    now = version or row
    verdict = judge(
        rules.get((row.item_code, row.level)) or default_rule(Grade(row.level)),
        {part: getattr(now, part.value) for part in PartName},
        ethics_passed=now.ethics_passed,
        absent=now.absent,
        misconduct=now.misconduct,
    )
    return [Reason(zh=reason.zh, en=reason.en) for reason in verdict.reasons]
