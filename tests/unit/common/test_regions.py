"""Divisions of the province, what replaced the retired ones, and who is competent for what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.regions import Region, covers, full_name, is_county, present, provinces, region, regions

codes = st.sampled_from(sorted(regions()))


def known(code: str) -> Region:
    found = region(code)
    assert found is not None
    return found


def test_the_province_has_thirteen_cities_and_ninety_five_counties() -> None:
    kinds = [found.kind for found in regions().values()]
    assert kinds.count("city") == 13
    assert sum(is_county(code) for code in regions()) == 95
    assert [kinds.count(kind) for kind in ("district", "county_level_city", "county")] == [55, 21, 19]


@pytest.mark.parametrize(
    ("office", "place", "is_covered"),
    [
        ("320000", "320106", True),
        ("320100", "320106", True),
        ("320106", "320106", True),
        ("320106", "320100", False),
        ("320200", "320106", False),
        ("320614", "320684", True),  # 海门市 became 海门区
        ("320684", "320614", True),  # and an account of the one is an account of the other
        ("320611", "320602", True),  # 港闸区 and 崇川区 are one district now
        ("330000", "320106", False),
    ],
)
def test_an_office_covers_what_lies_in_its_region(office: str, place: str, is_covered: bool) -> None:
    assert covers(office, place) is is_covered


def test_towns_and_country_are_told_apart_and_zones_are_no_divisions() -> None:
    assert full_name("320106") == "江苏省南京市鼓楼区"
    assert known("320106").is_town
    assert known("320281").is_town  # 江阴市
    assert not known("320321").is_town  # 丰县
    assert not known("320371").is_current
    assert not is_county("320371")


@given(codes)
def test_every_division_lies_in_what_is_above_it_up_to_the_province(code: str) -> None:
    path = [code]
    while (parent := known(path[-1]).parent) is not None:
        assert covers(parent, path[-1])
        path.append(parent)
    assert path[-1] == "320000"
    assert [known(step).level for step in path] == ["county", "city", "province"][-len(path) :]


@given(codes, codes)
def test_two_different_offices_of_one_level_never_share_a_place(office: str, other: str) -> None:
    if present(office) != present(other) and known(office).level == known(other).level == "county":
        shared = {place for place in regions() if covers(office, place) and covers(other, place)}
        assert shared == set()


def test_retired_divisions_name_what_replaced_them_and_are_no_county_any_more() -> None:
    retired = {found.code: found.replaced_by for found in regions().values() if found.kind == "retired"}
    assert retired == {"320602": "320613", "320611": "320613", "320684": "320614"}
    assert not any(map(is_county, retired))
    assert all(map(is_county, filter(None, retired.values())))


def test_provinces_are_those_of_the_standard_and_the_corps() -> None:
    assert len(provinces()) == 35
    assert (provinces()["32"], provinces()["66"]) == ("江苏省", "新疆生产建设兵团")


def test_a_division_of_another_province_is_named_by_its_code() -> None:
    assert region("330106") is None
    assert full_name("330106") == "330106"
    assert full_name("320684") == "江苏省南通市海门市"


def test_a_division_is_known_by_its_code_of_the_day() -> None:
    old, new = known("320684"), known("320614")
    before, after = date(2020, 6, 30), date(2020, 7, 31)
    assert (old.existed_on(before), old.existed_on(after)) == (True, False)
    assert (new.existed_on(before), new.existed_on(after)) == (False, True)
    assert (new.predecessors, new.since, old.until) == (("320684",), "2020-07", "2020-07")
    assert known("320613").predecessors == ("320602", "320611")


def test_ninety_six_counties_were_in_use_before_two_were_merged() -> None:
    for day, counties in ((date(2019, 6, 1), 96), (date(2026, 11, 23), 95)):
        in_use = [one for one in regions().values() if one.existed_on(day)]
        assert len([one for one in in_use if one.level == "county"]) == counties


@given(codes)
def test_whatever_is_retired_leads_to_a_division_in_use(code: str) -> None:
    assert known(present(code)).kind != "retired"
