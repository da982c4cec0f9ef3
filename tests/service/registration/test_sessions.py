"""Seats over HTTP: given when somebody is approved, kept when others join, changed with the plan (Art. 18(2))."""

from datetime import datetime
from typing import Any

from client.sample import people
from common.events.filing import PlanAmended, PlanSession
from common.events.registration import AdmissionsChanged
from common.ids import decode_id
from tests.service.registration.world import EVALUATED_ON, REGION, Registration, entry
from tests.support.facts import plan_accepted
from tests.support.waiting import eventually

PEOPLE = people(4, seed=27)


def sitting(number: int, *, seats: int, hour: int = 9, room: str = "一号考场") -> PlanSession:
    day = f"{EVALUATED_ON}T{hour:02}"
    return PlanSession(
        number=number,
        item_code="6-31-01-03",
        level=4,
        site_name="第一考点",
        region=REGION,
        room=room,
        starts_at=datetime.fromisoformat(f"{day}:00:00+08:00"),
        ends_at=datetime.fromisoformat(f"{day}:50:00+08:00"),
        seats=seats,
    )


async def seated(registration: Registration, plan: str, admitted: int) -> dict[str, Any]:
    """The seating of a plan once so many are admitted."""

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await registration.get(f"/plans/{plan}/seating")).json()
        total = sum(one["taken"] for one in found["sessions"]) + found["unseated"]
        return found if total == admitted else None

    return await eventually(look)


async def notices(registration: Registration, plan: str) -> list[tuple[str, str | None, int | None]]:
    """Admission number, room and seat of every approved candidate, in order of arrival."""
    found = []
    for one in await registration.candidates(plan, "?state=approved"):
        answer = await registration.get(f"/plans/{plan}/candidates/{one['id']}/notice")
        assert answer.status_code == 200, answer.text
        notice = answer.json()
        assert "*" in notice["name"]
        found.append((notice["admission_number"], notice["room"], notice["seat"]))
    return found


async def test_whoever_is_approved_gets_number_and_seat_and_keeps_them(registration: Registration) -> None:
    plan = await registration.accepted("social", sessions=(sitting(1, seats=2), sitting(2, seats=1, hour=13)))
    await registration.roster(plan, [entry(one) for one in PEOPLE])
    ids = [one["id"] for one in await registration.candidates(plan)]
    assert (await registration.get(f"/plans/{plan}/candidates/{ids[0]}/notice")).status_code == 404
    await registration.review(plan, approve=ids[1:3])
    await seated(registration, plan, 2)
    first = await notices(registration, plan)
    assert [(room, seat) for _, room, seat in first] == [("一号考场", 1), ("一号考场", 2)]
    await registration.review(plan, approve=[ids[0], ids[3]])
    full = await seated(registration, plan, 4)
    assert [(one["taken"], one["seats"]) for one in full["sessions"]] == [(2, 2), (1, 1)]
    assert full["unseated"] == 1
    later = await notices(registration, plan)
    assert later[1:3] == first
    numbers = [number for number, _, _ in later]
    assert len(set(numbers)) == 4
    assert all(len(number) == 19 and number.isdigit() for number in numbers)


async def test_seats_follow_an_amended_plan_and_numbers_stay(registration: Registration) -> None:
    plan = await registration.accepted("social", sessions=(sitting(1, seats=3),))
    await registration.roster(plan, [entry(one) for one in PEOPLE[:3]])
    await registration.review(plan, approve_all=True)
    await seated(registration, plan, 3)
    before = await notices(registration, plan)
    amended = plan_accepted(
        plan_id=decode_id("plan", plan),
        organisation_id=registration.organisation,
        region=REGION,
        starts_on=EVALUATED_ON,
        sessions=(sitting(1, seats=1), sitting(2, seats=5, hour=14, room="二号考场")),
    )
    change = {"number_of_amendment": 1, "changes": ("particulars_changed",)}
    await registration.hear(PlanAmended.model_validate(amended.model_dump() | change))
    after = await notices(registration, plan)
    assert [number for number, _, _ in after] == [number for number, _, _ in before]
    assert [(room, seat) for _, room, seat in after] == [("一号考场", 1), ("二号考场", 1), ("二号考场", 2)]
    changes = [(one.seated, one.moved, one.unseated) for one in await registration.said(AdmissionsChanged)]
    assert changes[-1] == (3, 2, 0)
    first, second, _ = [
        (await registration.get(f"/plans/{plan}/candidates/{one['id']}/notice")).json()["version"]
        for one in await registration.candidates(plan)
    ]
    assert (first, second) == (1, 2)


def amended(registration: Registration, plan: str, *sessions: PlanSession) -> PlanAmended:
    now = plan_accepted(
        plan_id=decode_id("plan", plan),
        organisation_id=registration.organisation,
        region=REGION,
        starts_on=EVALUATED_ON,
        sessions=sessions,
    )
    change = {"number_of_amendment": 1, "changes": ("particulars_changed",)}
    return PlanAmended.model_validate(now.model_dump() | change)


async def notice(registration: Registration, plan: str) -> dict[str, Any]:
    """Of the only candidate of the plan."""
    (one,) = await registration.candidates(plan)
    found: dict[str, Any] = (await registration.get(f"/plans/{plan}/candidates/{one['id']}/notice")).json()
    return found


async def test_a_session_at_another_hour_makes_new_notices_for_the_same_seats(
    registration: Registration,
) -> None:
    plan = await registration.accepted("social", sessions=(sitting(1, seats=3),))
    await registration.roster(plan, [entry(PEOPLE[0])])
    await registration.review(plan, approve_all=True)
    await seated(registration, plan, 1)
    first = await notice(registration, plan)
    later = amended(registration, plan, sitting(1, seats=3, hour=14))
    await registration.hear(later)
    second = await notice(registration, plan)
    assert (first["seat"], first["version"]) == (1, 1)
    assert (second["seat"], second["version"]) == (1, 2)
    begins = [datetime.fromisoformat(one["starts_at"]) for one in (first, second)]
    assert [(one - begins[0]).total_seconds() for one in begins] == [0, 5 * 3600]
    larger = amended(registration, plan, sitting(1, seats=4, hour=14))
    await registration.hear(larger)
    assert (await notice(registration, plan))["version"] == 2
    told = [(one.seated, one.moved) for one in await registration.said(AdmissionsChanged)]
    assert told == [(1, 0), (1, 1)]


async def test_without_its_sessions_a_plan_has_seats_for_nobody(registration: Registration) -> None:
    plan = await registration.accepted("social", sessions=(sitting(1, seats=3),))
    await registration.roster(plan, [entry(PEOPLE[0])])
    await registration.review(plan, approve_all=True)
    await seated(registration, plan, 1)
    await registration.hear(amended(registration, plan))
    found = await notice(registration, plan)
    assert (found["room"], found["seat"], found["version"]) == (None, None, 2)
    assert (await registration.get(f"/plans/{plan}/seating")).json()["unseated"] == 1


async def test_a_plan_without_sessions_admits_nobody(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(PEOPLE[0])])
    await registration.review(plan, approve_all=True)
    found = (await registration.get(f"/plans/{plan}/seating")).json()
    assert (found["sessions"], found["unseated"]) == ([], 0)
