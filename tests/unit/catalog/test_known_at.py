"""The list as of a day, as known at an instant: whatever was recorded, in whatever order of days."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from catalog.items.domain import Item, Version, in_force, spans

EDITION = UUID("01936f3c-5a2e-7c41-9d3e-0123456789ab")
FIRST_DAY, DAYS = date(2026, 1, 1), 8
OPENING = datetime(2026, 1, 1, tzinfo=UTC)
CODES = ("1", "2")

said = st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, DAYS - 1), st.booleans()), max_size=12)
Saying = list[tuple[str, int, bool]]


def recorded(sayings: Saying) -> list[Version]:
    """What was said, in the order of its recording, a minute apart; each under a name of its own."""
    return [
        Version(
            Item(code, f"第{number}次", "skill_level", is_listed=is_listed),
            FIRST_DAY + timedelta(days=day),
            EDITION,
            "corrected",
            OPENING + timedelta(minutes=number),
        )
        for number, (code, day, is_listed) in enumerate(sayings)
    ]


def painted(sayings: Saying, day: int, known: int) -> dict[str, str]:
    """The plainest way: each saying paints the days of its item from its own to the next one that begins a version."""
    names: dict[str, list[str | None]] = {code: [None] * DAYS for code in CODES}
    begins: dict[str, set[int]] = {code: set() for code in CODES}
    for number, (code, first, is_listed) in enumerate(sayings[:known]):
        end = min((begin for begin in begins[code] if begin > first), default=DAYS)
        for place in range(first, end):
            names[code][place] = f"第{number}次" if is_listed else None
        begins[code].add(first)
    return {code: name for code in CODES if (name := names[code][day]) is not None}


@given(sayings=said, day=st.integers(0, DAYS - 1), known=st.integers(0, 12))
def test_the_list_as_of_a_day_as_known_at_an_instant_is_what_painting_the_days_gives(
    sayings: Saying, day: int, known: int
) -> None:
    found = in_force(
        recorded(sayings),
        FIRST_DAY + timedelta(days=day),
        known_at=OPENING + timedelta(minutes=known - 1),
    )
    assert {code: version.item.name for code, version in found.items()} == painted(sayings, day, known)


@given(sayings=said, day=st.integers(0, DAYS - 1), known=st.integers(0, 12))
def test_what_is_recorded_later_never_changes_what_was_known(sayings: Saying, day: int, known: int) -> None:
    instant, asked = OPENING + timedelta(minutes=known - 1), FIRST_DAY + timedelta(days=day)
    versions = recorded(sayings)
    then = [version for version in versions if version.recorded_at <= instant]
    assert in_force(versions, asked, known_at=instant) == in_force(then, asked)


@given(sayings=said)
def test_the_last_word_for_each_day_is_a_span_and_no_day_has_two(sayings: Saying) -> None:
    for code in CODES:
        held = list(spans(version for version in recorded(sayings) if version.item.code == code))
        begins = [span.version.valid_from for span in held]
        assert begins == sorted(set(begins))
        for number in range(DAYS):
            day = FIRST_DAY + timedelta(days=number)
            on = [
                span.version.item.name
                for span in held
                if span.version.valid_from <= day and (span.valid_to is None or day <= span.valid_to)
                if span.version.item.is_listed
            ]
            assert on == [name for name in [painted(sayings, number, len(sayings)).get(code)] if name]
