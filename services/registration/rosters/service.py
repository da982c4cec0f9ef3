"""Use cases: hand in a roster, review its candidates, show them (Art. 18(2))."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual
from common.events.registration import RosterReviewed
from common.jobs import queue
from common.jobs.imports import OnInvalid
from common.jobs.schemas import JobOut
from common.pagination import Page
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.claims.alarms import OUTSIDE
from registration.persons.repository import masked
from registration.plans.repository import own_plan, plan_in_charge, plan_in_sight
from registration.rosters import repository
from registration.rosters.domain import COLUMNS, CandidateState, Decided, NothingToReview, Review, decide
from registration.rosters.models import Candidate
from registration.rosters.schemas import CandidateOut, ReviewIn, ReviewOut


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


async def review_candidates(uow: UnitOfWork, plan_id: UUID, body: ReviewIn, *, caller: Caller) -> ReviewOut:
    """Decide who may sit, as the centre of the plan's county (Art. 18(2)).

    Raises NotFound, NothingToReview, Violations.
    """
    async with uow:
        plan = await plan_in_charge(uow.session, plan_id, caller, lock=True)
        if not plan.is_reviewed_by_centre:
            raise NothingToReview(
                Bilingual(
                    "用人单位的花名册由系统核对,不需要中心审核。",
                    "An employer's roster is checked by the platform; the centre has nothing to review.",
                )
            )
        decided = decide(_review(body), await repository.pending(uow.session, plan.id))
        await _keep(uow, decided, caller=caller)
        found = await repository.counts(uow.session, plan.id)
        answer = ReviewOut(
            plan_id=plan.id, approved=found.approved, refused=found.refused, pending=found.pending
        )
        uow.say(RosterReviewed(**answer.model_dump(), reviewed_by=caller.account_id))
        await uow.commit(answer)
    return answer


def _review(body: ReviewIn) -> Review:
    refusals = tuple((refusal.candidate_id, refusal.reason) for refusal in body.refuse)
    return Review(tuple(body.approve), refusals, body.approve_all)


async def _keep(uow: UnitOfWork, decided: Decided, *, caller: Caller) -> None:
    about = {"reviewed_at": uow.clock.now(), "reviewed_by": caller.account_id}
    rows = [
        {"id": candidate_id, "state": "approved", "reason": None, **about}
        for candidate_id in sorted(decided.approved)
    ]
    rows += [
        {"id": candidate_id, "state": "refused", "reason": reason, **about}
        for candidate_id, reason in decided.refused.items()
    ]
    await uow.session.execute(update(Candidate), rows)


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
        items=[
            CandidateOut(
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
                rule=(row.finding or {}).get("rule"),
                qualifies_on=(row.finding or {}).get("earliest"),
                alarms=[one for one in row.alarms if one != OUTSIDE or has_many],
            )
            for row, person in zip(kept, people, strict=True)
        ],
        next=next_cursor,
    )
