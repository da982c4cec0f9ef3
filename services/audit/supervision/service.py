"""Use cases: require, draw, assign and report supervision."""

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.plans.models import PlanFact
from audit.recognition.service import lock_plan, reconsider
from audit.supervision import domain
from audit.supervision.models import Draw, Supervision, Supervisor
from audit.supervision.repository import cards, plan_in_sight, supervision_of
from audit.supervision.schemas import AssignmentIn, ReportIn, SupervisionOut, SupervisorIn, SupervisorOut
from common.auth import Caller
from common.errors import Bilingual, Forbidden, NotFound, StateConflict
from common.events.audit import DrawCommitted, DrawRevealed, SupervisionAssigned, SupervisionReported
from common.ids import encode_id, uuid7
from common.person_keys import person_keys
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar


class CardTaken(StateConflict):
    """One card, one supervisor; one account, one supervisor."""

    code = "supervisor-already-registered"
    article = "22"
    title = Bilingual("督导员已登记", "Supervisor already registered")


def supervisor_id(value: UUID) -> str:
    return encode_id("supervisor", value)


async def register_supervisor(
    uow: UnitOfWork, body: SupervisorIn, *, caller: Caller, keyring: Keyring
) -> SupervisorOut:
    """Enter a supervisor of the caller's region with the card (Art. 22). Raises Forbidden, CardTaken."""
    if not caller.sees_region(body.region):
        raise Forbidden(
            Bilingual("只能登记本辖区的督导员。", "Supervisors are registered by the centre of their region.")
        )
    async with uow:
        taken = await uow.session.scalar(
            select(Supervisor.id).where(
                (Supervisor.card_number == body.card_number) | (Supervisor.account_id == body.account_id)
            )
        )
        if taken is not None:
            raise CardTaken(
                Bilingual(
                    "该证卡号或账户已登记为督导员;请核对后使用已有记录。",
                    "This card number or account is already registered; use the existing record.",
                )
            )
        person_id = uuid7()
        key = (await person_keys(uow.session, keyring, [person_id], create=True))[person_id]
        supervisor = Supervisor(
            id=uuid7(),
            person_id=person_id,
            sealed_name=key.seal("supervisor", {"name": body.name}).ciphertext,
            card_number=body.card_number,
            region=body.region,
            valid_to=body.valid_to,
            account_id=body.account_id,
            registered_at=uow.clock.now(),
        )
        uow.session.add(supervisor)
        answer = SupervisorOut.model_validate(supervisor)
        await uow.commit(answer)
    return answer


async def require_supervision(uow: UnitOfWork, plan: PlanFact, *, rate: Decimal) -> None:
    """Open the supervision of an accepted plan: always for social and school, by draw for employers."""
    if plan.kind in domain.ALWAYS_SUPERVISED:
        open_supervision(uow, plan)
    else:
        pool = (encode_id("plan", plan.plan_id),)
        commit_draw(uow, plan.plan_id, purpose="spot_check", pool=pool, rate=rate)


def open_supervision(uow: UnitOfWork, plan: PlanFact) -> None:
    """The plan needs a supervisor; the draw among those eligible follows."""
    uow.session.add(Supervision(id=uuid7(), plan_id=plan.plan_id, state="needed", on=plan.starts_on))


def commit_draw(
    uow: UnitOfWork, plan_id: UUID, *, purpose: str, pool: Sequence[str], rate: Decimal | None = None
) -> None:
    """Fix pool and seed and tell their hashes; `reveal` follows in a later transaction."""
    seed = secrets.token_hex(32)
    draw = Draw(
        id=uuid7(),
        plan_id=plan_id,
        purpose=purpose,
        rate=rate,
        pool=list(pool),
        pool_sha256=domain.pool_digest(pool),
        seed=seed,
        seed_sha256=domain.seed_digest(seed),
        committed_at=uow.clock.now(),
    )
    uow.session.add(draw)
    uow.say(
        DrawCommitted(
            draw_id=draw.id,
            plan_id=plan_id,
            purpose="spot_check" if purpose == "spot_check" else "supervisor",
            pool_sha256=draw.pool_sha256,
            seed_sha256=draw.seed_sha256,
        )
    )


async def reveal(uow: UnitOfWork, draw: Draw, *, calendar: WorkCalendar) -> None:
    """Run a committed draw, tell its seed and outcome, and act on it."""
    await lock_plan(uow.session, draw.plan_id)
    drawn = domain.run_draw(draw.purpose, draw.seed, draw.pool, draw.rate)
    draw.drawn, draw.revealed_at = list(drawn), uow.clock.now()
    uow.say(
        DrawRevealed(
            draw_id=draw.id, plan_id=draw.plan_id, seed=draw.seed, pool=tuple(draw.pool), drawn=drawn
        )
    )
    plan = await uow.session.get_one(PlanFact, draw.plan_id)
    if draw.purpose == "spot_check":
        if drawn:
            open_supervision(uow, plan)
    else:
        await _assign_drawn(uow, plan, draw, drawn)
    await uow.session.flush()
    await reconsider(uow, draw.plan_id, calendar=calendar)


async def _assign_drawn(uow: UnitOfWork, plan: PlanFact, draw: Draw, drawn: Sequence[str]) -> None:
    supervision = await supervision_of(uow.session, plan.plan_id)
    by_text = {supervisor_id(row.id): row.id for row in await uow.session.scalars(select(Supervisor))}
    if supervision is None or supervision.state != "needed" or not drawn:
        return
    supervision.draw_id = draw.id
    _assign(uow, supervision, by_text[drawn[0]])


def _assign(uow: UnitOfWork, supervision: Supervision, to: UUID) -> None:
    supervision.state, supervision.supervisor_id = "assigned", to
    uow.say(
        SupervisionAssigned(
            supervision_id=supervision.id,
            plan_id=supervision.plan_id,
            supervisor_id=to,
            draw_id=supervision.draw_id,
            on=supervision.on,
        )
    )


async def draw_supervisor(uow: UnitOfWork, supervision: Supervision) -> bool:
    """Commit a draw among the supervisors eligible for a needed supervision; False while there is none."""
    plan = await uow.session.get_one(PlanFact, supervision.plan_id)
    pool = domain.eligible(await cards(uow.session), region=plan.region, on=supervision.on)
    if not pool:
        return False
    commit_draw(uow, plan.plan_id, purpose="supervisor", pool=pool)
    return True


async def assign_by_hand(
    uow: UnitOfWork, plan_id: UUID, body: AssignmentIn, *, caller: Caller, calendar: WorkCalendar
) -> SupervisionOut:
    """Send, or replace, a supervisor by a named dispatcher, with a reason. Raises NotFound, SupervisorUnsuitable."""
    async with uow:
        await lock_plan(uow.session, plan_id)
        plan = await plan_in_sight(uow.session, plan_id, caller)
        supervision = await supervision_of(uow.session, plan_id)
        card = next(
            (c for c in await cards(uow.session) if c.supervisor_id == supervisor_id(body.supervisor_id)),
            None,
        )
        if card is None or supervision is None:
            raise NotFound.of("supervisor" if card is None else "supervision")
        if supervision.state == "reported":
            domain.check_report(state=supervision.state, on=supervision.on, today=supervision.on)
        domain.check_assignable(card, region=plan.region, on=supervision.on)
        supervision.assigned_reason, supervision.draw_id = body.reason, None
        _assign(uow, supervision, body.supervisor_id)
        await uow.session.flush()
        await reconsider(uow, plan_id, calendar=calendar)
        answer = SupervisionOut.model_validate(supervision)
        await uow.commit(answer)
    return answer


async def report_supervision(
    uow: UnitOfWork,
    supervision_id: UUID,
    body: ReportIn,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
) -> SupervisionOut:
    """File the on-site report of the supervisor who was sent (Art. 18(2)).

    Raises NotFound (also for another's supervision), ReportTooEarly, AlreadyReported.
    """
    async with uow:
        supervision, supervisor = await _own_supervision(uow.session, supervision_id, caller)
        await lock_plan(uow.session, supervision.plan_id)
        await uow.session.refresh(supervision, with_for_update=True)
        domain.check_report(state=supervision.state, on=supervision.on, today=today)
        now = uow.clock.now()
        supervision.state, supervision.verdict, supervision.reported_at = "reported", body.verdict, now
        supervision.head_count, supervision.note = body.head_count, body.note
        supervision.checklist = [entry.model_dump(mode="json") for entry in body.checklist]
        uow.say(
            SupervisionReported(
                supervision_id=supervision.id,
                plan_id=supervision.plan_id,
                supervisor_id=supervisor,
                verdict=body.verdict,
                findings=sum(entry.result == "fail" for entry in body.checklist),
                reported_at=now,
            )
        )
        await uow.session.flush()
        await reconsider(uow, supervision.plan_id, calendar=calendar)
        answer = SupervisionOut.model_validate(supervision)
        await uow.commit(answer)
    return answer


async def _own_supervision(
    session: AsyncSession, supervision_id: UUID, caller: Caller
) -> tuple[Supervision, UUID]:
    """The supervision that the calling supervisor was sent to, with the supervisor's id. Raises NotFound."""
    found = (
        await session.execute(
            select(Supervision, Supervisor.id)
            .join(Supervisor, Supervisor.id == Supervision.supervisor_id)
            .where(Supervision.id == supervision_id, Supervisor.account_id == caller.account_id)
        )
    ).one_or_none()
    if found is None:
        raise NotFound.of("supervision")
    supervision, supervisor = found
    return supervision, supervisor
