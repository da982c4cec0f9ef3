"""Proofs as audit tells them. The handler may be applied twice: the first proof of an event stays."""

from sqlalchemy.dialects.postgresql import insert

from certificate.proofs.models import LogProof, ProvenCertificate
from common.events.audit import LogIncluded
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork


async def on_log_included(uow: UnitOfWork, event: LogIncluded) -> None:
    """Keep the proof, and for each certificate which event it is of."""
    proof = {
        "event_id": event.event_id,
        "position": event.position,
        "event_type": event.event_type,
        "leaf_index": event.leaf_index,
        "tree_size": event.tree_size,
        "entry": event.entry,
        "proof": list(event.proof),
        "checkpoint": event.checkpoint,
    }
    await uow.session.execute(insert(LogProof).values(proof).on_conflict_do_nothing())
    rows = [
        {"number": number, "position": event.position, "event_id": event.event_id} for number in event.numbers
    ]
    await uow.session.execute(insert(ProvenCertificate).values(rows).on_conflict_do_nothing())


HANDLERS: Handlers = {LogIncluded: on_log_included}
