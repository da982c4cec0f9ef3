"""Use cases: decide about one certificate, or take in a decision about many, which the worker carries out."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates import repository
from certificate.certificates.domain import ReasonCode, number_to_find
from certificate.certificates.models import Certificate
from certificate.status.changes import Decision, change, say_revoked
from certificate.status.domain import Act
from certificate.status.models import DecidedNumber, StatusDecision
from common.auth import Caller
from common.errors import NotFound
from common.ids import encode_id, uuid7
from common.unit_of_work import UnitOfWork

CHANGED: Final = "changed"


def by_hand(
    uow: UnitOfWork, caller: Caller, act: Act, *, reason_code: ReasonCode, decision_document: str
) -> Decision:
    """A decision of the caller, of now."""
    decision_id = uuid7()
    return Decision(
        id=decision_id,
        act=act,
        ground=encode_id("decision", decision_id),
        origin="hand",
        reason_code=reason_code,
        decision_document=decision_document,
        decided_by=str(caller.account_id),
        decided_at=uow.clock.now(),
    )


async def decide_one(uow: UnitOfWork, decision: Decision, number: str, caller: Caller) -> str:
    """Decide about one certificate that the caller may see, at once; its number. Raises NotFound, StatusConflict."""
    found = await repository.find(uow.session, number_to_find(number), caller)
    if found is None:
        raise NotFound.of("certificate")
    exact = found[0].number
    outcome = await change(uow, decision, [exact])
    for conflict in outcome.refused.values():
        raise conflict
    await keep_decision(uow.session, decision, region=caller.region, total=1, done=1)
    await uow.session.execute(
        insert(DecidedNumber).values(decision_id=decision.id, position=1, number=exact, outcome=CHANGED)
    )
    if decision.act == "revoke":
        say_revoked(uow, decision, exact)
    return exact


async def decide_listed(
    session: AsyncSession, decision: Decision, numbers: Sequence[str], caller: Caller
) -> None:
    """Take in a decision about these numbers, once each in the order given; each is judged when its turn comes."""
    wanted = list(dict.fromkeys(number_to_find(number) for number in numbers))
    await keep_decision(session, decision, region=caller.region, total=len(wanted))
    rows = [
        {"decision_id": decision.id, "position": position, "number": number}
        for position, number in enumerate(wanted, start=1)
    ]
    await session.execute(insert(DecidedNumber), rows)


async def decide_all(
    session: AsyncSession, decision: Decision, which: ColumnElement[bool], *, region: str | None = None
) -> bool:
    """Take in a decision about all certificates of a kind; False when it was taken in before (by act and ground)."""
    total = await session.scalar(select(func.count()).select_from(Certificate).where(which)) or 0
    if not await keep_decision(session, decision, region=region, total=total):
        return False
    rank = func.row_number().over(order_by=Certificate.number)
    rows = select(literal(decision.id), rank, Certificate.number).where(which)
    await session.execute(insert(DecidedNumber).from_select(["decision_id", "position", "number"], rows))
    return True


async def keep_decision(
    session: AsyncSession, decision: Decision, *, region: str | None, total: int, done: int = 0
) -> bool:
    """Keep a decision; False when one of its act and ground is there."""
    ended = done == total
    row = upsert(StatusDecision).values(
        id=decision.id,
        act=decision.act,
        ground=decision.ground,
        origin=decision.origin,
        reason_code=decision.reason_code,
        decision_document=decision.decision_document,
        decided_by=decision.decided_by,
        region=region,
        decided_at=decision.decided_at,
        state="completed" if ended else "running",
        total=total,
        done=done,
        refused=0,
        ended_at=decision.decided_at if ended else None,
    )
    added: UUID | None = await session.scalar(
        row.on_conflict_do_nothing(index_elements=["act", "ground"]).returning(StatusDecision.id)
    )
    return added is not None
