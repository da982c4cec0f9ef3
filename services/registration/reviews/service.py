"""Use cases: review candidates, ask for evidence, hear appeals, and show what waits (Art. 18(2))."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.clock import SHANGHAI
from common.errors import Bilingual, Forbidden, NotFound
from common.events.registration import CandidateActed, RosterReviewed
from common.pagination import Page
from common.permissions import ORGANISATION_ROLES
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from registration.claims.sealing import claims_of
from registration.evidence.repository import missing
from registration.persons.repository import masked
from registration.plans.domain import Plan
from registration.plans.repository import own_plan, plan_in_charge, plan_in_sight, plan_of
from registration.registrations.repository import as_range
from registration.reviews import repository
from registration.reviews.domain import (
    Decided,
    NothingToReview,
    Question,
    Refusal,
    Review,
    ReviewConflict,
    check_appeal,
    decide,
    evidence_missing,
)
from registration.reviews.models import ReviewAct
from registration.reviews.schemas import (
    ActOut,
    AnswerIn,
    AppealDecisionIn,
    AppealIn,
    CandidateDetail,
    QueuedPlan,
    ReviewIn,
    ReviewOut,
)
from registration.rosters.models import Candidate
from registration.rosters.repository import counts, has_many_outside
from registration.rosters.service import candidate_out

ToldAct = Literal["evidence_asked", "evidence_given", "appealed", "upheld", "overturned"]
CHUNK = 5_000  # rows of one INSERT


async def review_candidates(
    uow: UnitOfWork, plan_id: UUID, body: ReviewIn, *, caller: Caller, today: date
) -> ReviewOut:
    """Decide who may sit, or ask for evidence, as the centre of the plan's county (Art. 18(2)).

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
        pending, asked = await repository.waiting(uow.session, plan.id)
        decided = decide(_review(body), pending=pending, asked=asked, today=today)
        await _keep(uow, plan.id, decided, caller=caller)
        answer = await _told(uow, plan.id, caller)
        await uow.commit(answer)
    return answer


def _review(body: ReviewIn) -> Review:
    return Review(
        approve=tuple(body.approve),
        refuse=tuple(Refusal(one.candidate_id, one.code, one.reason) for one in body.refuse),
        ask=tuple(Question(one.candidate_id, one.what, one.until) for one in body.ask),
        approve_all=body.approve_all,
    )


async def _keep(uow: UnitOfWork, plan_id: UUID, decided: Decided, *, caller: Caller) -> None:
    """Each decision as a fact of its own, and the state that came of it."""
    acts: dict[UUID, dict[str, Any]] = {one: {"act": "approved"} for one in decided.approved}
    acts |= {
        one: {"act": "refused", "code": refusal.code, "words": refusal.reason}
        for one, refusal in decided.refused.items()
    }
    acts |= {
        one: {"act": "evidence_asked", "words": question.what, "until": question.until}
        for one, question in decided.asked.items()
    }
    await _record(uow, plan_id, acts, caller=caller)
    states = [
        {"id": one, "state": about["act"], "reason": about.get("words")}
        | {"reviewed_at": uow.clock.now(), "reviewed_by": caller.account_id}
        for one, about in sorted(acts.items())
    ]
    await uow.session.execute(update(Candidate), states)
    for one, about in sorted(acts.items()):
        if about["act"] == "evidence_asked":
            _tell(uow, plan_id, one, "evidence_asked", caller)


async def _record(
    uow: UnitOfWork, plan_id: UUID, acts: Mapping[UUID, Mapping[str, Any]], *, caller: Caller
) -> None:
    last = await repository.last_numbers(uow.session, plan_id)
    rows = [
        {"code": None, "words": None, "evidence": [], "until": None}
        | dict(about)
        | {
            "candidate_id": one,
            "number": last.get(one, 0) + 1,
            "acted_at": uow.clock.now(),
            "acted_by": caller.account_id,
        }
        for one, about in sorted(acts.items())
    ]
    for begin in range(0, len(rows), CHUNK):
        await uow.session.execute(insert(ReviewAct), rows[begin : begin + CHUNK])


def _tell(uow: UnitOfWork, plan_id: UUID, candidate_id: UUID, act: ToldAct, caller: Caller) -> None:
    uow.say(
        CandidateActed(
            plan_id=plan_id,
            candidate_id=candidate_id,
            act=act,
            acted_at=uow.clock.now(),
            acted_by=caller.account_id,
        )
    )


async def _so_far(session: AsyncSession, plan_id: UUID) -> ReviewOut:
    found = await counts(session, plan_id)
    return ReviewOut(plan_id=plan_id, approved=found.approved, refused=found.refused, pending=found.pending)


async def _told(uow: UnitOfWork, plan_id: UUID, caller: Caller) -> ReviewOut:
    answer = await _so_far(uow.session, plan_id)
    uow.say(RosterReviewed(**answer.model_dump(), reviewed_by=caller.account_id))
    return answer


async def answer_question(
    uow: UnitOfWork, plan_id: UUID, candidate_id: UUID, body: AnswerIn, *, caller: Caller
) -> ReviewOut:
    """The organisation hands in the evidence that was asked; the candidate waits again.

    Raises NotFound, ReviewConflict, Violations.
    """
    async with uow:
        plan = await own_plan(uow.session, plan_id, caller)
        await plan_lock(uow.session, plan.id)
        candidate = await _candidate(uow.session, plan.id, candidate_id)
        if candidate.state != "evidence_asked":
            raise ReviewConflict(
                Bilingual("该人员没有待补交的材料。", "No evidence is asked of this candidate."),
                state=candidate.state,
            )
        await _check_evidence(uow.session, plan.id, body.evidence)
        await _record(
            uow,
            plan.id,
            {candidate.id: {"act": "evidence_given", "words": body.words, "evidence": list(body.evidence)}},
            caller=caller,
        )
        candidate.state = "pending"
        _tell(uow, plan.id, candidate.id, "evidence_given", caller)
        await uow.session.flush()
        answer = await _so_far(uow.session, plan.id)  # no review: who hands something in has decided nothing
        await uow.commit(answer)
    return answer


async def appeal(
    uow: UnitOfWork,
    plan_id: UUID,
    candidate_id: UUID,
    body: AppealIn,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
    workdays: int,
) -> ActOut:
    """Appeal against a refusal, once, in time. Raises NotFound, ReviewConflict, AppealTooLate, Violations."""
    async with uow:
        plan = await own_plan(uow.session, plan_id, caller)
        await plan_lock(uow.session, plan.id)
        candidate = await _candidate(uow.session, plan.id, candidate_id)
        acts = await repository.acts_of(uow.session, candidate.id)
        refused_at = candidate.reviewed_at.astimezone(SHANGHAI).date() if candidate.reviewed_at else None
        check_appeal(
            state=candidate.state,
            refused_on=refused_at,
            is_appealed=any(one.act == "appealed" for one in acts),
            starts_on=plan.starts_on,
            today=today,
            calendar=calendar,
            workdays=workdays,
        )
        await _check_evidence(uow.session, plan.id, body.evidence)
        about = {"act": "appealed", "words": body.reason, "evidence": list(body.evidence)}
        await _record(uow, plan.id, {candidate.id: about}, caller=caller)
        _tell(uow, plan.id, candidate.id, "appealed", caller)
        answer = ActOut.model_validate((await repository.acts_of(uow.session, candidate.id))[-1])
        await uow.commit(answer)
    return answer


async def decide_appeal(
    uow: UnitOfWork, plan_id: UUID, candidate_id: UUID, body: AppealDecisionIn, *, caller: Caller
) -> ActOut:
    """Another person than the one who refused says whether the refusal stands.

    Raises NotFound, ReviewConflict (also where the person was registered elsewhere meanwhile), Forbidden.
    """
    async with uow:
        plan = await plan_in_charge(uow.session, plan_id, caller, lock=True)
        candidate = await _candidate(uow.session, plan.id, candidate_id)
        acts = await repository.acts_of(uow.session, candidate.id)
        if candidate.state != "refused" or not acts or acts[-1].act != "appealed":
            raise ReviewConflict(
                Bilingual("该人员没有待决定的申诉。", "No appeal of this candidate waits."),
                state=candidate.state,
            )
        if candidate.reviewed_by == caller.account_id:
            raise Forbidden(
                Bilingual(
                    "申诉由作出不通过决定以外的人员决定。",
                    "An appeal is decided by another than who refused.",
                )
            )
        act: ToldAct = "upheld" if body.uphold else "overturned"
        await _record(uow, plan.id, {candidate.id: {"act": act, "words": body.reason}}, caller=caller)
        if not body.uphold:
            await _let_sit(uow, candidate, plan, caller)
        _tell(uow, plan.id, candidate.id, act, caller)
        answer = ActOut.model_validate((await repository.acts_of(uow.session, candidate.id))[-1])
        await _told(uow, plan.id, caller)
        await uow.commit(answer)
    return answer


async def _let_sit(uow: UnitOfWork, candidate: Candidate, plan: Plan, caller: Caller) -> None:
    """The plan may have been amended since the refusal: its days now are what takes the person up."""
    span = plan.spans.get((candidate.item_code, candidate.level))
    candidate.state, candidate.reason = "approved", None
    candidate.during = as_range(span) if span else None
    candidate.reviewed_at, candidate.reviewed_by = uow.clock.now(), caller.account_id
    try:
        await uow.session.flush()
    except IntegrityError:
        raise ReviewConflict(
            Bilingual(
                "此人已在同一时间报名其他考点的同一职业等级。",
                "The person is registered elsewhere for the same item, level and time by now.",
            )
        ) from None


async def plan_lock(session: AsyncSession, plan_id: UUID) -> None:
    """Acts on one plan's candidates come one after the other."""
    await plan_of(session, plan_id, lock=True)


async def _candidate(session: AsyncSession, plan_id: UUID, candidate_id: UUID) -> Candidate:
    found = await session.get(Candidate, candidate_id)
    if found is None or found.plan_id != plan_id:
        raise NotFound.of("candidate")
    return found


async def _check_evidence(session: AsyncSession, plan_id: UUID, cited: list[str]) -> None:
    absent = await missing(session, plan_id, cited)
    if absent:
        raise evidence_missing(
            f"/evidence/{number}" for number, sha256 in enumerate(cited) if sha256 in absent
        )


# ── show ─────────────────────────────────────────────────────────────────────────────────────
async def queue(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[QueuedPlan]:
    """Plans of the caller's region whose candidates wait, the nearest first day first."""
    rows = await repository.queue_page(session, caller, page)
    kept, cursor = page.cut(rows, lambda row: (row.starts_on, row.plan_id))
    return Listing.of([QueuedPlan.model_validate(row) for row in kept], cursor)


async def read_candidate(
    session: AsyncSession, plan_id: UUID, candidate_id: UUID, *, caller: Caller, keyring: Keyring
) -> CandidateDetail:
    """A candidate with the machine's finding and everything done; masked. Raises NotFound."""
    plan = await plan_in_sight(session, plan_id, caller)
    candidate = await _candidate(session, plan.id, candidate_id)
    (person,) = await masked(session, keyring, [(candidate.person_id, candidate.identity)])
    acts = await repository.acts_of(session, candidate.id)
    is_own = caller.role in ORGANISATION_ROLES
    has_many = await has_many_outside(session, plan.id)
    shown = candidate_out(candidate, person, has_many).model_dump()
    return CandidateDetail.model_validate(
        shown
        | {
            "claims": await claims_of(session, keyring, candidate.person_id, candidate.claims),
            "finding": candidate.finding,
            "acts": [ActOut.model_validate(one) for one in acts],
            "alarms": [] if is_own else shown["alarms"],
        }
    )
