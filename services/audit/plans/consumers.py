"""Facts from filing, registration and certificate. Each handler is safe to apply after any other."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from audit.plans.models import BatchFact, PlanFact, RosterFact
from audit.recognition.service import OPEN, lock_plan, reconsider
from audit.supervision.service import require_supervision
from common.calendars import stored_calendar
from common.events import Event
from common.events.catalog import CalendarPublished
from common.events.certificate import CertificatesIssued
from common.events.filing import PlanAccepted, PlanAmended
from common.events.registration import BatchRecorded, ResultsPublicityEnded, RosterReviewed
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork

PLAN_FIELDS = (
    "number",
    "name",
    "kind",
    "organisation_id",
    "organisation_name",
    "region",
    "starts_on",
    "ends_on",
)


def handlers(*, spot_check_rate: Decimal) -> Handlers:
    """The table event → function, with the rules' parameters bound."""

    async def on_plan_accepted(uow: UnitOfWork, event: PlanAccepted) -> None:
        await lock_plan(uow.session, event.plan_id)
        plan = PlanFact(
            plan_id=event.plan_id,
            items=[item.model_dump(mode="json") for item in event.items],
            filed_on=event.filed_on,
            last_filing_day=event.last_filing_day,
            admitted_late=_admitted_late(event),
            accepted_at=event.accepted_at,
            **{name: getattr(event, name) for name in PLAN_FIELDS},
        )
        uow.session.add(plan)
        await require_supervision(uow, plan, rate=spot_check_rate)
        await uow.session.flush()
        await reconsider(uow, event.plan_id, calendar=await stored_calendar(uow.session))

    async def on_plan_amended(uow: UnitOfWork, event: PlanAmended) -> None:
        """What recognition goes by from now on; it was accepted when it was accepted."""
        await lock_plan(uow.session, event.plan_id)
        changed = {name: getattr(event, name) for name in (*PLAN_FIELDS, "filed_on", "last_filing_day")}
        changed["admitted_late"] = _admitted_late(event)
        changed["items"] = [item.model_dump(mode="json") for item in event.items]
        await uow.session.execute(update(PlanFact).where(PlanFact.plan_id == event.plan_id).values(changed))
        await reconsider(uow, event.plan_id, calendar=await stored_calendar(uow.session))

    async def on_roster_reviewed(uow: UnitOfWork, event: RosterReviewed) -> None:
        await lock_plan(uow.session, event.plan_id)
        counts = {"approved": event.approved, "refused": event.refused, "pending": event.pending}
        statement = insert(RosterFact).values(plan_id=event.plan_id, **counts)
        await uow.session.execute(statement.on_conflict_do_update(index_elements=["plan_id"], set_=counts))
        await reconsider(uow, event.plan_id, calendar=await stored_calendar(uow.session))

    async def on_batch_recorded(uow: UnitOfWork, event: BatchRecorded) -> None:
        await lock_plan(uow.session, event.plan_id)
        uow.session.add(
            BatchFact(
                batch_id=event.batch_id,
                plan_id=event.plan_id,
                organisation_id=event.organisation_id,
                rows=event.rows,
                outcomes=dict(event.outcomes),
                evaluation_ended_on=event.evaluation_ended_on,
                recorded_on=event.recorded_on,
                recorded_at=event.recorded_at,
                received_on=event.received_on,
                workdays_allowed=event.workdays_allowed,
                admitted_late=event.admitted_late.reason if event.admitted_late else None,
                public_until=event.public_until,
                decision="waiting",
                gates=[],
                certificates_issued=0,
            )
        )
        await uow.session.flush()
        await reconsider(uow, event.plan_id, calendar=await stored_calendar(uow.session))

    async def on_publicity_ended(uow: UnitOfWork, event: ResultsPublicityEnded) -> None:
        """Told after the batch, under its key."""
        await lock_plan(uow.session, event.plan_id)
        await uow.session.execute(
            update(BatchFact)
            .where(BatchFact.batch_id == event.batch_id)
            .values(objections=event.objections, objections_upheld=event.upheld)
        )
        await reconsider(uow, event.plan_id, calendar=await stored_calendar(uow.session))

    table: dict[type[Event], Callable[..., Awaitable[None]]] = {
        PlanAccepted: on_plan_accepted,
        PlanAmended: on_plan_amended,
        RosterReviewed: on_roster_reviewed,
        BatchRecorded: on_batch_recorded,
        ResultsPublicityEnded: on_publicity_ended,
        CertificatesIssued: on_certificates_issued,
        CalendarPublished: on_calendar_published,
    }
    return table


def _admitted_late(event: PlanAccepted) -> str | None:
    return event.late_admission.reason if event.late_admission else None


async def on_certificates_issued(uow: UnitOfWork, event: CertificatesIssued) -> None:
    await uow.session.execute(
        update(BatchFact)
        .where(BatchFact.batch_id == event.batch_id)
        .values(certificates_issued=BatchFact.certificates_issued + len(event.certificates))
    )


async def on_calendar_published(uow: UnitOfWork, event: CalendarPublished) -> None:
    """Look again at undecided batches that were recorded in the year or evaluated in it (Art. 17)."""
    first, last = date(event.year, 1, 1), date(event.year, 12, 31)
    plans = await uow.session.scalars(
        select(BatchFact.plan_id)
        .where(
            BatchFact.decision.in_(OPEN),
            BatchFact.recorded_on >= first,
            BatchFact.evaluation_ended_on <= last,
        )
        .distinct()
        .order_by(BatchFact.plan_id)
    )
    calendar = await stored_calendar(uow.session)
    for plan_id in plans.all():
        await lock_plan(uow.session, plan_id)
        await reconsider(uow, plan_id, calendar=calendar)
