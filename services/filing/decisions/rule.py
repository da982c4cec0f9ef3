"""Acceptance by rule: plans of chosen organisations that pass every machine check wait for nobody (Art. 21)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from common.auth import Caller
from common.errors import NotFound, PolicyError
from common.events.filing import AutomaticAcceptanceSet
from common.ids import uuid7
from common.platform import Platform
from common.unit_of_work import UnitOfWork
from filing.decisions.accepting import accepted
from filing.decisions.models import AutomaticAcceptance
from filing.decisions.repository import plans_for_the_rule, rule_of
from filing.decisions.schemas import AutomaticAcceptanceIn, AutomaticAcceptanceOut
from filing.organisations.models import Organisation
from filing.plans.models import Plan, PlanDecision
from filing.plans.recording import advance
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on
from filing.territory import in_charge


async def set_rule(
    uow: UnitOfWork, organisation_id: UUID, body: AutomaticAcceptanceIn, *, caller: Caller, today: date
) -> AutomaticAcceptanceOut:
    """Switch acceptance by rule on or off; on only in good standing. Raises NotFound, OrganisationListed."""
    async with uow:
        organisation = await uow.session.scalar(
            select(Organisation)
            .where(Organisation.id == organisation_id, in_charge(Organisation.region, caller))
            .with_for_update()
        )
        if organisation is None or organisation.state != "approved":
            raise NotFound.of("organisation")
        if body.enabled:
            check_good_standing(await standing_on(uow.session, organisation, today))
        row = AutomaticAcceptance(
            id=uuid7(),
            organisation_id=organisation_id,
            enabled=body.enabled,
            reason=body.reason,
            set_at=uow.clock.now(),
            set_by=caller.account_id,
        )
        uow.session.add(row)
        uow.say(
            AutomaticAcceptanceSet(
                organisation_id=organisation_id,
                enabled=body.enabled,
                reason=body.reason,
                set_at=row.set_at,
                set_by=row.set_by,
            )
        )
        answer = AutomaticAcceptanceOut.model_validate(row)
        await uow.commit(answer)
    return answer


async def accept_by_rule(platform: Platform) -> None:
    """One turn of the worker: accept what passes; what does not waits for the centre, as every plan does."""
    async with platform.sessions() as session:
        waiting = await plans_for_the_rule(session)
    for plan_id in waiting:
        try:
            await _accept(UnitOfWork(platform.sessions, platform.clock), plan_id, platform)
        except PolicyError:
            continue


async def _accept(uow: UnitOfWork, plan_id: UUID, platform: Platform) -> None:
    """Raises what `accepted` raises; then nothing is kept."""
    async with uow:
        plan = await uow.session.get_one(Plan, plan_id, with_for_update=True)
        rule = await rule_of(uow.session, plan.organisation_id)
        if plan.state != "filed" or rule is None or not rule.enabled or plan.filed_at < rule.set_at:
            return
        advance(plan, "accept")
        now = uow.clock.now()
        uow.session.add(
            PlanDecision(
                plan_id=plan.id,
                filing=plan.filing,
                decision="accept",
                reasons=[],
                decided_at=now,
                decided_by=rule.set_by,
                by_rule=True,
            )
        )
        told = await accepted(
            uow.session,
            plan,
            today=platform.clock.today(),
            calendar=platform.calendar,
            now=now,
            decided_by=rule.set_by,
            by_rule=True,
        )
        uow.say(told)
        await uow.commit()
