"""Facts from filing: which bodies there are."""

from sqlalchemy.dialects.postgresql import insert

from audit.bodies.models import EvaluatingBody
from common.events.filing import OrganisationApproved
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork


async def on_organisation_approved(uow: UnitOfWork, event: OrganisationApproved) -> None:
    """Keep the body as it is now."""
    row = {name: getattr(event, name) for name in ("name", "uscc", "region", "kind")}
    statement = insert(EvaluatingBody).values(organisation_id=event.organisation_id, **row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["organisation_id"], set_=row))


HANDLERS: Handlers = {OrganisationApproved: on_organisation_approved}
