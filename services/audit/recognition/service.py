"""Use cases: consider a plan's batches again whenever a fact arrives, and decide by a named person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.plans.models import BatchFact, PlanFact, RosterFact
from audit.recognition import domain
from audit.recognition.domain import Decision
from audit.recognition.schemas import DecisionIn, RecognitionOut
from audit.supervision.models import Draw, Supervision
from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict
from common.events.audit import Gate, RecognitionRefused, ResultsRecognised
from common.ids import encode_id
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar

BY_RULE = "rule"
OPEN = (Decision.WAITING, Decision.NEEDS_PERSON)


class NotForPerson(StateConflict):
    """A person decides where a gate failed, and only once."""

    code = "recognition-not-open"
    article = "17"
    title = Bilingual("结果认定不待人工决定", "Recognition does not wait for a person")


async def lock_plan(session: AsyncSession, plan_id: UUID) -> None:
    """Let the facts of one plan arrive one after another, whichever service they come from.

    Without it two transactions could each miss the other's fact and nobody would decide.
    """
    await session.execute(select(func.pg_advisory_xact_lock(plan_id.int & (1 << 63) - 1)))


async def reconsider(uow: UnitOfWork, plan_id: UUID, *, calendar: WorkCalendar) -> None:
    """Look again at every batch of a plan that is not decided; the caller holds the plan's lock."""
    batches = await uow.session.scalars(
        select(BatchFact)
        .where(BatchFact.plan_id == plan_id, BatchFact.decision.in_(OPEN))
        .order_by(BatchFact.batch_id)
    )
    for batch in batches.all():
        found = domain.gates(await _facts(uow.session, batch), calendar)
        batch.gates = [gate.model_dump(mode="json") for gate in found]
        batch.decision = domain.decide(found)
        if batch.decision == Decision.RECOGNISED:
            _conclude(uow, batch, found, decided_by=BY_RULE)


async def decide_by_person(
    uow: UnitOfWork, batch_id: UUID, body: DecisionIn, *, caller: Caller
) -> RecognitionOut:
    """Admit or refuse results of which a gate failed, with a reason (Art. 17). Raises NotFound, NotForPerson."""
    async with uow:
        batch = await batch_in_sight(uow.session, batch_id, caller)
        await lock_plan(uow.session, batch.plan_id)
        await uow.session.refresh(batch, with_for_update=True)
        if batch.decision != Decision.NEEDS_PERSON:
            raise NotForPerson(
                Bilingual(
                    "该批次不处于待人工决定的状态:请查看各项认定条件。",
                    "This batch does not wait for a person's decision: see its gates.",
                ),
                decision=batch.decision,
            )
        batch.decision = Decision.RECOGNISED if body.recognise else Decision.REFUSED
        batch.reason = body.reason
        found = [Gate.model_validate(gate) for gate in batch.gates]
        _conclude(uow, batch, found, decided_by=encode_id("account", caller.account_id))
        answer = RecognitionOut.model_validate(batch)
        await uow.commit(answer)
    return answer


async def batch_in_sight(session: AsyncSession, batch_id: UUID, caller: Caller) -> BatchFact:
    """The batch, if the caller's organisation recorded it or the caller's region covers its plan; else NotFound."""
    row = (
        await session.execute(
            select(BatchFact, PlanFact.region)
            .outerjoin(PlanFact, PlanFact.plan_id == BatchFact.plan_id)
            .where(BatchFact.batch_id == batch_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound.of("batch")
    batch, region = row
    if caller.organisation_id is not None:
        visible = caller.organisation_id == batch.organisation_id
    else:  # a batch whose plan has not arrived yet belongs to no region
        visible = bool(region) and caller.sees_region(region)
    if not visible:
        raise NotFound.of("batch")
    return batch


def _conclude(uow: UnitOfWork, batch: BatchFact, found: Sequence[Gate], *, decided_by: str) -> None:
    batch.decided_at, batch.decided_by = uow.clock.now(), decided_by
    if batch.decision == Decision.RECOGNISED:
        uow.say(
            ResultsRecognised(
                batch_id=batch.batch_id,
                plan_id=batch.plan_id,
                organisation_id=batch.organisation_id,
                rows=batch.rows,
                gates=tuple(found),
                decided_at=batch.decided_at,
                decided_by=decided_by,
            )
        )
    else:
        uow.say(
            RecognitionRefused(
                batch_id=batch.batch_id,
                plan_id=batch.plan_id,
                organisation_id=batch.organisation_id,
                gates=tuple(found),
                decided_at=batch.decided_at,
                decided_by=decided_by,
            )
        )


async def _facts(session: AsyncSession, batch: BatchFact) -> domain.Facts:
    plan = await session.get(PlanFact, batch.plan_id)
    roster = await session.get(RosterFact, batch.plan_id)
    return domain.Facts(
        batch=domain.BatchFacts(
            evaluation_ended_on=batch.evaluation_ended_on,
            received_on=batch.received_on or batch.recorded_on,
            workdays_allowed=batch.workdays_allowed,
            admitted_late=batch.admitted_late,
            public_until=batch.public_until,
            objections=batch.objections,
            objections_upheld=batch.objections_upheld or 0,
        ),
        plan=None if plan is None else _plan_facts(plan),
        roster=None
        if roster is None
        else domain.RosterFacts(roster.approved, roster.refused, roster.pending),
        supervision=await supervision_facts(session, batch.plan_id),
    )


def _plan_facts(plan: PlanFact) -> domain.PlanFacts:
    return domain.PlanFacts(
        kind=plan.kind,
        filed_on=plan.filed_on,
        last_filing_day=plan.last_filing_day,
        standards_named=all(item["standard_id"] for item in plan.items),
        admitted_late=plan.admitted_late,
    )


async def supervision_facts(session: AsyncSession, plan_id: UUID) -> domain.SupervisionFacts:
    """What is known of a plan's supervision; `required` stays open until an employer's draw is revealed."""
    supervision = await session.scalar(select(Supervision).where(Supervision.plan_id == plan_id))
    if supervision is not None:
        return domain.SupervisionFacts(
            required=True, assigned=supervision.supervisor_id is not None, verdict=supervision.verdict
        )
    revealed = await session.scalar(
        select(Draw.id).where(
            Draw.plan_id == plan_id, Draw.purpose == "spot_check", Draw.revealed_at.is_not(None)
        )
    )
    return domain.SupervisionFacts(required=None if revealed is None else False)
