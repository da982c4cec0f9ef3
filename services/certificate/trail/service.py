"""Use case: tell the trail of a certificate."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.certificates.service import visible
from certificate.corrections.models import Reissue
from certificate.proofs.service import proof_of
from certificate.status.models import StatusChange
from certificate.trail.models import TrailAct
from certificate.trail.schemas import ActOut, TrailOut
from common.auth import Caller


async def read_trail(session: AsyncSession, number: str, caller: Caller) -> TrailOut:
    """From the plan to the newest status, for those who may see the certificate. Raises NotFound."""
    certificate, _ = await visible(session, number, caller)
    acts = await _before(session, certificate.plan_id, certificate.batch_id, certificate.result_id)
    acts += await _of_itself(session, certificate.number)
    return TrailOut(
        number=certificate.number,
        acts=tuple(sorted(acts, key=lambda act: act.at)),
        log_proof=await proof_of(session, certificate.number),
    )


async def _before(session: AsyncSession, plan_id: Any, batch_id: Any, result_id: Any) -> list[ActOut]:
    rows = await session.scalars(
        select(TrailAct).where(
            TrailAct.plan_id == plan_id,
            or_(TrailAct.batch_id.is_(None), TrailAct.batch_id == batch_id),
            or_(TrailAct.result_id.is_(None), TrailAct.result_id == result_id),
        )
    )
    return [ActOut.model_validate(row) for row in rows]


async def _of_itself(session: AsyncSession, number: str) -> list[ActOut]:
    """Issued, signed again, and every status with its decision."""
    issued = await session.get_one(Certificate, number)
    signed = await session.scalars(select(Reissue).where(Reissue.number == number))
    changes = await session.scalars(select(StatusChange).where(StatusChange.number == number))
    return [
        _act("issued", issued.issued_at, "issuing key", issued.kid, {"version": 1}),
        *(
            _act("reissued", row.reissued_at, "issuing key", row.kid, {"version": row.version})
            for row in signed
        ),
        *(
            _act(f"status_{row.act}", row.changed_at, "status", row.decided_by, _decision(row))
            for row in changes
        ),
    ]


def _decision(row: StatusChange) -> dict[str, Any]:
    return {
        "status": row.status,
        "reason_code": row.reason_code,
        "decision_document": row.decision_document,
    }


def _act(act: str, at: Any, office: str, by: str | None, facts: dict[str, Any]) -> ActOut:
    return ActOut(act=act, at=at, office=office, by=by, event_id=None, facts=facts)
