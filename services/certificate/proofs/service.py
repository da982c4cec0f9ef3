"""Use case: the proof that a certificate stands in the public log."""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.proofs.models import LogProof, ProvenCertificate

MAKING: Final = (
    "skills.certificate.certificates.issued.v1",
    "skills.certificate.certificate.reissued.v1",
)


async def proof_of(session: AsyncSession, number: str) -> dict[str, Any] | None:
    """The proof of the event that made the certificate's newest version; None in the seconds before it is there.

    `entry` is the leaf (RFC 9162: its hash is SHA-256 of 00 and these bytes), `proof` leads from it to the root of
    `checkpoint`, a signed note.
    """
    row = await session.scalar(
        select(LogProof)
        .join(ProvenCertificate, ProvenCertificate.event_id == LogProof.event_id)
        .where(ProvenCertificate.number == number, LogProof.event_type.in_(MAKING))
        .order_by(LogProof.position.desc())
        .limit(1)
    )
    if row is None:
        return None
    return {
        "event_id": str(row.event_id),
        "leaf_index": row.leaf_index,
        "tree_size": row.tree_size,
        "entry": row.entry,
        "proof": row.proof,
        "checkpoint": row.checkpoint,
    }
