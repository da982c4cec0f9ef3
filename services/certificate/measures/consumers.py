"""What audit tells of recognitions taken back and of bodies listed. Each handler may be applied twice."""

from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from certificate.certificates.models import Certificate
from certificate.issuance.consumers import hold_batch
from certificate.issuance.models import Batch
from certificate.measures.models import Listing
from certificate.status.changes import Decision
from certificate.status.deciding import decide_all
from certificate.status.domain import Act
from common.events.audit import OrganisationCleared, OrganisationListed, RecognitionWithdrawn
from common.ids import decode_id, encode_id, uuid7
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork

_LONGEST_DOCUMENT = 200
_ACTS: dict[str, Act] = {"revoke": "revoke", "suspend": "suspend", "review": "review"}


async def on_recognition_withdrawn(uow: UnitOfWork, event: RecognitionWithdrawn) -> None:
    """What is still to be issued is not, until it is recognised again; what was issued becomes what audit says."""
    await hold_batch(uow.session, event.batch_id, event.plan_id)
    await uow.session.execute(
        update(Batch).where(Batch.batch_id == event.batch_id).values(state="waiting", recognised_at=None)
    )
    act = _ACTS.get(event.certificates)
    if act is None:
        return
    decision = Decision(
        id=uuid7(),
        act=act,
        ground=f"{encode_id('batch', event.batch_id)} {event.decided_at.isoformat()}",
        origin="rule",
        reason_code="recognition_withdrawn",
        decision_document=event.reason[:_LONGEST_DOCUMENT],
        decided_by=_decider(event.decided_by),
        decided_at=event.decided_at,
    )
    await decide_all(uow.session, decision, Certificate.batch_id == event.batch_id)


async def on_organisation_listed(uow: UnitOfWork, event: OrganisationListed) -> None:
    """Keep the measure; told again with other dates, the later word counts. The worker does what follows on its day."""
    row = {
        "organisation_id": event.organisation_id,
        "measure": event.measure,
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "plans": event.plans,
        "certificates": event.certificates,
        "cleared_on": None,
    }
    statement = insert(Listing).values(case=event.case, **row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["case"], set_=row))


async def on_organisation_cleared(uow: UnitOfWork, event: OrganisationCleared) -> None:
    """The measure counts no more from that day on."""
    await uow.session.execute(
        update(Listing).where(Listing.case == event.case).values(cleared_on=event.cleared_on)
    )


def _decider(text: str) -> str:
    """An account as its bare id, so that whoever revoked is known again; other words as they are."""
    with suppress(ValueError):
        return str(decode_id("account", text))
    return text


HANDLERS: Handlers = {
    RecognitionWithdrawn: on_recognition_withdrawn,
    OrganisationListed: on_organisation_listed,
    OrganisationCleared: on_organisation_cleared,
}
