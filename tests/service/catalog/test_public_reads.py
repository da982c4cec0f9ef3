"""Standards, calendar, occupations and regions, for anyone (Art. 4, 18, 20)."""

import pytest

from tests.service.catalog.world import Catalog

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_item_has_one_national_standard_for_all_its_levels(reading: Catalog) -> None:
    (standard,) = (await reading.read("/standards", item_code="6-18-02-04", level=1))["items"]
    assert (standard["name"], standard["kind"]) == ("国家职业技能标准·焊工", "national")
    assert (standard["levels"], standard["valid_from"]) == ([5, 4, 3, 2, 1], "2017-09-12")
    assert [part["part"] for part in standard["components"]["1"]] == ["theory", "skill", "review"]
    detail = await reading.read(f"/standards/{standard['id']}")
    assert (detail | standard, detail["steps"]) == (detail, [])


async def test_the_standard_of_a_cancelled_qualification_stays_usable(reading: Catalog) -> None:
    """Art. 4: 电工 left the national list in 2021."""
    before = await reading.read("/standards", item_code="6-31-01-03", as_of="2021-12-01")
    after = await reading.read("/standards", item_code="6-31-01-03", as_of="2021-12-02")
    assert before["items"] == after["items"] != []


async def test_no_standard_is_in_force_before_its_first_day(reading: Catalog) -> None:
    assert (await reading.read("/standards", as_of="2017-09-11"))["items"] == []


async def test_standards_come_in_pages(reading: Catalog) -> None:
    first = await reading.read("/standards", limit=200)
    second = await reading.read("/standards", limit=200, cursor=first["next"])
    codes = [standard["item_code"] for standard in first["items"] + second["items"]]
    assert len(codes) == len(set(codes)) == 210
    assert second["next"] is None


async def test_an_unknown_standard_is_not_found(reading: Catalog) -> None:
    assert (await reading.get("/standards/standard_01jdzx000000000000000000zz")).status_code == 404


async def test_the_last_filing_day_before_an_evaluation_over_national_day(reading: Catalog) -> None:
    """Back from 2025-10-25: 24 to 20, 17 to 13, 11 (a Saturday worked), 10, 9, then 30 and 29 September."""
    found = await reading.read("/calendar/last-filing-day", starts_on="2025-10-25")
    assert (found["day"], found["provisional"], found["notice_workdays"]) == ("2025-09-29", False, 15)
    assert found["edition"] == "2017–2026"


async def test_the_earliest_start_is_the_inverse(reading: Catalog) -> None:
    found = await reading.read("/calendar/earliest-start", filed_on="2025-09-29")
    start = found["day"]
    assert (await reading.read("/calendar/last-filing-day", starts_on=start))["day"] == "2025-09-29"


async def test_a_year_not_announced_is_told_to_be_provisional_and_why(reading: Catalog) -> None:
    found = await reading.read("/calendar/last-filing-day", starts_on="2027-12-20")
    assert found["provisional"] is True
    assert set(found["reason"]) == {"zh", "en"}


async def test_a_make_up_sunday_is_a_working_day(reading: Catalog) -> None:
    found = await reading.read("/calendar/days/2025-09-28")
    assert (found["is_workday"], found["kind"], found["provisional"]) == (True, "makeup_workday", False)


@pytest.mark.parametrize("day", ["0001-01-01", "2016-12-31", "2100-01-01", "9999-12-31", "tomorrow"])
async def test_days_that_no_calendar_reaches_are_refused(reading: Catalog, day: str) -> None:
    assert (await reading.get("/calendar/last-filing-day", starts_on=day)).status_code == 422
    assert (await reading.get("/calendar/earliest-start", filed_on=day)).status_code == 422
    assert (await reading.get(f"/calendar/days/{day}")).status_code == 404


@pytest.mark.parametrize("day", ["2017-01-01", "2099-12-31"])
async def test_the_first_and_the_last_day_held_are_answered(reading: Catalog, day: str) -> None:
    assert (await reading.get("/calendar/last-filing-day", starts_on=day)).status_code == 200
    assert (await reading.get("/calendar/earliest-start", filed_on=day)).status_code == 200


async def test_an_occupation_is_told_with_its_groups(reading: Catalog) -> None:
    (welder,) = (await reading.read("/occupations", q="6-18-02-04"))["items"]
    assert (welder["name"], welder["major_group"]) == ("焊工", "生产制造及有关人员")


async def test_occupations_come_in_pages(reading: Catalog) -> None:
    first = await reading.read("/occupations", limit=2)
    second = await reading.read("/occupations", limit=2, cursor=first["next"])
    codes = [occupation["code"] for occupation in first["items"] + second["items"]]
    assert codes == sorted(set(codes))
    assert codes[0] == "1-01-00-01"


async def test_regions_tell_the_whole_province_with_codes_out_of_use(reading: Catalog) -> None:
    regions = {region["code"]: region for region in (await reading.read("/regions"))["items"]}
    assert regions["320106"]["full_name"] == "江苏省南京市鼓楼区"
    assert (regions["320684"]["is_current"], regions["320684"]["replaced_by"]) == (False, "320614")
    assert sum(region["level"] == "city" for region in regions.values()) == 13
