"""Corrections: what is said of a day changes, what was known on a day does not; nothing recorded is ever lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items.domain import AdmissionForNationalOnly, Item, Version, carried_on, corrected, in_force
from common.ids import uuid7
from tests.unit.catalog.factories import national, skilled

START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = date(2017, 1, 1)
CODES = ("0-00-00-01", "0-00-00-02", "0-00-00-03")

acts = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(0, 6),  # the day that it speaks of: often one that an earlier act spoke of, or one before
        st.sampled_from([(5,), (5, 4), (5, 4, 3)]),
        st.booleans(),
    ),
    max_size=12,
)
Act = tuple[str, int, tuple[int, ...], bool]


def recorded(history: list[Act]) -> list[Version]:
    return [
        Version(
            Item(code=code, name="甲", track="skill_level", levels=levels, is_listed=is_listed),
            FIRST + timedelta(days=day),
            uuid7(),
            "corrected",
            START + timedelta(seconds=place),
        )
        for place, (code, day, levels, is_listed) in enumerate(history)
    ]


def replayed(history: list[Act], day: int, known: int) -> dict[str, tuple[int, ...]]:
    """The plainest way: a wall of days for each item; each act paints from its day to the next day spoken of."""
    lists: dict[str, dict[int, tuple[tuple[int, ...], bool]]] = {}
    for code, from_day, levels, is_listed in history[: known + 1]:
        lists.setdefault(code, {})[from_day] = (levels, is_listed)
    found = {}
    for code, said in lists.items():
        begun = [from_day for from_day in said if from_day <= day]
        if begun and said[max(begun)][1]:
            found[code] = said[max(begun)][0]
    return found


@given(history=acts, day=st.integers(-1, 8), known=st.integers(0, 12))
def test_the_list_of_a_day_as_known_at_an_instant_is_what_a_naive_replay_gives(
    history: list[Act], day: int, known: int
) -> None:
    found = in_force(
        recorded(history), FIRST + timedelta(days=day), known_at=START + timedelta(seconds=known)
    )
    assert {code: version.item.levels for code, version in found.items()} == replayed(history, day, known)


@given(history=acts, day=st.integers(-1, 8))
def test_what_is_recorded_later_never_changes_what_was_known_before(history: list[Act], day: int) -> None:
    asked, versions = FIRST + timedelta(days=day), recorded(history)
    for known in range(len(history)):
        at = START + timedelta(seconds=known)
        assert in_force(versions, asked, known_at=at) == in_force(versions[: known + 1], asked)


def test_a_correction_leaves_what_it_does_not_name() -> None:
    before = national("面包师", code="6-02-01-01")
    after = corrected(before, levels=(5, 4))
    assert (after.name, after.levels, after.admission_linked) == ("面包师", (5, 4), True)


def test_only_a_national_item_is_tied_to_admission() -> None:
    with pytest.raises(AdmissionForNationalOnly):
        corrected(skilled("面包师", code="6-02-01-01"), admission_linked=True)


def test_a_correction_goes_on_where_the_list_only_repeated_the_mistake() -> None:
    edition, dropping, later = uuid7(), uuid7(), uuid7()
    wrong = Item(code=CODES[0], name="测是工", track="national_qualification", levels=(5, 4))
    dropped = replace(wrong, track="skill_level")
    stated = replace(dropped, levels=(5,))
    known = [
        Version(wrong, FIRST, edition, "imported", START),
        Version(dropped, FIRST + timedelta(10), dropping, "dropped_from_national_list", START),
        Version(stated, FIRST + timedelta(20), later, "imported", START),
    ]
    correction = Version(replace(wrong, name="测试工"), FIRST, edition, "corrected", START + timedelta(1))
    (repeated,) = carried_on(known, wrong, correction)
    assert (repeated.valid_from, repeated.edition_id, repeated.cause) == (
        FIRST + timedelta(10),
        dropping,
        "corrected",
    )
    assert (repeated.item.name, repeated.item.track, repeated.item.levels) == (
        "测试工",
        "skill_level",
        (5, 4),
    )
    again = Version(
        replace(correction.item, levels=(5, 4, 3)), FIRST, edition, "corrected", START + timedelta(2)
    )
    (levels,) = carried_on([*known, correction, repeated], correction.item, again)
    assert (levels.item.name, levels.item.levels) == ("测试工", (5, 4, 3))
