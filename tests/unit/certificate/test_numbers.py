"""Numbers: three rules, series that end, places in the status lists."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.certificates.explanation import explain
from certificate.issuance.status_index import LIST_PLACES, status_index, status_key
from certificate.numbers.domain import (
    SerialsExhausted,
    Series,
    institution_code,
    series_level,
    special_register,
    station_prefix,
)

KEY = status_key(bytes(32))


@pytest.mark.parametrize(
    ("series", "serial", "number"),
    [
        (Series("skill_level", "Y000123000001", 2019, 5), 1, "Y000123000001195000001"),
        (Series("skill_level", "S000032000017", 2026, 3), 42, "S000032000017263000042"),
        (Series("skill_level", "Y000032000101", 2026, 1), 999_999, "Y000032000101261999999"),
        (Series("national_qualification", "10012003", 2026, 4), 1, "2610012003400001"),
        (Series("special_ability", "1001", 2026, 0), 7, "261001000007"),
    ],
)
def test_numbers_follow_their_rules(series: Series, serial: int, number: str) -> None:
    assert series.number(serial) == number


@pytest.mark.parametrize(
    ("series", "serial"),
    [
        (Series("skill_level", "Y000032000017", 2026, 3), 0),
        (Series("skill_level", "Y000032000017", 2026, 3), 1_000_000),
        (Series("skill_level", "X000032000017", 2026, 3), 1),
        (Series("national_qualification", "10012003", 2026, 4), 100_000),
        (Series("special_ability", "1001", 2026, 0), 1_000_000),
    ],
)
def test_numbers_outside_the_rules_cannot_be_made(series: Series, serial: int) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        series.number(serial)


@pytest.mark.parametrize(
    ("kind", "last_quiet", "first_alert"),
    [
        ("skill_level", 949_999, 950_000),  # 95 % of 999,999 is 949,999.05
        ("national_qualification", 94_999, 95_000),
        ("special_ability", 949_999, 950_000),
    ],
)
def test_the_end_of_a_series_is_foreseen_at_95_percent(kind: str, last_quiet: int, first_alert: int) -> None:
    series = Series(kind, "1001", 2026, 0)  # type: ignore[arg-type]
    assert not series.is_nearly_exhausted(last_quiet)
    assert series.is_nearly_exhausted(first_alert)


def test_an_exhausted_series_is_told_with_its_remedy() -> None:
    problem = SerialsExhausted(register="Y000032000017", year=2026, level=3)
    assert problem.code == "certificate-serial-exhausted"
    assert "新的站点序列码" in problem.detail.zh
    assert dict(problem.facts) == {"register": "Y000032000017", "year": 2026, "level": 3}


def test_institutions_are_coded_by_province_city_kind_and_station() -> None:
    assert station_prefix("10", "320104", "third_party_agency") == "10012"
    assert station_prefix("10", "320104", "employer") == "10014"
    assert station_prefix("10", "320000", "government_centre") == "10000"
    assert institution_code("10012", 3) == "10012003"
    assert special_register("10", "321084") == "1010"
    with pytest.raises(ValueError, match="no station"):
        institution_code("10012", 1000)


def test_special_ability_numbers_know_no_level() -> None:
    assert series_level("special_ability", 5) == 0
    assert series_level("skill_level", 5) == 5


def test_parts_of_a_number_put_together_are_the_number() -> None:
    for number in ("Y000032000017263000042", "2610014001400001", "261001000001"):
        assert "".join(characters for characters, _, _ in explain(number)) == number


def test_places_of_a_list_are_given_once_each() -> None:
    places = {status_index(KEY, counter) for counter in range(20_000)}
    assert len(places) == 20_000
    assert max(places) < LIST_PLACES


@given(st.integers(0, 10 * LIST_PLACES), st.integers(1, 1000))
def test_two_certificates_never_share_a_place(counter: int, distance: int) -> None:
    first, second = status_index(KEY, counter), status_index(KEY, counter + distance)
    assert first != second
    assert first // LIST_PLACES == counter // LIST_PLACES


def test_neighbours_in_time_are_not_neighbours_in_the_list() -> None:
    places = [status_index(KEY, counter) for counter in range(1000)]
    near = sum(abs(one - other) < 100 for one, other in itertools.pairwise(places))
    assert near < 5  # by chance 0.2 of 999


def test_another_key_gives_other_places() -> None:
    other = status_key(bytes(31) + b"\1")
    assert [status_index(KEY, counter) for counter in range(8)] != [
        status_index(other, counter) for counter in range(8)
    ]
