"""Use cases: decide about one certificate, or take in a decision about many, which the worker carries out."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates import repository
from certificate.certificates.domain import ReasonCode, number_to_find
from certificate.certificates.models import Certificate
from certificate.status.changes import Decision, change, say_revoked
from certificate.status.domain import Act
from certificate.status.models import DecidedNumber, StatusChange, StatusDecision
from certificate.status.reasons import check_reason
from certificate.status.schemas import DecisionOut, StatusDecisionIn, StatusDecisionsIn
from common.auth import Caller
from common.errors import NotFound
from common.ids import encode_id, uuid7
from common.pagination import Page
from common.unit_of_work import UnitOfWork

CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"


def by_hand(
    uow: UnitOfWork, caller: Caller, act: Act, *, reason_code: ReasonCode, decision_document: str
) -> Decision:
    """A decision of the caller, of now. Raises Violations for a reason that the act cannot have."""
    check_reason(act, reason_code)
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
    await keep_decision(uow.session, decision, [exact], region=charge_of(caller), is_done=True)
    if decision.act == "revoke":
        say_revoked(uow, decision, exact)
    return exact


async def decide_about_one(
    uow: UnitOfWork, number: str, body: StatusDecisionIn, *, caller: Caller
) -> DecisionOut:
    """Suspend, review, or end either. Raises NotFound, StatusConflict, Violations."""
    async with uow:
        decision = by_hand(
            uow, caller, body.act, reason_code=body.reason_code, decision_document=body.decision_document
        )
        await decide_one(uow, decision, number, caller)
        answer = DecisionOut.model_validate(await uow.session.get_one(StatusDecision, decision.id))
        await uow.commit(answer)
        return answer


async def decide_many(uow: UnitOfWork, body: StatusDecisionsIn, *, caller: Caller) -> DecisionOut:
    """Take in a decision about a list or a batch; each certificate is judged when its turn comes."""
    async with uow:
        decision = by_hand(
            uow, caller, body.act, reason_code=body.reason_code, decision_document=body.decision_document
        )
        if body.batch_id is not None:
            which = Certificate.batch_id == body.batch_id
            await decide_all(uow.session, decision, which, region=charge_of(caller))
        else:
            wanted = list(dict.fromkeys(number_to_find(number) for number in body.numbers or ()))
            await keep_decision(uow.session, decision, wanted, region=charge_of(caller))
        answer = DecisionOut.model_validate(await uow.session.get_one(StatusDecision, decision.id))
        await uow.commit(answer)
        return answer


async def decide_all(
    session: AsyncSession, decision: Decision, which: ColumnElement[bool], *, region: str | None = None
) -> bool:
    """Take in a decision about all certificates of a kind; False when it was taken in before (by act and ground)."""
    numbers = await session.scalars(select(Certificate.number).where(which).order_by(Certificate.number))
    return await keep_decision(session, decision, numbers.all(), region=region)


async def keep_decision(
    session: AsyncSession,
    decision: Decision,
    numbers: Sequence[str],
    *,
    region: str | None,
    is_done: bool = False,
) -> bool:
    """Keep a decision and whom it names; False when one of its act and ground is there."""
    ended = is_done or not numbers
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
        total=len(numbers),
        done=len(numbers) if ended else 0,
        refused=0,
        ended_at=decision.decided_at if ended else None,
    )
    added: UUID | None = await session.scalar(
        row.on_conflict_do_nothing(index_elements=["act", "ground"]).returning(StatusDecision.id)
    )
    if added is not None and numbers:
        outcome = CHANGED if is_done else None
        named = func.unnest(cast(list(numbers), ARRAY(Text))).table_valued(
            "number", with_ordinality="position", name="named"
        )
        rows = named.render_derived(name="named")
        await session.execute(
            insert(DecidedNumber).from_select(
                ["decision_id", "position", "number", "outcome"],
                select(literal(decision.id), rows.c.position, rows.c.number, literal(outcome, Text)),
            )
        )
    return added is not None


async def read_decision(session: AsyncSession, decision_id: UUID, caller: Caller) -> StatusDecision:
    """A decision of the caller's division or of one in it; the province sees all. Raises NotFound."""
    row = await session.get(StatusDecision, decision_id)
    if row is None or not _covers(charge_of(caller), row.region):
        raise NotFound.of("decision")
    return row


def charge_of(caller: Caller) -> str | None:
    """The division that an account decides for: none for the whole province, an empty one for nobody's."""
    return None if caller.role == "authority" and caller.region is None else caller.region or ""


def _covers(charge: str | None, region: str | None) -> bool:
    if charge is None or not charge:
        return charge is None
    whole = charge.removesuffix("00").removesuffix("00") if charge.endswith("00") else charge
    return region is not None and region.startswith(whole)


async def numbers_of(
    session: AsyncSession, decision_id: UUID, page: Page, *, refused_only: bool
) -> Sequence[DecidedNumber]:
    """The certificates that a decision names, in their order, with what became of each."""
    statement = select(DecidedNumber).where(DecidedNumber.decision_id == decision_id)
    if refused_only:
        statement = statement.where(DecidedNumber.outcome.not_in((CHANGED, UNCHANGED)))
    if page.after is not None:
        statement = statement.where(DecidedNumber.position > page.after[0])
    rows = await session.scalars(statement.order_by(DecidedNumber.position).limit(page.fetch))
    return rows.all()


async def history(session: AsyncSession, number: str, caller: Caller) -> Sequence[StatusChange]:
    """Every change of a certificate's status that the caller may see, oldest first. Raises NotFound."""
    found = await repository.find(session, number_to_find(number), caller)
    if found is None:
        raise NotFound.of("certificate")
    rows = await session.scalars(
        select(StatusChange).where(StatusChange.number == found[0].number).order_by(StatusChange.serial)
    )
    return rows.all()
