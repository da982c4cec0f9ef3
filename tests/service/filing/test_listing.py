"""The read model of the list: each event twice, in any order across items, and asked as of a day (Art. 3, 4)."""

from datetime import date
from uuid import UUID

from common.events.catalog import ItemListed, ItemTrackChanged, StandardInForce
from filing.listing.repository import items_on, listed_codes, standards
from tests.service.filing.world import LIST_EDITION, STANDARD, WELDER, Filing

LISTED = ItemListed(
    item_code="4-02-01-01",
    name="轨道列车司机",
    track="national_qualification",
    levels=(5, 4, 3),
    valid_from=date(2017, 9, 15),
    edition_id=LIST_EDITION,
    cause="imported",
)
DROPPED = ItemTrackChanged(
    item_code="4-02-01-01",
    name="轨道列车司机",
    from_track="national_qualification",
    track="skill_level",
    levels=(5, 4, 3, 2),
    valid_from=date(2021, 11, 23),
    edition_id=LIST_EDITION,
    cause="dropped_from_national_list",
)


async def track_on(filing: Filing, day: date) -> str | None:
    async with filing.service.platform.sessions() as session:
        found = (await items_on(session, [DROPPED.item_code, WELDER], day)).get(DROPPED.item_code)
    return found.track if found else None


async def test_an_item_has_the_track_that_was_in_force_on_the_day(filing: Filing) -> None:
    await filing.hear(LISTED, DROPPED, LISTED, DROPPED)
    assert await track_on(filing, date(2017, 9, 14)) is None
    assert await track_on(filing, date(2017, 9, 15)) == "national_qualification"
    assert await track_on(filing, date(2021, 11, 22)) == "national_qualification"
    assert await track_on(filing, date(2021, 11, 23)) == "skill_level"


async def test_the_order_of_versions_told_does_not_matter(filing: Filing) -> None:
    await filing.hear(DROPPED, LISTED)
    assert await track_on(filing, date(2022, 1, 1)) == "skill_level"


async def test_codes_that_ever_stood_on_the_list_are_known(filing: Filing) -> None:
    await filing.hear(LISTED)
    async with filing.service.platform.sessions() as session:
        assert await listed_codes(session, [WELDER, "9-99", LISTED.item_code]) == {WELDER, LISTED.item_code}


async def test_a_standard_told_anew_takes_the_new_validity(filing: Filing) -> None:
    ended = StandardInForce(
        standard_id=STANDARD,
        name="焊工国家职业标准",
        kind="national",
        item_code=WELDER,
        levels=(5, 4),
        components={},
        valid_from=date(2020, 1, 1),
        valid_to=date(2025, 12, 31),
    )
    await filing.hear(ended, ended)
    async with filing.service.platform.sessions() as session:
        found = (await standards(session, [STANDARD, UUID(int=5)]))[STANDARD]
    assert (found.levels, found.in_force_on(date(2025, 12, 31))) == ({5, 4}, True)
    assert not found.in_force_on(date(2026, 1, 1))
