"""The list on a day: whatever editions were published, in whatever words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from catalog.editions.domain import CAUSES, compare
from catalog.items.domain import Item, Version, in_force, spans
from common.ids import uuid7
from tests.unit.catalog.factories import book as code_book
from tests.unit.catalog.factories import edition, goes_on_as, national, skilled

NAMES = "甲乙丙丁戊己"
FIRST = date(2017, 9, 12)
EDITION = UUID("01936f3c-5a2e-7c41-9d3e-0123456789ab")
BOOK = code_book()


def version(item: Item, valid_from: date, *, recorded_at: datetime | None = None) -> Version:
    return Version(item, valid_from, EDITION, "imported", recorded_at or datetime(2026, 1, 1, tzinfo=UTC))


BEFORE = version(national("面包师", code="6-02-01-01"), date(2017, 9, 12))
AFTER = version(skilled("面包师", code="6-02-01-01"), date(2021, 12, 2))


def track_on(day: date) -> str | None:
    found = in_force([AFTER, BEFORE], day).get("6-02-01-01")
    return found.item.track if found else None


def test_an_item_is_not_on_the_list_before_its_first_version() -> None:
    assert track_on(date(2017, 9, 11)) is None


def test_a_version_counts_from_its_first_day() -> None:
    assert track_on(date(2017, 9, 12)) == "national_qualification"


def test_the_day_before_the_next_edition_is_still_the_old_lists() -> None:
    assert track_on(date(2021, 12, 1)) == "national_qualification"


def test_the_day_the_next_edition_takes_effect_is_the_new_lists() -> None:
    assert track_on(date(2021, 12, 2)) == "skill_level"


def test_a_version_ends_on_the_day_before_its_successor_begins() -> None:
    assert [span.valid_to for span in spans([AFTER, BEFORE])] == [date(2021, 12, 1), None]


def test_a_correction_recorded_later_counts_and_the_corrected_version_is_kept() -> None:
    corrected = version(
        national("糕点师", code="6-02-01-01"),
        BEFORE.valid_from,
        recorded_at=BEFORE.recorded_at + timedelta(days=1),
    )
    both = [corrected, BEFORE]
    assert in_force(both, BEFORE.valid_from)["6-02-01-01"] is corrected
    assert [span.version for span in spans(both)] == [corrected]


def published(history: list[tuple[int, frozenset[str]]]) -> list[Version]:
    """The versions that a sequence of editions leaves: each takes effect `days` after the one before."""
    day, versions, listed = FIRST, list[Version](), dict[str, Item]()
    for days, names in history:
        day += timedelta(days=days)
        diff = compare(edition(*sorted(names)), listed.values(), BOOK)
        for change in diff.changes:
            listed[change.item.code] = change.item
            if change.makes_a_version:
                versions.append(
                    Version(change.item, day, uuid7(), CAUSES[change.kind], datetime(2026, 1, 1, tzinfo=UTC))
                )
    return versions


def replayed(history: list[tuple[int, frozenset[str]]], day: date) -> dict[str, str]:
    """The same in the plainest way: what the last edition names is national, what an earlier one named is not."""
    tracks, effective = dict[str, str](), FIRST
    for days, names in history:
        effective += timedelta(days=days)
        if effective <= day:
            tracks = dict.fromkeys(tracks, "skill_level") | dict.fromkeys(names, "national_qualification")
    return tracks


histories = st.lists(
    st.tuples(st.integers(1, 400), st.frozensets(st.sampled_from(NAMES), min_size=1)), max_size=6
)


@given(history=histories, days=st.integers(-10, 2_500))
def test_the_list_on_any_day_is_what_replaying_the_editions_gives(
    history: list[tuple[int, frozenset[str]]], days: int
) -> None:
    day = FIRST + timedelta(days=days)
    found = in_force(published(history), day)
    assert {version.item.name: version.item.track for version in found.values()} == replayed(history, day)


@given(history=histories.filter(bool))
def test_publishing_the_newest_edition_again_changes_nothing(
    history: list[tuple[int, frozenset[str]]],
) -> None:
    listed = [version.item for version in in_force(published(history), date.max).values()]
    again = compare(edition(*sorted(history[-1][1])), listed, BOOK)
    assert not [change for change in again.changes if change.makes_a_version]


@given(names=st.permutations(NAMES), renamed=st.integers(0, len(NAMES)))
def test_codes_never_change_however_often_names_do(names: list[str], renamed: int) -> None:
    listed = [change.item for change in compare(edition(*names), [], BOOK).changes]
    new_names = [f"{name}师" if place < renamed else name for place, name in enumerate(names)]
    lineage = tuple(goes_on_as(name, f"{name}师") for name in names[:renamed])
    after = compare(edition(*new_names, lineage=lineage), listed, BOOK).changes
    assert [change.item.code for change in after] == [item.code for item in listed]


@given(history=histories)
def test_the_spans_of_an_item_follow_one_another_without_gap_or_overlap(
    history: list[tuple[int, frozenset[str]]],
) -> None:
    for versions in by_code(published(history)):
        found = list(spans(versions))
        for span, following in pairwise(found):
            assert span.valid_to == following.version.valid_from - timedelta(days=1)
        assert found[-1].valid_to is None


def by_code(versions: list[Version]) -> Iterator[list[Version]]:
    for code in {version.item.code for version in versions}:
        yield [version for version in versions if version.item.code == code]
