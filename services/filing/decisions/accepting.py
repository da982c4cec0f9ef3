"""What acceptance tells: the plan as it stands on that day, checked once more (Art. 18(1))."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import Bilingual, StateConflict
from common.events.filing import EntrustedBy, Examiner, PlanAccepted, PlanItem, Site
from common.workdays import WorkCalendar
from filing.entrustments.repository import entrustment
from filing.organisations.models import Organisation
from filing.plans.models import Plan
from filing.plans.schemas import PlanContent
from filing.plans.service import Checked, check_draft, draft_of, item_facts, refuse
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
        session, organisation, draft_of(content), filed_on=plan.filed_on, today=today, calendar=calendar
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
        kind=plan.kind,
        mode=content.mode,
        region=plan.region,
        site=Site(**content.site.model_dump()),
        items=_event_items(content, checked),
        examiners=tuple(Examiner(**examiner.model_dump()) for examiner in content.examiners),
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
    )


async def _entrusted_by(session: AsyncSession, content: PlanContent) -> EntrustedBy | None:
    """The employer on whose behalf the plan is carried out; the check before has found it."""
    found = await entrustment(session, content.entrustment_id) if content.entrustment_id else None
    if found is None:
        return None
    employer = await session.get_one(Organisation, found.employer_id)
    return EntrustedBy(
        entrustment_id=found.id, organisation_id=employer.id, name=employer.name, uscc=employer.uscc
    )


def _event_items(content: PlanContent, checked: Checked) -> tuple[PlanItem, ...]:
    return tuple(
        PlanItem(
            item_code=item.item_code,
            item_name=checked.items[item.item_code].name,
            track=checked.items[item.item_code].track,
            level=item.level,
            standard_id=item.standard_id,
            standard_name=checked.standards[item.standard_id].name,
            headcount=item.headcount,
            edition_id=checked.items[item.item_code].edition_id,
        )
        for item in content.items
    )
