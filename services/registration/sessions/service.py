"""Use cases: seat candidates, and show sessions and notices."""

from collections import Counter
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.events.registration import AdmissionsChanged
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.persons.repository import masked
from registration.plans.models import PlanFact
from registration.plans.repository import plan_in_sight
from registration.rosters.models import Candidate
from registration.sessions import repository
from registration.sessions.domain import Entrant, Seat, Sitting, admission_number, seat
from registration.sessions.models import Admission
from registration.sessions.schemas import NoticeOut, SeatingOut, SittingOut

CHUNK = 5_000


async def seat_candidates(uow: UnitOfWork, plan_id: UUID) -> None:
    """Give every approved candidate of a plan a number and a seat, within the caller's unit of work.

    Who has a seat that still is one keeps it. Says AdmissionsChanged where anything changed.
    """
    plan = await uow.session.get(PlanFact, plan_id, with_for_update=True)
    if plan is None or not plan.sessions:
        return
    known = {row.candidate_id: row for row in await repository.of_plan(uow.session, plan_id)}
    entrants = [Entrant(*row) for row in await repository.approved(uow.session, plan_id)]
    taken = {
        one: Seat(row.session_number, row.seat)
        for one, row in known.items()
        if row.session_number is not None and row.seat is not None
    }
    places = seat(entrants, map(Sitting.of, plan.sessions), taken)
    moved = [one for one in places if one in known and places[one] != taken.get(one)]
    new = [one for one in places if one not in known]
    await _move(uow, moved, places)
    await _admit(uow, plan, new, places, first=max((row.ordinal for row in known.values()), default=0) + 1)
    if moved or new:
        uow.say(
            AdmissionsChanged(
                plan_id=plan_id,
                seated=sum(place is not None for place in places.values()),
                moved=len(moved),
                unseated=sum(place is None for place in places.values()),
            )
        )


async def _move(uow: UnitOfWork, moved: list[UUID], places: dict[UUID, Seat | None]) -> None:
    """Two steps: seats that were given up are free before anybody takes them."""
    if not moved:
        return
    await uow.session.execute(
        update(Admission)
        .where(Admission.candidate_id.in_(moved))
        .values(seat=None, session_number=None)
        .execution_options(synchronize_session=False)
    )
    for one in moved:
        place = places[one]
        await uow.session.execute(
            update(Admission)
            .where(Admission.candidate_id == one)
            .values(
                session_number=place.session if place else None,
                seat=place.seat if place else None,
                version=Admission.version + 1,
                changed_at=uow.clock.now(),
            )
            .execution_options(synchronize_session=False)
        )


async def _admit(
    uow: UnitOfWork, plan: PlanFact, new: list[UUID], places: dict[UUID, Seat | None], *, first: int
) -> None:
    rows = []
    for ordinal, one in enumerate(new, start=first):
        place = places[one]
        rows.append(
            {
                "candidate_id": one,
                "plan_id": plan.plan_id,
                "ordinal": ordinal,
                "number": admission_number(plan.number, ordinal),
                "session_number": place.session if place else None,
                "seat": place.seat if place else None,
                "version": 1,
                "changed_at": uow.clock.now(),
            }
        )
    for begin in range(0, len(rows), CHUNK):
        await uow.session.execute(insert(Admission), rows[begin : begin + CHUNK])


async def read_seating(session: AsyncSession, plan_id: UUID, *, caller: Caller) -> SeatingOut:
    """The sessions of a plan and how full they are. Raises NotFound."""
    await plan_in_sight(session, plan_id, caller)
    plan = await session.get_one(PlanFact, plan_id)
    known = await repository.of_plan(session, plan_id)
    taken = Counter(row.session_number for row in known if row.seat is not None)
    return SeatingOut(
        plan_id=plan_id,
        sessions=[
            SittingOut(**{name: getattr(one, name) for name in _SHOWN}, taken=taken[one.number])
            for one in map(Sitting.of, plan.sessions)
        ],
        unseated=sum(row.seat is None for row in known),
    )


_SHOWN = ("number", "item_code", "level", "room", "starts_at", "ends_at", "seats")


async def read_notice(
    session: AsyncSession, plan_id: UUID, candidate_id: UUID, *, caller: Caller, keyring: Keyring
) -> NoticeOut:
    """A candidate's notice. Raises NotFound, also for who is not admitted (yet)."""
    await plan_in_sight(session, plan_id, caller)
    plan = await session.get_one(PlanFact, plan_id)
    candidate = await session.get(Candidate, candidate_id)
    found = (await repository.admissions(session, [candidate_id])).get(candidate_id)
    if candidate is None or candidate.plan_id != plan_id or candidate.state != "approved" or found is None:
        raise NotFound.of("notice")
    (person,) = await masked(session, keyring, [(candidate.person_id, candidate.identity)])
    return NoticeOut(
        candidate_id=candidate.id,
        admission_number=found.number,
        name=person.name,
        id_number=person.id_number,
        plan_number=plan.number,
        item_name=candidate.item_name,
        level=candidate.level,
        site=found.site,
        room=found.room,
        seat=found.seat,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        version=found.version,
    )
