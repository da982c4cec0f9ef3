"""How a plan is put on record: its row, its filing as a fact, its bookings, its state."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import Bilingual, StateConflict
from common.events.filing import PlanFiled
from common.ids import encode_id
from common.person_keys import person_key
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from filing.bookings.domain import bookings
from filing.bookings.repository import book, taken
from filing.plans import repository
from filing.plans.checking import Checked, draft_of
from filing.plans.lifecycle import Act, after
from filing.plans.models import Plan, PlanFiling
from filing.plans.rules.kinds import flow_of
from filing.plans.rules.outlines import outline_id
from filing.plans.rules.refusals import refusal
from filing.plans.rules.sessions import booked_elsewhere
from filing.plans.schemas import PlanContent, PlanIn

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


class EvaluationUnderWay(StateConflict):
    """Once the evaluation has begun, a plan is changed no more."""

    code = "state-conflict"
    article = "18(1)"
    title = Bilingual("评价已开始", "The evaluation has begun")


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
        "employer_id": checked.employer_id if content.kind == "employer" else None,
        "late_admission_id": content.late_admission_id,
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
                **standard_facts(content, item.standard_id, checked),
            }
        )
    return facts


def standard_facts(
    content: PlanContent | PlanIn, standard_id: UUID | None, checked: Checked
) -> dict[str, str]:
    """By what an item is evaluated: the standard named, or a trial's outline, known by what is in it."""
    if content.outline is not None and standard_id is None:
        found, name = outline_id(content.outline.sha256), content.outline.title
    elif standard_id is not None:
        found, name = standard_id, checked.standards[standard_id].name
    else:
        raise LookupError("a checked plan names standards, or the outline of its trial")
    return {"standard_id": encode_id("standard", found), "standard_name": name}


async def next_number(session: AsyncSession, region: str, year: int) -> str:
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
                for name in ("number", "organisation_id", "region", "starts_on", "filed_on")
            }
            | {"plan_id": plan.id, "kind": flow_of(plan.kind)}
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


async def record_bookings(session: AsyncSession, plan: Plan, content: PlanContent | PlanIn) -> None:
    """Have the rooms and examiners of the plan's sessions, in place of those before. Raises DoubleBooked."""
    wanted = bookings(draft_of(content))
    if not await book(session, plan.id, wanted):
        others = await taken(session, wanted, plan_id=plan.id)
        raise refusal(booked_elsewhere(others or tuple(one.pointer for one in wanted), plan.last_filing_day))
