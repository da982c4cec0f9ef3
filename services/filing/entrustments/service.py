"""Use cases: propose, confirm and end entrustments, and show them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, FieldError, Forbidden, StateConflict, Violations
from common.events.filing import EntrustedPart, EntrustmentConfirmed, EntrustmentEnded
from common.ids import uuid7
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from filing.documents.repository import announce
from filing.documents.schemas import DocumentIn
from filing.entrustments import repository
from filing.entrustments.domain import FOLLOWS, Act, Entrusted, check_end, check_terms, sides
from filing.entrustments.models import EntrustmentAct, EntrustmentTerms
from filing.entrustments.schemas import (
    ActOut,
    EndIn,
    EntrustedOut,
    EntrustmentIn,
    EntrustmentOut,
    SideOut,
)
from filing.listing.repository import listed_codes
from filing.organisations.domain import scope_on
from filing.organisations.models import Organisation
from filing.organisations.repository import approvals
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on


class NotThisSide(Forbidden):
    """Whoever proposed an entrustment does not confirm it: both sides agree (Art. 12)."""

    article = "12"


class NotInThisState(StateConflict):
    """An entrustment is confirmed once, and ended once."""

    article = "12"


async def propose(uow: UnitOfWork, body: EntrustmentIn, *, caller: Caller, today: date) -> EntrustmentOut:
    """Propose an entrustment to the other side; it counts once that side confirms it.

    Raises Forbidden, OrganisationListed, Violations.
    """
    async with uow:
        own = await _own(uow.session, caller, today)
        partner = await uow.session.get(Organisation, body.partner_id)
        pair = sides(own.id, own.kind, partner.id, partner.kind, body.purpose) if partner else None
        if partner is None or pair is None or not (await standing_on(uow.session, partner, today)).may_file:
            raise Violations([_wrong_partner()])
        employer_id, agency_id = pair
        acting_id = employer_id if body.purpose == "joint_training" else agency_id
        await _check(uow.session, body, acting_id, today)
        terms = EntrustmentTerms(
            id=uuid7(),
            employer_id=employer_id,
            agency_id=agency_id,
            scope=[part.model_dump(mode="json") for part in body.scope],
            valid_from=body.valid_from,
            valid_to=body.valid_to,
            contract_sha256=bytes.fromhex(body.contract_sha256),
            purpose=body.purpose,
            cohort_year=body.cohort_year,
        )
        uow.session.add(terms)
        await uow.session.flush()
        contract = DocumentIn(kind="contract", sha256=body.contract_sha256)
        for side in pair:
            await announce(uow.session, side, [contract], now=uow.clock.now())
        await _act(uow, terms, "proposed", caller=caller, today=today)
        answer = await _shown(uow.session, terms)
        await uow.commit(answer)
    return answer


async def _own(session: AsyncSession, caller: Caller, today: date) -> Organisation:
    """The caller's organisation, in good standing. Raises Forbidden, OrganisationListed."""
    found = await session.get(Organisation, caller.organisation_id) if caller.organisation_id else None
    if found is None:
        raise Forbidden(
            Bilingual(
                "只有评价机构的账户可以办理委托。",
                "Entrustments are made with an account of an evaluating body.",
            )
        )
    check_good_standing(await standing_on(session, found, today))
    return found


def _wrong_partner() -> FieldError:
    return FieldError(
        pointer="/partner_id",
        code="partner-unfit",
        article="12",
        detail=Bilingual(
            "对方不存在、未获批准或被采取监管措施,或双方不是一家用人单位和一家专业机构。",
            "The other side is unknown, not approved or under a measure, or the two are not an employer and a"
            " specialised body.",
        ),
        remedy=Bilingual(
            "请在机构名录中查询对方的编号和状态。", "Look its id and state up in the directory."
        ),
    )


async def _check(session: AsyncSession, body: EntrustmentIn, acting_id: UUID, today: date) -> None:
    problems = check_terms(
        [Entrusted(frozenset(part.item_codes), frozenset(part.levels)) for part in body.scope],
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        today=today,
        listed=await listed_codes(session, {code for part in body.scope for code in part.item_codes}),
        acting_scope=scope_on(await approvals(session, acting_id), body.valid_from),
    )
    if problems:
        raise Violations(problems)


async def confirm(uow: UnitOfWork, entrustment_id: UUID, *, caller: Caller, today: date) -> EntrustmentOut:
    """Agree to what the other side proposed. Raises NotFound, NotThisSide, NotInThisState, OrganisationListed."""
    async with uow:
        terms = await repository.in_sight(uow.session, entrustment_id, caller, lock=True)
        await _own(uow.session, caller, today)
        acts = (await repository.acts_of(uow.session, [terms.id]))[terms.id]
        if acts[0].organisation_id == caller.organisation_id:
            raise NotThisSide(
                Bilingual(
                    "委托须由未提出的一方确认。",
                    "An entrustment is confirmed by the side that did not propose it.",
                )
            )
        await _act(uow, terms, "confirmed", caller=caller, today=today)
        answer = await _shown(uow.session, terms)
        uow.say(
            EntrustmentConfirmed(
                entrustment_id=terms.id,
                employer_id=terms.employer_id,
                employer_name=answer.employer.name,
                agency_id=terms.agency_id,
                agency_name=answer.agency.name,
                scope=tuple(EntrustedPart.model_validate(part) for part in terms.scope),
                valid_from=terms.valid_from,
                valid_to=terms.valid_to,
                contract_sha256=answer.contract_sha256,
                confirmed_on=today,
                purpose=terms.purpose,
                cohort_year=terms.cohort_year,
            )
        )
        await uow.commit(answer)
    return answer


async def end(
    uow: UnitOfWork, entrustment_id: UUID, body: EndIn, *, caller: Caller, today: date
) -> EntrustmentOut:
    """End an entrustment, or take back or decline a proposal; what was done under it stays.

    Raises NotFound, NotInThisState, Violations.
    """
    async with uow:
        terms = await repository.in_sight(uow.session, entrustment_id, caller, lock=True)
        last_day = body.last_day or today
        was_confirmed = await _state(uow.session, terms) == "confirmed"
        problems = check_end(last_day, today=today, valid_to=terms.valid_to) if was_confirmed else ()
        if problems:
            raise Violations(problems)
        await _act(uow, terms, "ended", caller=caller, today=today, last_day=last_day, reason=body.reason)
        if was_confirmed and caller.organisation_id is not None:
            uow.say(
                EntrustmentEnded(
                    entrustment_id=terms.id,
                    employer_id=terms.employer_id,
                    agency_id=terms.agency_id,
                    ended_by=caller.organisation_id,
                    last_day=last_day,
                )
            )
        answer = await _shown(uow.session, terms)
        await uow.commit(answer)
    return answer


async def _state(session: AsyncSession, terms: EntrustmentTerms) -> Act:
    acts = (await repository.acts_of(session, [terms.id]))[terms.id]
    return acts[-1].act


async def _act(
    uow: UnitOfWork,
    terms: EntrustmentTerms,
    act: Act,
    *,
    caller: Caller,
    today: date,
    last_day: date | None = None,
    reason: str | None = None,
) -> None:
    """Keep an act as a fact; the caller holds the entrustment's row. Raises NotInThisState."""
    acts = (await repository.acts_of(uow.session, [terms.id]))[terms.id]
    if acts and (acts[-1].act, act) not in FOLLOWS:
        raise NotInThisState(
            Bilingual(
                "委托当前状态不允许此操作;请重新读取。",
                "The entrustment's state does not allow this; read it again.",
            ),
            state=acts[-1].act,
        )
    uow.session.add(
        EntrustmentAct(
            entrustment_id=terms.id,
            number=len(acts) + 1,
            act=act,
            organisation_id=caller.organisation_id,
            acted_on=today,
            last_day=last_day,
            reason=reason,
            recorded_at=uow.clock.now(),
            recorded_by=caller.account_id,
        )
    )
    await uow.session.flush()


# ── show ─────────────────────────────────────────────────────────────────────────────────────
async def read_entrustment(session: AsyncSession, entrustment_id: UUID, *, caller: Caller) -> EntrustmentOut:
    """An entrustment that the caller may see. Raises NotFound."""
    return await _shown(session, await repository.in_sight(session, entrustment_id, caller))


async def list_entrustments(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[EntrustmentOut]:
    """Entrustments that the caller may see, newest first."""
    before = page.after[0] if page.after else None
    rows = await repository.page_of(session, caller, before=before, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row.id,))
    return Listing.of(await _all_shown(session, kept), cursor)


async def _shown(session: AsyncSession, terms: EntrustmentTerms) -> EntrustmentOut:
    return (await _all_shown(session, [terms]))[0]


async def _all_shown(session: AsyncSession, rows: Sequence[EntrustmentTerms]) -> list[EntrustmentOut]:
    acts = await repository.acts_of(session, [row.id for row in rows])
    ids = {side for row in rows for side in (row.employer_id, row.agency_id)}
    found = await session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    names = {line.id: line.name for line in found}
    return [_told(row, acts[row.id], names) for row in rows]


def _told(terms: EntrustmentTerms, acts: Sequence[EntrustmentAct], names: dict[UUID, str]) -> EntrustmentOut:
    return EntrustmentOut(
        id=terms.id,
        employer=SideOut(id=terms.employer_id, name=names[terms.employer_id]),
        agency=SideOut(id=terms.agency_id, name=names[terms.agency_id]),
        state=acts[-1].act,
        scope=[EntrustedOut.model_validate(part) for part in terms.scope],
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        last_day=acts[-1].last_day,
        contract_sha256=terms.contract_sha256.hex(),
        purpose=terms.purpose,
        cohort_year=terms.cohort_year,
        acts=[ActOut.model_validate(act) for act in acts],
    )
