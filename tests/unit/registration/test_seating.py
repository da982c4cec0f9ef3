"""Seats: nobody sits where another does, nobody loses a seat when others join (Art. 18(2))."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from registration.sessions.domain import Entrant, Seat, Sitting, admission_number, seat

WELDER, CARER = "6-18-02-04", "4-10-01-03"
MORNING = Sitting(
    1,
    WELDER,
    4,
    "第一考点",
    "一号考场",
    2,
    datetime(2025, 10, 25, 1, tzinfo=UTC),
    datetime(2025, 10, 25, 4, tzinfo=UTC),
)
AFTERNOON = replace(
    MORNING, number=2, starts_at=MORNING.ends_at, ends_at=MORNING.ends_at + timedelta(hours=3)
)


def entrants(count: int, *, item: str = WELDER) -> list[Entrant]:
    return [Entrant(UUID(int=number), UUID(int=number), item, 4) for number in range(1, count + 1)]


def test_the_earliest_session_fills_first_and_who_does_not_fit_is_known() -> None:
    found = seat(entrants(5), [AFTERNOON, MORNING], {})
    assert list(found.values()) == [Seat(1, 1), Seat(1, 2), Seat(2, 1), Seat(2, 2), None]


def test_a_session_of_another_item_seats_nobody() -> None:
    assert set(seat(entrants(1, item=CARER), [MORNING], {}).values()) == {None}


def test_a_seat_that_is_none_any_more_is_changed_for_another() -> None:
    (one, two, *_) = entrants(2)
    taken = {one.candidate_id: Seat(1, 2), two.candidate_id: Seat(1, 1)}
    smaller = replace(MORNING, seats=1)
    found = seat([one, two], [smaller, AFTERNOON], taken)
    assert found == {two.candidate_id: Seat(1, 1), one.candidate_id: Seat(2, 1)}


def test_nobody_sits_in_two_rooms_at_once() -> None:
    person = UUID(int=9)
    as_welder = Entrant(UUID(int=1), person, WELDER, 4)
    as_carer = Entrant(UUID(int=2), person, CARER, 4)
    care_then, care_later = (
        replace(one, number=one.number + 2, item_code=CARER) for one in (MORNING, AFTERNOON)
    )
    found = seat([as_welder, as_carer], [MORNING, care_then, care_later], {})
    assert list(found.values()) == [Seat(1, 1), Seat(4, 1)]
    assert seat([as_welder, as_carer], [MORNING, care_then], {})[as_carer.candidate_id] is None
    moved = {as_welder.candidate_id: Seat(1, 1), as_carer.candidate_id: Seat(3, 1)}
    found = seat([as_welder, as_carer], [MORNING, care_then, care_later], moved)
    assert list(found.values()) == [Seat(1, 1), Seat(4, 1)]


SITTINGS = st.lists(
    st.tuples(st.sampled_from([WELDER, CARER]), st.integers(0, 6), st.integers(0, 9)), max_size=5
).map(
    lambda given_: [
        replace(
            MORNING,
            number=number,
            item_code=item,
            seats=seats,
            starts_at=MORNING.starts_at + timedelta(hours=hour),
        )
        for number, (item, seats, hour) in enumerate(given_, start=1)
    ]
)
PEOPLE = st.lists(st.sampled_from([WELDER, CARER]), max_size=20).map(
    lambda items: [
        Entrant(UUID(int=number), UUID(int=number), item, 4) for number, item in enumerate(items, start=1)
    ]
)


@given(PEOPLE, st.integers(0, 20), SITTINGS)
def test_no_seat_is_given_twice_and_who_joins_later_takes_nobodys(
    people: list[Entrant], earlier: int, sittings: list[Sitting]
) -> None:
    first = seat(people[:earlier], sittings, {})
    kept = {one: place for one, place in first.items() if place is not None}
    found = seat(people, sittings, kept)
    places = [place for place in found.values() if place is not None]
    assert len(set(places)) == len(places)
    assert all(found[one] == place for one, place in kept.items())
    by_number = {one.number: one for one in sittings}
    for one in people:
        place = found[one.candidate_id]
        if place is not None:
            assert by_number[place.session].item_code == one.item_code
            assert place.seat <= by_number[place.session].seats
    for item in (WELDER, CARER):
        room = sum(one.seats for one in sittings if one.item_code == item)
        wanted = sum(one.item_code == item for one in people)
        seated = sum(found[one.candidate_id] is not None for one in people if one.item_code == item)
        assert seated == min(room, wanted)


def test_an_admission_number_has_nineteen_digits_and_names_no_chair() -> None:
    assert admission_number("JS-320104-2025-000017", 23) == "2532010400001700023"
