"""What registration takes in from filing and catalog. A handler that meets its event again writes the same row."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from common.events.catalog import StandardInForce
from common.events.filing import PlanAccepted, PlanAmended, PlanCancelled
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork
from registration.plans.models import PlanFact, StandardFact
from registration.plans.repository import plan_of
from registration.registrations.repository import move, release


async def on_plan_accepted(uow: UnitOfWork, event: PlanAccepted) -> None:
    """A plan that candidates may be registered for, as accepted or as amended since."""
    row = {
        "number": event.number,
        "name": event.name,
        "organisation_id": event.organisation_id,
        "kind": event.kind,
        "region": event.region,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "items": [item.model_dump(mode="json") for item in event.items],
        "recorder_account_id": event.recorder_account_id,
        "examiners": [examiner.card_number for examiner in event.examiners],
        "accepted_at": event.accepted_at,
        "sessions": [one.model_dump(mode="json") for one in event.sessions],
        "waives_seniority": event.waives_seniority,
        "special": event.special,
    }
    statement = insert(PlanFact).values(plan_id=event.plan_id, **row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["plan_id"], set_=row))
    if event.special == "trial":
        await _keep_outline(uow, event)


async def _keep_outline(uow: UnitOfWork, event: PlanAccepted) -> None:
    """A trial goes by its outline, of which the catalog says nothing; the general pass rule counts (Art. 1)."""
    rows = {
        item.standard_id: {
            "standard_id": item.standard_id,
            "name": item.standard_name,
            "components": {},
        }
        for item in event.items
    }
    await uow.session.execute(insert(StandardFact).values(list(rows.values())).on_conflict_do_nothing())


async def on_plan_amended(uow: UnitOfWork, event: PlanAmended) -> None:
    """Days and sittings may be others now; so is the time for which its candidates are taken up."""
    await on_plan_accepted(uow, event)
    await move(uow.session, await plan_of(uow.session, event.plan_id, lock=True))


async def on_standard_in_force(uow: UnitOfWork, event: StandardInForce) -> None:
    """What passes under a standard, and who may sit for it."""
    components = {
        level: [part.model_dump(mode="json") for part in parts] for level, parts in event.components.items()
    }
    row = {
        "name": event.name,
        "components": components,
        "regulation": event.regulation,
        "eligibility": event.eligibility,
    }
    statement = insert(StandardFact).values(standard_id=event.standard_id, **row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["standard_id"], set_=row))


async def on_plan_cancelled(uow: UnitOfWork, event: PlanCancelled) -> None:
    """Nothing more is taken in under it; filing tells of one plan in order, so an accepted one is known by now."""
    await uow.session.execute(
        update(PlanFact).where(PlanFact.plan_id == event.plan_id).values(cancelled_at=event.cancelled_at)
    )
    await release(uow.session, event.plan_id)


HANDLERS: Handlers = {
    PlanAccepted: on_plan_accepted,
    PlanAmended: on_plan_amended,
    PlanCancelled: on_plan_cancelled,
    StandardInForce: on_standard_in_force,
}
