"""A plan goes by the list of its first day, and its decision names the edition (Art. 1, 3; decision record 23)."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from common.events.catalog import ItemListed, ItemTrackChanged, ItemWithdrawn
from common.events.filing import PlanAccepted
from common.ids import encode_id
from tests.service.filing.world import LIST_EDITION, WELDER, Filing, codes

NEXT_EDITION = UUID("01936f3c-5a2e-7c41-9d3e-000000000009")
RECORDED = datetime(2025, 9, 29, tzinfo=UTC)
CHANGED = ItemTrackChanged(
    item_code=WELDER,
    name="电焊工",
    from_track="skill_level",
    track="special_ability",
    levels=(5, 4, 3, 2, 1),
    valid_from=date(2025, 10, 26),
    edition_id=NEXT_EDITION,
    cause="imported",
    recorded_at=RECORDED,
)


async def shown(filing: Filing, plan_id: str) -> dict[str, Any]:
    answer = await filing.get(f"/plans/{plan_id}")
    (item,) = answer.json()["items"]
    return {name: item[name] for name in ("item_name", "track", "edition_id")}


async def test_an_edition_between_filing_and_acceptance_decides_from_its_day_on(
    filing: Filing, employer: UUID
) -> None:
    """The first day of the one is the edition's; the other one began the day before, and goes on over it."""
    on_the_day = await filing.filed(employer, starts_on="2025-10-26", ends_on="2025-10-28")
    before = await filing.filed(employer, name="早一批", starts_on="2025-10-25", ends_on="2025-10-28")
    assert (await shown(filing, on_the_day["id"]))["edition_id"] == encode_id("edition", LIST_EDITION)
    await filing.hear(CHANGED)
    for plan in (on_the_day, before):
        assert (await filing.decided(plan["id"], "accept")).status_code == 201
    assert await shown(filing, on_the_day["id"]) == {
        "item_name": "电焊工",
        "track": "special_ability",
        "edition_id": encode_id("edition", NEXT_EDITION),
    }
    assert (await shown(filing, before["id"]))["edition_id"] == encode_id("edition", LIST_EDITION)
    said = [event for event in await filing.said(PlanAccepted) if isinstance(event, PlanAccepted)]
    assert [event.items[0].edition_id for event in said] == [NEXT_EDITION, LIST_EDITION]


async def test_an_edition_that_drops_the_item_by_the_first_day_refuses_acceptance(
    filing: Filing, employer: UUID
) -> None:
    plan = await filing.filed(employer)
    await filing.hear(
        ItemWithdrawn(
            item_code=WELDER,
            name="焊工",
            track="skill_level",
            valid_from=date(2025, 10, 25),
            edition_id=NEXT_EDITION,
            recorded_at=RECORDED,
        )
    )
    refused = await filing.decided(plan["id"], "accept")
    assert (refused.status_code, codes(refused)) == (422, [("/items/0/item_code", "item-not-listed")])


async def test_what_is_recorded_after_acceptance_leaves_the_decision_as_it_is(
    filing: Filing, employer: UUID
) -> None:
    plan = await filing.filed(employer)
    assert (await filing.decided(plan["id"], "accept")).status_code == 201
    decided = await shown(filing, plan["id"])
    correction = ItemListed(
        item_code=WELDER,
        name="焊工",
        track="skill_level",
        levels=(5,),
        valid_from=date(2020, 1, 1),
        edition_id=NEXT_EDITION,
        cause="corrected",
        recorded_at=RECORDED,
    )
    await filing.hear(CHANGED, correction)
    assert await shown(filing, plan["id"]) == decided
    assert decided["edition_id"] == encode_id("edition", LIST_EDITION)
