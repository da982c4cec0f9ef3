"""What a plan is checked against: looked up here, judged by the rules."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.clock import SHANGHAI
from common.errors import Bilingual, Forbidden
from common.workdays import WorkCalendar
from filing.bookings.domain import bookings
from filing.bookings.repository import taken
from filing.entrustments.repository import entrustment
from filing.examiners.repository import cards
from filing.late_admissions.repository import admission_for
from filing.listing.domain import Item, Standard
from filing.listing.repository import items_on, standardised, standards
from filing.organisations.domain import scope_on
from filing.organisations.models import Organisation
from filing.organisations.repository import approvals
from filing.plans import repository
from filing.plans.domain import check_plan
from filing.plans.rules.draft import (
    Assessment,
    Circumstances,
    Draft,
    PlannedExaminer,
    PlannedItem,
    PlannedSession,
)
from filing.plans.rules.entrusted import OnBehalf
from filing.plans.rules.refusals import refusal
from filing.plans.schemas import PlanContent, SessionIn
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on, standings_on


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked plan with what was looked up for it. `employer_id`: of whoever entrusted it."""

    assessment: Assessment
    items: dict[str, Item]
    standards: dict[UUID, Standard]
    employer_id: UUID | None = None


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
            PlannedExaminer(
                examiner.card_number, examiner.is_leader, examiner.is_relative, examiner.teaches_candidate
            )
            for examiner in content.examiners
        ),
        recorder_account_id=content.recorder_account_id,
        entrustment_id=content.entrustment_id,
        sessions=tuple(map(_session, content.sessions)),
        address=content.site.address,
        roster_candidates=content.roster.candidates if content.roster else None,
        has_outline=content.outline is not None,
        has_grounds=content.direct is not None,
        late_admission_id=content.late_admission_id,
    )


def _session(sent: SessionIn) -> PlannedSession:
    times = {name: getattr(sent, name).astimezone(SHANGHAI) for name in ("starts_at", "ends_at")}
    return PlannedSession(**(sent.model_dump() | times))


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
    plan_id: UUID | None = None,
) -> Checked:
    """The plan's assessment by what holds today. `plan_id`: of a plan on record, whose own bookings do not count."""
    codes = [item.code for item in draft.items]
    items = await items_on(session, codes, draft.starts_on)
    named = await standards(session, [item.standard_id for item in draft.items if item.standard_id])
    on_behalf = await _on_behalf(session, organisation, draft, today)
    agreement = on_behalf.entrustment if on_behalf else None
    known = Circumstances(
        filed_on=filed_on,
        calendar=calendar,
        organisation_kind=organisation.kind,
        scope=scope_on(await approvals(session, organisation.id), draft.starts_on),
        items=items,
        standards=named,
        standardised=await standardised(session, codes, draft.starts_on)
        if draft.kind == "trial"
        else frozenset(),
        recorders=await repository.recorders_of(session, organisation.id),
        on_behalf=on_behalf,
        employer=on_behalf.employer if on_behalf else organisation.uscc,
        own_code=organisation.uscc,
        cards=await cards(session, [examiner.card_number for examiner in draft.examiners]),
        taken=await taken(session, bookings(draft), plan_id=plan_id),
        is_admitted_late=await _is_admitted(session, organisation, draft, plan_id),
    )
    return Checked(check_plan(draft, known), items, named, agreement.employer_id if agreement else None)


async def _on_behalf(
    session: AsyncSession, organisation: Organisation, draft: Draft, day: date
) -> OnBehalf | None:
    """What there is of the agreement that a plan names; another body's, or one for another purpose, is none."""
    if draft.entrustment_id is None:
        return None
    found = await entrustment(session, draft.entrustment_id)
    is_joint = draft.kind == "joint"
    purpose = "joint_training" if is_joint else "evaluation"
    if found is None or found.purpose != purpose:
        return OnBehalf(None, employer_may_file=False)
    own, other = (found.employer_id, found.agency_id) if is_joint else (found.agency_id, found.employer_id)
    if own != organisation.id:
        return OnBehalf(None, employer_may_file=False)
    standings = await standings_on(session, [other], day)
    employer = await session.get_one(Organisation, found.employer_id)
    return OnBehalf(found, employer_may_file=standings[other].may_file, employer=employer.uscc)


async def _is_admitted(
    session: AsyncSession, organisation: Organisation, draft: Draft, plan_id: UUID | None
) -> bool:
    """Whether a named officer admitted this plan though it is late, and no other plan has used the admission."""
    if draft.late_admission_id is None:
        return False
    found = await admission_for(
        session,
        draft.late_admission_id,
        organisation_id=organisation.id,
        region=draft.region,
        starts_on=draft.starts_on,
    )
    return found is not None and await repository.admission_is_free(session, found.id, plan_id=plan_id)


def refuse(checked: Checked) -> None:
    """Raises the refusal that names all problems, if there are any."""
    if checked.assessment.problems:
        raise refusal(checked.assessment)
