"""Use cases: hand in a roster, show its candidates (Art. 18(2))."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.jobs import queue
from common.jobs.imports import OnInvalid
from common.jobs.schemas import JobOut
from common.pagination import Page
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.claims.alarms import OUTSIDE
from registration.persons.repository import Masked, masked
from registration.plans.repository import own_plan, plan_in_sight
from registration.rosters import repository
from registration.rosters.domain import COLUMNS, CandidateState
from registration.rosters.models import Candidate
from registration.rosters.schemas import CandidateOut


async def submit_roster(
    uow: UnitOfWork,
    plan_id: UUID,
    *,
    caller: Caller,
    keyring: Keyring,
    today: date,
    media_type: str,
    stream: AsyncIterator[bytes],
    on_invalid: OnInvalid,
    dry_run: bool,
) -> JobOut:
    """Take in a roster for a plan of the caller's organisation. Raises NotFound, RosterClosed."""
    async with uow:
        plan = await own_plan(uow.session, plan_id, caller)
        found = await repository.counts(uow.session, plan.id)
        plan.check_roster(today, is_reviewed=found.is_finished)
        job = await queue.submit(
            uow,
            keyring,
            kind="roster",
            subject=f"roster:{plan.id}",
            caller=caller,
            parameters={"plan_id": str(plan.id), "on_invalid": on_invalid, "dry_run": dry_run},
            columns=COLUMNS,
            media_type=media_type,
            stream=stream,
        )
        answer = JobOut.of(job)
        await uow.commit(answer)
    return answer


async def list_candidates(
    session: AsyncSession,
    plan_id: UUID,
    page: Page,
    *,
    caller: Caller,
    keyring: Keyring,
    state: CandidateState | None,
) -> Listing[CandidateOut]:
    """Candidates of a plan, masked, for its organisation and its centre. Raises NotFound."""
    plan = await plan_in_sight(session, plan_id, caller)
    rows = await repository.page_of(session, plan.id, page, state)
    kept, next_cursor = page.cut(rows, lambda row: (row.id,))
    people = await masked(session, keyring, [(row.person_id, row.identity) for row in kept])
    has_many = await repository.has_many_outside(session, plan.id)
    return Listing(
        items=[candidate_out(row, person, has_many) for row, person in zip(kept, people, strict=True)],
        next=next_cursor,
    )


def candidate_out(row: Candidate, person: Masked, has_many_outside: bool) -> CandidateOut:
    """A candidate as lists show it. From outside the province: an alarm where too many of a plan are."""
    finding = row.finding or {}
    return CandidateOut(
        id=row.id,
        plan_id=row.plan_id,
        name=person.name,
        id_type=person.id_type,
        id_number=person.id_number,
        item_code=row.item_code,
        item_name=row.item_name,
        level=row.level,
        state=row.state,
        reason=row.reason,
        submitted_at=row.submitted_at,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        eligible=row.eligible,
        rule=finding.get("rule"),
        qualifies_on=finding.get("earliest"),
        alarms=[one for one in row.alarms if one != OUTSIDE or has_many_outside],
    )
