"""Use cases: check, file and mend plans, and show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, Forbidden, StateConflict
from common.events import Sealed
from common.events.filing import PlanFiled
from common.ids import encode_id, uuid7
from common.pagination import Page
from common.person_keys import person_key
from common.preconditions import IfMatch
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from filing.entrustments.repository import entrustment
from filing.listing.domain import Item, Standard
from filing.listing.repository import items_on, standards
from filing.organisations.domain import scope_on
from filing.organisations.models import Organisation
from filing.organisations.repository import approvals
from filing.plans import repository
from filing.plans.domain import (
    Assessment,
    Circumstances,
    Draft,
    PlannedExaminer,
    PlannedItem,
    check_plan,
    needs_new_notice,
    refusal,
)
from filing.plans.entrusted import OnBehalf
from filing.plans.lifecycle import OPEN, Act, after
from filing.plans.models import Plan, PlanFiling
from filing.plans.schemas import (
    PlanContent,
    PlanDetail,
    PlanIn,
    PlanOut,
    PlanSummary,
)
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on, standings_on

CONTACT = "contact"


class PlanKnown(StateConflict):
    """An organisation names its plans of one day apart, so that a batch is found by what people call it."""

    code = "duplicate"
    article = "18(1)"
    title = Bilingual("方案重复", "Plan already filed")


class WrongState(StateConflict):
    """The plan's state does not allow this act."""

    code = "state-conflict"
    article = "18(1)"
    title = Bilingual("当前状态不允许此操作", "State does not allow this")


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked plan with what was looked up for it."""

    assessment: Assessment
    items: dict[str, Item]
    standards: dict[UUID, Standard]


# ── check and file ───────────────────────────────────────────────────────────────────────────
async def assess(
    session: AsyncSession, body: PlanIn, *, caller: Caller, today: date, calendar: WorkCalendar
) -> Assessment:
    """What filing this plan today would bring; nothing is kept."""
    organisation = await own_organisation(session, caller, today)
    checked = await check_draft(
        session, organisation, draft_of(body), filed_on=today, today=today, calendar=calendar
    )
    return checked.assessment


async def file_plan(
    uow: UnitOfWork, body: PlanIn, *, caller: Caller, today: date, calendar: WorkCalendar, keyring: Keyring
) -> PlanOut:
    """Put a plan on record, in time and in shape (Art. 18(1)).

    Raises the refusal that names all its problems, PlanKnown, Forbidden.
    """
    async with uow:
        organisation = await own_organisation(uow.session, caller, today)
        draft = draft_of(body)
        checked = await check_draft(
            uow.session, organisation, draft, filed_on=today, today=today, calendar=calendar
        )
        refuse(checked)
        contact_id = uuid7()
        row = columns(body, checked) | {
            "id": uuid7(),
            "number": await _next_number(uow.session, draft.region, today.year),
            "organisation_id": organisation.id,
            "state": "filed",
            "version": 1,
            "filing": 1,
            "contact_person_id": contact_id,
            "sealed_contact": await sealed_contact(uow.session, keyring, contact_id, body),
            "filed_on": today,
            "filed_at": uow.clock.now(),
            "filed_by": caller.account_id,
        }
        plan = await repository.insert_plan(uow.session, row)
        if plan is None:
            raise plan_known()
        record_filing(uow, plan)
        answer = await shown(uow.session, plan)
        await uow.commit(answer)
    return answer


async def mend_plan(
    uow: UnitOfWork,
    plan_id: UUID,
    body: PlanIn,
    *,
    caller: Caller,
    held: IfMatch,
    today: date,
    calendar: WorkCalendar,
    keyring: Keyring,
) -> tuple[PlanOut, int]:
    """File a returned plan again, mended; returns it with its new version.

    It keeps its day of filing unless the change needs new notice (decision record 16).
    Raises NotFound, the problem `precondition-failed`, WrongState, the refusal that names all problems, PlanKnown.
    """
    async with uow:
        plan = await repository.plan_in_sight(uow.session, plan_id, caller, lock=True)
        held.check(plan.version)
        organisation = await own_organisation(uow.session, caller, today)
        draft, before = draft_of(body), draft_of(PlanContent.model_validate(plan.content))
        advance(plan, "mend")
        filed_on = today if needs_new_notice(before, draft) else plan.filed_on
        checked = await check_draft(
            uow.session, organisation, draft, filed_on=filed_on, today=today, calendar=calendar
        )
        refuse(checked)
        if draft.region != before.region:
            plan.number = await _next_number(uow.session, draft.region, filed_on.year)
        record_content(plan, body, checked)
        plan.filing += 1
        plan.sealed_contact = await sealed_contact(uow.session, keyring, plan.contact_person_id, body)
        plan.filed_on, plan.filed_at, plan.filed_by = filed_on, uow.clock.now(), caller.account_id
        try:
            await uow.session.flush()
        except IntegrityError:  # the name and the day are those of another plan by now
            raise plan_known() from None
        record_filing(uow, plan)
        answer = await shown(uow.session, plan)
        await uow.commit(answer)
    return answer, plan.version


def draft_of(content: PlanContent) -> Draft:
    """The part of a plan that rules look at."""
    return Draft(
        kind=content.kind,
        mode=content.mode,
        items=tuple(
            PlannedItem(item.item_code, item.level, item.standard_id, item.headcount)
            for item in content.items
        ),
        methods=content.methods,
        weights=content.weights.model_dump(exclude={"ethics"}, exclude_none=True),
        gates_ethics=content.weights.ethics == "gate",
        region=content.site.region,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        examiners=tuple(
            PlannedExaminer(examiner.card_number, examiner.is_leader) for examiner in content.examiners
        ),
        recorder_account_id=content.recorder_account_id,
        entrustment_id=content.entrustment_id,
    )


async def own_organisation(session: AsyncSession, caller: Caller, today: date) -> Organisation:
    """The caller's organisation, in good standing. Raises Forbidden, OrganisationListed."""
    organisation = (
        await session.get(Organisation, caller.organisation_id)
        if caller.organisation_id is not None
        else None
    )
    if organisation is None:
        raise Forbidden(
            Bilingual(
                "只有评价机构的账户可以申报方案。", "Plans are filed with an account of an evaluating body."
            )
        )
    check_good_standing(await standing_on(session, organisation, today))
    return organisation


async def check_draft(
    session: AsyncSession,
    organisation: Organisation,
    draft: Draft,
    *,
    filed_on: date,
    today: date,
    calendar: WorkCalendar,
) -> Checked:
    items = await items_on(session, [item.code for item in draft.items], draft.starts_on)
    named = await standards(session, [item.standard_id for item in draft.items])
    on_behalf = await _on_behalf(session, organisation, draft, today)
    known = Circumstances(
        filed_on=filed_on,
        calendar=calendar,
        organisation_kind=organisation.kind,
        scope=scope_on(await approvals(session, organisation.id), draft.starts_on),
        items=items,
        standards=named,
        recorders=await repository.recorders_of(session, organisation.id),
        on_behalf=on_behalf,
        employer=on_behalf.employer if on_behalf else organisation.uscc,
    )
    return Checked(check_plan(draft, known), items, named)


async def _on_behalf(
    session: AsyncSession, organisation: Organisation, draft: Draft, day: date
) -> OnBehalf | None:
    """What there is of the entrustment that a plan names; another body's is none."""
    if draft.entrustment_id is None:
        return None
    found = await entrustment(session, draft.entrustment_id)
    if found is None or found.agency_id != organisation.id:
        return OnBehalf(None, employer_may_file=False)
    standings = await standings_on(session, [found.employer_id], day)
    employer = await session.get_one(Organisation, found.employer_id)
    return OnBehalf(found, employer_may_file=standings[employer.id].may_file, employer=employer.uscc)


def refuse(checked: Checked) -> None:
    if checked.assessment.problems:
        raise refusal(checked.assessment)


def columns(content: PlanContent | PlanIn, checked: Checked) -> dict[str, Any]:
    """What a plan's row takes from what was sent and what was found for it."""
    return {
        "name": content.name,
        "kind": content.kind,
        "region": content.site.region,
        "starts_on": content.starts_on,
        "content": content.model_dump(mode="json", exclude={"contact"}),
        "item_facts": item_facts(content, checked),
        "last_filing_day": checked.assessment.last_filing_day,
        "deadline_provisional": checked.assessment.provisional,
    }


def record_content(plan: Plan, content: PlanContent | PlanIn, checked: Checked) -> None:
    """Let a plan say what was sent."""
    for name, value in columns(content, checked).items():
        setattr(plan, name, value)


def item_facts(content: PlanContent | PlanIn, checked: Checked) -> list[dict[str, Any]]:
    """Of each item: what it is called and its track on the first day, and by which edition (decision record 23)."""
    facts = []
    for item in content.items:
        found = checked.items[item.item_code]
        facts.append(
            {
                "item_name": found.name,
                "track": found.track,
                "edition_id": encode_id("edition", found.edition_id) if found.edition_id else None,
                "standard_name": checked.standards[item.standard_id].name,
            }
        )
    return facts


async def _next_number(session: AsyncSession, region: str, year: int) -> str:
    """`JS-{county}-{year}-{serial}`: a plan keeps it for life, unless it moves to another county's centre."""
    return f"JS-{region}-{year}-{await repository.next_serial(session, region, year):06}"


async def sealed_contact(session: AsyncSession, keyring: Keyring, contact_id: UUID, body: PlanIn) -> str:
    key = await person_key(session, keyring, contact_id, create=True)
    return key.seal(CONTACT, body.contact.model_dump()).ciphertext


def record_filing(uow: UnitOfWork, plan: Plan) -> None:
    """Keep this filing as a fact of its own, and tell of it."""
    uow.session.add(
        PlanFiling(
            plan_id=plan.id,
            filing=plan.filing,
            content=plan.content,
            filed_on=plan.filed_on,
            filed_at=plan.filed_at,
            filed_by=plan.filed_by,
        )
    )
    uow.say(
        PlanFiled.model_validate(
            {
                name: getattr(plan, name)
                for name in ("number", "organisation_id", "kind", "region", "starts_on", "filed_on")
            }
            | {"plan_id": plan.id}
        )
    )


def plan_known() -> PlanKnown:
    return PlanKnown(
        Bilingual(
            "本机构在该首日已有同名方案;请查询已有方案,或换一个名称。",
            "The organisation has a plan of that name and first day; look it up, or choose another name.",
        )
    )


def advance(plan: Plan, act: Act) -> None:
    """Move a plan to its next state. Raises WrongState."""
    state = after(plan.state, act)
    if state is None:
        raise WrongState(
            Bilingual(
                "方案当前状态不允许此操作;请重新读取方案。",
                "The plan's state does not allow this; read it again.",
            ),
            state=plan.state,
        )
    plan.state = state
    plan.version += 1


# ── show ─────────────────────────────────────────────────────────────────────────────────────
async def read_plan(
    session: AsyncSession, plan_id: UUID, *, caller: Caller, keyring: Keyring, today: date
) -> tuple[PlanDetail, int]:
    """A plan that the caller may see, with its version, and whether it is frozen today. Raises NotFound."""
    plan = await repository.plan_in_sight(session, plan_id, caller)
    key = await person_key(session, keyring, plan.contact_person_id)
    contact = key.open(CONTACT, Sealed(person_id=plan.contact_person_id, ciphertext=plan.sealed_contact))
    known = await shown(session, plan)
    standings = await standings_on(session, [plan.organisation_id], today)
    frozen_by = standings[plan.organisation_id].frozen_by if plan.state in OPEN else None
    more = {"contact": contact, "frozen_by": frozen_by}
    return PlanDetail.model_validate(known.model_dump() | more), plan.version


async def list_plans(
    session: AsyncSession, page: Page, *, caller: Caller, state: str | None
) -> Listing[PlanSummary]:
    """Plans that the caller may see, newest first."""
    before = page.after[0] if page.after else None
    rows = await repository.plans_page(session, caller, state=state, before=before, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row[0].id,))
    return Listing.of([summary(plan, name) for plan, name in kept], cursor)


def summary(plan: Plan, organisation_name: str) -> PlanSummary:
    return PlanSummary.model_validate(
        {name: getattr(plan, name) for name in PlanSummary.model_fields if name != "organisation_name"}
        | {"organisation_name": organisation_name}
    )


async def shown(session: AsyncSession, plan: Plan) -> PlanOut:
    decision = await repository.last_decision(session, plan)
    content = PlanContent.model_validate(plan.content)
    own = (
        "id",
        "number",
        "organisation_id",
        "state",
        "filed_on",
        "filed_at",
        "last_filing_day",
        "deadline_provisional",
        "deadline_missed",
    )
    return PlanOut.model_validate(
        content.model_dump()
        | {name: getattr(plan, name) for name in own}
        | {
            "items": _shown_items(content, plan.item_facts),
            "decided_at": decision.decided_at if decision else None,
            "reasons": decision.reasons if decision else [],
        }
    )


def _shown_items(content: PlanContent, facts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item.model_dump() | fact for item, fact in zip(content.items, facts, strict=True)]
