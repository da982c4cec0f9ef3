"""Use cases: seat candidates, and show sessions and notices."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
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
from registration.sessions.domain import Entrant, Seat, Sitting, Told, admission_number, seat
from registration.sessions.models import Admission
from registration.sessions.schemas import NoticeOut, SeatingOut, SittingOut

CHUNK = 5_000


async def seat_candidates(uow: UnitOfWork, plan_id: UUID) -> None:
    """Give every approved candidate of a plan a number and a seat, within the caller's unit of work.

    Who has a seat that still is one keeps it; whose seat, room or time is another one gets a new notice.
    Says AdmissionsChanged where anything changed.
    """
    plan = await uow.session.get(PlanFact, plan_id, with_for_update=True)
    if plan is None:
        return
    known = {row.candidate_id: row for row in await repository.of_plan(uow.session, plan_id)}
    if not plan.sessions and not known:
        return
    sittings = {one.number: one for one in map(Sitting.of, plan.sessions)}
    entrants = [Entrant(*row) for row in await repository.approved(uow.session, plan_id)]
    taken = {
        one: Seat(row.session_number, row.seat)
        for one, row in known.items()
        if row.session_number is not None and row.seat is not None
    }
    places = seat(entrants, sittings.values(), taken)
    told = {
        one: _told(Told.of(place, sittings[place.session]) if place else None)
        for one, place in places.items()
    }
    moved = [one for one in told if one in known and told[one] != _told(known[one])]
    new = [one for one in told if one not in known]
    await _move(uow, [known[one] for one in moved], told)
    await _admit(uow, plan, new, told, first=max((row.ordinal for row in known.values()), default=0) + 1)
    if moved or new:
        uow.say(
            AdmissionsChanged(
                plan_id=plan_id,
                seated=sum(place is not None for place in places.values()),
                moved=len(moved),
                unseated=sum(place is None for place in places.values()),
            )
        )


def _told(about: Told | Admission | None) -> dict[str, Any]:
    return {one.name: getattr(about, one.name, None) for one in fields(Told)}


async def _move(uow: UnitOfWork, moved: list[Admission], told: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Two steps: seats that were given up are free before anybody takes them."""
    if not moved:
        return
    now = uow.clock.now()
    given_up = [{"candidate_id": row.candidate_id, "session_number": None, "seat": None} for row in moved]
    changed = [
        {"candidate_id": row.candidate_id, "version": row.version + 1, "changed_at": now}
        | dict(told[row.candidate_id])
        for row in moved
    ]
    await uow.session.execute(update(Admission), given_up)
    await uow.session.execute(update(Admission), changed)


async def _admit(
    uow: UnitOfWork, plan: PlanFact, new: list[UUID], told: Mapping[UUID, Mapping[str, Any]], *, first: int
) -> None:
    rows = [
        {
            "candidate_id": one,
            "plan_id": plan.plan_id,
            "ordinal": ordinal,
            "number": admission_number(plan.number, ordinal),
            "version": 1,
            "changed_at": uow.clock.now(),
        }
        | dict(told[one])
        for ordinal, one in enumerate(new, start=first)
    ]
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
    """A candidate's notice. Raises NotFound, also for who is not admitted (yet), and once the plan is cancelled."""
    await plan_in_sight(session, plan_id, caller)
    plan = await session.get_one(PlanFact, plan_id)
    candidate = await session.get(Candidate, candidate_id)
    found = (await repository.admissions(session, [candidate_id])).get(candidate_id)
    if candidate is None or candidate.plan_id != plan_id or candidate.state != "approved" or found is None:
        raise NotFound.of("notice")
    if plan.cancelled_at is not None:
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
