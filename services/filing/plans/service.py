"""Use cases: check, file and mend plans."""

from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, FieldError, Forbidden, Violations
from common.ids import uuid7
from common.preconditions import IfMatch
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from filing.organisations.models import Organisation
from filing.plans import repository
from filing.plans.checking import check_draft, draft_of, own_organisation, refuse
from filing.plans.domain import needs_new_notice
from filing.plans.recording import (
    advance,
    columns,
    next_number,
    plan_known,
    record_bookings,
    record_content,
    record_filing,
    sealed_contact,
)
from filing.plans.rules.draft import Assessment
from filing.plans.schemas import DirectPlanIn, PlanContent, PlanIn, PlanOut
from filing.plans.showing import shown
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on


async def assess(
    session: AsyncSession, body: PlanIn, *, caller: Caller, today: date, calendar: WorkCalendar
) -> Assessment:
    """What filing this plan today would bring; nothing is kept. Raises Forbidden."""
    check_is_not_direct(body)
    organisation = await own_organisation(session, caller, today)
    checked = await check_draft(
        session, organisation, draft_of(body), filed_on=today, today=today, calendar=calendar
    )
    return checked.assessment


async def file_plan(
    uow: UnitOfWork, body: PlanIn, *, caller: Caller, today: date, calendar: WorkCalendar, keyring: Keyring
) -> PlanOut:
    """Put a plan on record, in time and in shape (Art. 18(1)).

    Raises the refusal that names all its problems, PlanKnown, DoubleBooked, Forbidden.
    """
    async with uow:
        organisation = await own_organisation(uow.session, caller, today)
        check_is_not_direct(body)
        answer = await put_on_record(
            uow, organisation, body, caller=caller, today=today, calendar=calendar, keyring=keyring
        )
        await uow.commit(answer)
    return answer


async def file_direct_plan(
    uow: UnitOfWork,
    body: DirectPlanIn,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
    keyring: Keyring,
) -> PlanOut:
    """Put a plan of the direct channel on record (Art. 14): the department files, a government centre carries it out.

    Raises Violations, OrganisationListed, the refusal that names all its problems, PlanKnown, DoubleBooked.
    """
    async with uow:
        organisation = await uow.session.get(Organisation, body.organisation_id)
        if organisation is None or organisation.kind != "government_centre" or body.kind != "direct":
            raise Violations([_not_a_centre() if body.kind == "direct" else _not_direct()])
        check_good_standing(await standing_on(uow.session, organisation, today))
        plan = PlanIn.model_validate(body.model_dump(exclude={"organisation_id"}))
        answer = await put_on_record(
            uow, organisation, plan, caller=caller, today=today, calendar=calendar, keyring=keyring
        )
        await uow.commit(answer)
    return answer


async def put_on_record(
    uow: UnitOfWork,
    organisation: Organisation,
    body: PlanIn,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
    keyring: Keyring,
) -> PlanOut:
    """A plan, checked and recorded in the caller's unit of work. Raises the refusal, PlanKnown, DoubleBooked."""
    draft = draft_of(body)
    checked = await check_draft(
        uow.session, organisation, draft, filed_on=today, today=today, calendar=calendar
    )
    refuse(checked)
    contact_id = uuid7()
    row = columns(body, checked) | {
        "id": uuid7(),
        "number": await next_number(uow.session, draft.region, today.year),
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
    await record_bookings(uow.session, plan, body)
    record_filing(uow, plan)
    return await shown(uow.session, plan)


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
    Raises NotFound, the problem `precondition-failed`, WrongState, the refusal that names all problems, PlanKnown,
    DoubleBooked, Forbidden.
    """
    check_is_not_direct(body)
    async with uow:
        plan = await repository.plan_in_sight(uow.session, plan_id, caller, lock=True)
        held.check(plan.version)
        before = PlanContent.model_validate(plan.content)
        check_is_not_direct(before)
        organisation = await own_organisation(uow.session, caller, today)
        draft = draft_of(body)
        advance(plan, "mend")
        filed_on = today if needs_new_notice(draft_of(before), draft) else plan.filed_on
        checked = await check_draft(
            uow.session,
            organisation,
            draft,
            filed_on=filed_on,
            today=today,
            calendar=calendar,
            plan_id=plan.id,
        )
        refuse(checked)
        if draft.region != before.site.region:
            plan.number = await next_number(uow.session, draft.region, filed_on.year)
        record_content(plan, body, checked)
        plan.filing += 1
        plan.sealed_contact = await sealed_contact(uow.session, keyring, plan.contact_person_id, body)
        plan.filed_on, plan.filed_at, plan.filed_by = filed_on, uow.clock.now(), caller.account_id
        try:
            await uow.session.flush()
        except IntegrityError:  # the name and the day are those of another plan by now
            raise plan_known() from None
        await record_bookings(uow.session, plan, body)
        record_filing(uow, plan)
        answer = await shown(uow.session, plan)
        await uow.commit(answer)
    return answer, plan.version


def check_is_not_direct(content: PlanContent) -> None:
    """The direct channel is the department's alone (Art. 14). Raises Forbidden."""
    if content.kind == "direct":
        raise Forbidden(
            Bilingual(
                "直接认定方案只由人力资源社会保障部门的账户申报。",
                "Plans of the direct channel are filed by an account of the department alone.",
            )
        )


def _not_a_centre() -> FieldError:
    return FieldError(
        pointer="/organisation_id",
        code="organisation-unfit",
        article="14",
        detail=Bilingual(
            "直接认定由政府所属鉴定中心承办。", "The direct channel is carried out by a government centre."
        ),
        remedy=Bilingual("请填写一家鉴定中心的编号。", "Name a government centre of the directory."),
    )


def _not_direct() -> FieldError:
    return FieldError(
        pointer="/kind",
        code="kind-unfit",
        article="14",
        detail=Bilingual(
            "部门账户在此只申报直接认定方案。", "The department files plans of the direct channel here."
        ),
        remedy=Bilingual("请将 kind 填为 direct。", "Let kind be direct."),
    )
