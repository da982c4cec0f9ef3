"""Facts from filing and registration. Each handler may be applied twice, and after any other."""

from hashlib import sha256

import orjson
from sqlalchemy.dialects.postgresql import insert

from certificate.evidence.models import Accreditation, BatchFact, RosterFact
from common.events.filing import OrganisationApproved
from common.events.registration import BatchRecorded, RosterReviewed
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork


async def on_organisation_approved(uow: UnitOfWork, event: OrganisationApproved) -> None:
    """Keep what a body may evaluate, beside what it might before."""
    scope = [entry.model_dump(mode="json") for entry in event.scope]
    row = insert(Accreditation).values(
        organisation_id=event.organisation_id,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        scope_sha256=sha256(orjson.dumps(scope, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        scope=scope,
    )
    await uow.session.execute(row.on_conflict_do_nothing())


async def on_roster_reviewed(uow: UnitOfWork, event: RosterReviewed) -> None:
    """Keep how many candidates of a plan were approved: each event counts all so far, so the number only grows."""
    row = insert(RosterFact).values(plan_id=event.plan_id, approved=event.approved)
    grown = row.on_conflict_do_update(
        index_elements=["plan_id"],
        set_={"approved": row.excluded.approved},
        where=RosterFact.approved < row.excluded.approved,
    )
    await uow.session.execute(grown)


async def on_batch_recorded(uow: UnitOfWork, event: BatchRecorded) -> None:
    """Keep how large a batch was, and how many passed."""
    row = insert(BatchFact).values(
        batch_id=event.batch_id,
        rows=event.rows,
        passed=event.outcomes.get("passed", 0),
        recorded_on=event.recorded_on,
    )
    await uow.session.execute(row.on_conflict_do_nothing())


HANDLERS: Handlers = {
    OrganisationApproved: on_organisation_approved,
    RosterReviewed: on_roster_reviewed,
    BatchRecorded: on_batch_recorded,
}
