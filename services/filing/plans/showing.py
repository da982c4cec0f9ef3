"""How plans are shown to those who may see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.events import Sealed
from common.pagination import Page
from common.person_keys import person_key
from common.schemas import Listing
from common.sealed import Keyring
from filing.plans import repository
from filing.plans.lifecycle import OPEN
from filing.plans.models import Plan
from filing.plans.recording import CONTACT
from filing.plans.schemas import PlanContent, PlanDetail, PlanOut, PlanSummary
from filing.standings.repository import standings_on


async def read_plan(
    session: AsyncSession, plan_id: UUID, *, caller: Caller, keyring: Keyring, today: date
) -> tuple[PlanDetail, int]:
    """A plan that the caller may see, with its version, and whether it is frozen today. Raises NotFound."""
    plan = await repository.plan_in_sight(session, plan_id, caller)
    contact = await opened_contact(session, keyring, plan)
    known = await shown(session, plan)
    standings = await standings_on(session, [plan.organisation_id], today)
    frozen_by = standings[plan.organisation_id].frozen_by if plan.state in OPEN else None
    more = {"contact": contact, "frozen_by": frozen_by}
    return PlanDetail.model_validate(known.model_dump() | more), plan.version


async def opened_contact(session: AsyncSession, keyring: Keyring, plan: Plan) -> dict[str, Any]:
    """The person to ask, in clear."""
    key = await person_key(session, keyring, plan.contact_person_id)
    return dict(key.open(CONTACT, Sealed(person_id=plan.contact_person_id, ciphertext=plan.sealed_contact)))


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
