"""The read model of the list: each event twice, in any order across items, and asked as of a day (Art. 3, 4)."""

from datetime import UTC, date, datetime
from uuid import UUID

from common.events.catalog import ItemListed, ItemTrackChanged, ItemWithdrawn, StandardInForce, StandardScope
from filing.listing.domain import NormScope
from filing.listing.repository import items_on, listed_codes, standards
from tests.service.filing.world import LIST_EDITION, STANDARD, WELDER, Filing, codes, plan

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


LATER_EDITION = UUID("01936f3c-5a2e-7c41-9d3e-000000000003")
LEFT = ItemWithdrawn(
    item_code=WELDER,
    name="焊工",
    track="skill_level",
    valid_from=date(2025, 11, 1),
    edition_id=LATER_EDITION,
    recorded_at=datetime(2025, 9, 1, tzinfo=UTC),
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


async def test_an_item_that_left_the_list_is_not_on_it_from_its_day_on(filing: Filing) -> None:
    await filing.hear(LEFT, LEFT)
    async with filing.service.platform.sessions() as session:
        last_day = await items_on(session, [WELDER], date(2025, 10, 31))
        assert (last_day[WELDER].name, last_day[WELDER].edition_id) == ("焊工", LIST_EDITION)
        assert await items_on(session, [WELDER], date(2025, 11, 1)) == {}


async def test_a_correction_counts_for_its_day_and_not_for_what_was_known_before(filing: Filing) -> None:
    said = datetime(2021, 11, 23, tzinfo=UTC)
    corrected = datetime(2025, 9, 2, tzinfo=UTC)
    first = DROPPED.model_copy(update={"recorded_at": said})
    later = LISTED.model_copy(
        update={
            "track": "skill_level",
            "levels": (5, 4, 3),
            "valid_from": DROPPED.valid_from,
            "edition_id": LATER_EDITION,
            "cause": "corrected",
            "recorded_at": corrected,
        }
    )
    await filing.hear(later, first, later)
    async with filing.service.platform.sessions() as session:
        day, code = date(2022, 1, 1), LISTED.item_code
        known = (await items_on(session, [code], day, known_at=datetime(2025, 9, 1, tzinfo=UTC)))[code]
        now = (await items_on(session, [code], day))[code]
    assert (sorted(known.levels), known.edition_id) == ([2, 3, 4, 5], LIST_EDITION)
    assert (sorted(now.levels), now.edition_id) == ([3, 4, 5], LATER_EDITION)


async def test_a_plan_cannot_name_an_item_that_has_left_the_list_by_its_first_day(
    filing: Filing, employer: UUID
) -> None:
    await filing.hear(LEFT)
    too_late = plan(name="第4批", starts_on="2025-11-01", ends_on="2025-11-02")
    refused = await filing.post("/plans", too_late, role="plan_filer", organisation_id=employer)
    assert (refused.status_code, codes(refused)) == (422, [("/items/0/item_code", "item-not-listed")])
    taken = await filing.post(
        "/plans",
        plan(starts_on="2025-10-31", ends_on="2025-11-01"),
        role="plan_filer",
        organisation_id=employer,
    )
    assert taken.status_code == 201, taken.text


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
    assert (found.levels, found.in_force_on(date(2025, 12, 31))) == (frozenset({5, 4}), True)
    assert not found.in_force_on(date(2026, 1, 1))


async def test_a_norm_says_whom_it_serves(filing: Filing) -> None:
    norm = StandardInForce(
        standard_id=UUID(int=7),
        name="长江机械焊工评价规范",
        kind="enterprise_norm",
        item_code=WELDER,
        levels=(5,),
        components={},
        valid_from=date(2025, 1, 1),
        scope=StandardScope(posts=("焊接",), enterprises=("913201000000000000",), enterprise_class=None),
    )
    await filing.hear(norm)
    async with filing.service.platform.sessions() as session:
        found = await standards(session, [norm.standard_id, STANDARD])
    assert found[norm.standard_id].scope == NormScope(("焊接",), frozenset({"913201000000000000"}))
    assert found[STANDARD].scope is None
