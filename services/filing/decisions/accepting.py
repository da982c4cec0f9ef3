"""What acceptance tells: the plan as it stands on that day, checked once more (Art. 18(1))."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import Bilingual, StateConflict
from common.events.filing import (
    EntrustedBy,
    Examiner,
    JointProgramme,
    LateAdmission,
    PlanAccepted,
    PlanItem,
    PlanSession,
    Site,
)
from common.workdays import WorkCalendar
from filing.entrustments.repository import entrustment
from filing.late_admissions.models import AdmittedLate
from filing.organisations.models import Organisation
from filing.plans.checking import Checked, check_draft, draft_of, refuse
from filing.plans.models import Plan
from filing.plans.recording import item_facts, standard_facts
from filing.plans.rules.kinds import flow_of, special_of
from filing.plans.schemas import PlanContent
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on


class EvaluationBegun(StateConflict):
    """A plan is not accepted once its evaluation should have begun."""

    code = "deadline-passed"
    article = "18(1)"
    title = Bilingual("评价首日已到", "The evaluation has begun")


async def accepted(
    session: AsyncSession,
    plan: Plan,
    *,
    today: date,
    calendar: WorkCalendar,
    now: datetime,
    decided_by: UUID,
    by_rule: bool,
) -> PlanAccepted:
    """Check the plan by what holds today, for what it rests on may have changed, and tell it whole.

    `decided_by`: who answers for it; with `by_rule`, whoever switched the rule on.
    Raises EvaluationBegun, OrganisationListed, the refusal that names all problems.
    """
    if today >= plan.starts_on:
        raise EvaluationBegun(
            Bilingual(
                "评价首日已到,方案不能再接受;请退回。", "The first day has come; return the plan instead."
            ),
            starts_on=plan.starts_on,
        )
    content = PlanContent.model_validate(plan.content)
    organisation = await session.get_one(Organisation, plan.organisation_id)
    check_good_standing(await standing_on(session, organisation, today))
    checked = await check_draft(
        session,
        organisation,
        draft_of(content),
        filed_on=plan.filed_on,
        today=today,
        calendar=calendar,
        plan_id=plan.id,
    )
    refuse(checked)
    plan.item_facts = item_facts(content, checked)
    return PlanAccepted(
        plan_id=plan.id,
        number=plan.number,
        name=plan.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        uscc=organisation.uscc,
        kind=flow_of(plan.kind),
        mode=content.mode,
        region=plan.region,
        site=Site(**content.site.model_dump()),
        items=_event_items(content, checked),
        examiners=tuple(
            Examiner(card_number=one.card_number, name=one.name, is_leader=one.is_leader)
            for one in content.examiners
        ),
        starts_on=plan.starts_on,
        ends_on=content.ends_on,
        filed_on=plan.filed_on,
        last_filing_day=plan.last_filing_day,
        deadline_provisional=plan.deadline_provisional,
        recorder_account_id=content.recorder_account_id,
        accepted_at=now,
        accepted_by=decided_by,
        by_rule=by_rule,
        entrusted_by=await _entrusted_by(session, content),
        special=special_of(plan.kind),
        sessions=_event_sessions(content),
        waives_seniority=plan.kind == "direct",
        programme=await _programme(session, content),
        roster_sha256=content.roster.sha256 if content.roster else None,
        roster_candidates=content.roster.candidates if content.roster else None,
        outline_sha256=content.outline.sha256 if content.outline else None,
        late_admission=await _late_admission(session, plan),
    )


async def _entrusted_by(session: AsyncSession, content: PlanContent) -> EntrustedBy | None:
    """The employer on whose behalf the plan is carried out; the check before has found it."""
    found = await entrustment(session, content.entrustment_id) if content.entrustment_id else None
    if found is None or found.purpose != "evaluation":
        return None
    employer = await session.get_one(Organisation, found.employer_id)
    return EntrustedBy(
        entrustment_id=found.id, organisation_id=employer.id, name=employer.name, uscc=employer.uscc
    )


async def _programme(session: AsyncSession, content: PlanContent) -> JointProgramme | None:
    """The school whose students the employer evaluates (Art. 15)."""
    found = await entrustment(session, content.entrustment_id) if content.entrustment_id else None
    if found is None or found.cohort_year is None:
        return None
    school = await session.get_one(Organisation, found.agency_id)
    return JointProgramme(
        entrustment_id=found.id,
        school_id=school.id,
        school_name=school.name,
        cohort_year=found.cohort_year,
    )


async def _late_admission(session: AsyncSession, plan: Plan) -> LateAdmission | None:
    """Who admitted the plan though it is late, and the reason that everybody may read."""
    if plan.late_admission_id is None:
        return None
    found = await session.get_one(AdmittedLate, plan.late_admission_id)
    return LateAdmission(reason=found.reason, admitted_by=found.admitted_by, admitted_on=found.admitted_on)


def _event_sessions(content: PlanContent) -> tuple[PlanSession, ...]:
    return tuple(
        PlanSession(
            number=number,
            site_name=content.site.name,
            region=content.site.region,
            **session.model_dump(),
        )
        for number, session in enumerate(content.sessions, start=1)
    )


def _event_items(content: PlanContent, checked: Checked) -> tuple[PlanItem, ...]:
    return tuple(
        PlanItem.model_validate(
            standard_facts(content, item.standard_id, checked)
            | {
                "item_code": item.item_code,
                "item_name": checked.items[item.item_code].name,
                "track": checked.items[item.item_code].track,
                "level": item.level,
                "headcount": item.headcount,
                "edition_id": checked.items[item.item_code].edition_id,
            }
        )
        for item in content.items
    )
