"""Use cases: publish a year's plan of standards, show it with what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.base import Turn, take_turn
from catalog.development_plans.domain import is_late, year_problems
from catalog.development_plans.schemas import ChangeOut, EntryIn, EntryOut, PlanIn, PlanOut, PlanSummary
from catalog.standards import repository
from catalog.standards.life import NotNow
from catalog.standards.models import DevelopmentPlan, StandardRow, StandardStep
from catalog.standards.proposing import plan_standard, proposal_problems
from catalog.standards.recording import document_problems, enter
from catalog.standards.schemas import ProposalIn
from common.errors import Bilingual, FieldError, NotFound, Violations
from common.events.catalog import StandardState
from common.schemas import Listing
from common.unit_of_work import UnitOfWork


async def publish_plan(uow: UnitOfWork, body: PlanIn, *, published_by: UUID, today: date) -> PlanOut:
    """Put a year's plan on record, each entry as a planned standard. Raises NotNow, Violations."""
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_PLAN)
        if await uow.session.get(DevelopmentPlan, body.year) is not None:
            raise NotNow(
                Bilingual(
                    "该年度计划已公布;增列请提交标准,删减请撤回标准。",
                    "This year's plan is published; add to it by proposing a standard, take out by withdrawing one.",
                ),
                planned_year=body.year,
            )
        proposals = [_proposal(entry, body.year) for entry in body.entries]
        problems = [*year_problems(body.year, today)]
        problems += await document_problems(uow.session, body.document_sha256)
        for number, proposal in enumerate(proposals):
            found = await proposal_problems(uow.session, proposal, today)
            problems += [_at(number, problem) for problem in found]
        if problems:
            raise Violations(problems)
        answer = await _record(uow, body, proposals, published_by=published_by, today=today)
        await uow.commit(answer)
    return answer


def _proposal(entry: EntryIn, year: int) -> ProposalIn:
    return ProposalIn.model_validate(entry.model_dump() | {"kind": "provincial", "planned_year": year})


def _at(number: int, problem: FieldError) -> FieldError:
    return replace(problem, pointer=f"/entries/{number}{problem.pointer}")


async def _record(
    uow: UnitOfWork, body: PlanIn, proposals: Sequence[ProposalIn], *, published_by: UUID, today: date
) -> PlanOut:
    plan = DevelopmentPlan(
        year=body.year,
        published_on=today,
        document_sha256=bytes.fromhex(body.document_sha256) if body.document_sha256 else None,
        recorded_at=uow.clock.now(),
        recorded_by=published_by,
    )
    uow.session.add(plan)
    rows = [plan_standard(uow, proposal, proposed_by=None) for proposal in proposals]
    await uow.session.flush()
    first = {
        row.id: [enter(uow, row, "planned", number=1, taken_by=published_by, reason=proposal.reason)]
        for row, proposal in zip(rows, proposals, strict=True)
    }
    return _told(plan, rows, first)


async def read_plan(session: AsyncSession, year: int) -> PlanOut:
    """A year's plan, its entries as they stand, and how it changed. Raises NotFound."""
    plan = await session.get(DevelopmentPlan, year)
    if plan is None:
        raise NotFound.of("development plan")
    rows = await repository.of_year(session, year)
    taken: dict[UUID, list[StandardStep]] = {}
    for step in await repository.steps(session, [row.id for row in rows]):
        taken.setdefault(step.standard_id, []).append(step)
    return _told(plan, rows, taken)


async def list_plans(session: AsyncSession) -> Listing[PlanSummary]:
    """Years with a plan, the latest first."""
    plans = await session.scalars(select(DevelopmentPlan).order_by(DevelopmentPlan.year.desc()))
    return Listing.of([PlanSummary.model_validate(plan) for plan in plans], None)


def _told(
    plan: DevelopmentPlan, rows: Sequence[StandardRow], taken: Mapping[UUID, Sequence[StandardStep]]
) -> PlanOut:
    return PlanOut(
        year=plan.year,
        published_on=plan.published_on,
        is_late=is_late(plan.year, plan.published_on),
        document_sha256=plan.document_sha256.hex() if plan.document_sha256 else None,
        entries=[_entry(row, taken[row.id][0]) for row in rows],
        changes=[change for row in rows for change in _changes(plan, taken[row.id])],
    )


def _entry(row: StandardRow, planned: StandardStep) -> EntryOut:
    return EntryOut(
        standard_id=row.id,
        name=row.name,
        item_code=row.item_code,
        levels=row.levels,
        action="develop" if row.supersedes is None else "revise",
        state=cast(StandardState, row.state),
        planned_on=planned.taken_on,
        reason=planned.reason,
    )


def _changes(plan: DevelopmentPlan, taken: Sequence[StandardStep]) -> list[ChangeOut]:
    """Entries that came after the plan was published, and those withdrawn before they were in force."""
    first, last = taken[0], taken[-1]
    found = []
    if first.recorded_at > plan.recorded_at:
        found.append(("added", first))
    if last.state == "withdrawn" and all(step.state != "in_force" for step in taken):
        found.append(("withdrawn", last))
    return [
        ChangeOut.model_validate(
            {
                "standard_id": step.standard_id,
                "kind": kind,
                "changed_on": step.taken_on,
                "reason": step.reason,
            }
        )
        for kind, step in found
    ]
