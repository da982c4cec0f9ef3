"""Entrustments: proposed by one side, confirmed by the other, ended by either, never backwards (Art. 12)."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
import pytest_asyncio

from common.events.audit import OrganisationListed
from common.events.filing import EntrustmentConfirmed, EntrustmentEnded, PlanAccepted
from common.ids import decode_id, uuid7
from filing.entrustments.domain import entrusted
from filing.entrustments.repository import entrustment as entrustment_of
from filing.entrustments.repository import entrustments_between
from tests.service.filing.world import WELDER, Filing, codes, entrustment, plan

pytestmark = pytest.mark.asyncio(loop_scope="module")
FILER = "plan_filer"


@pytest_asyncio.fixture(loop_scope="module")
async def sides(shared: Filing) -> tuple[UUID, UUID]:
    """An employer and a third-party agency that may evaluate welding at levels 5 to 3."""
    return await shared.approved_organisation(), await shared.approved_agency()


async def covers(shared: Filing, sides: tuple[UUID, UUID], day: date, *, level: int = 4) -> bool:
    async with shared.service.platform.sessions() as session:
        found = await entrustments_between(session, employer_id=sides[0], agency_id=sides[1])
    return entrusted(found, WELDER, level, day) is not None


@pytest.mark.parametrize("proposer", [0, 1])
async def test_it_counts_once_the_other_side_agrees(
    shared: Filing, sides: tuple[UUID, UUID], proposer: int
) -> None:
    own, other = sides[proposer], sides[1 - proposer]
    found = await shared.entrusted(own, other)
    assert not await covers(shared, sides, date(2025, 10, 1))
    self_made = await shared.entrustment_act(found, "confirmation", own)
    assert (self_made.status_code, self_made.json()["type"]) == (403, "/problems/permission-denied")
    agreed = await shared.entrustment_act(found, "confirmation", other)
    assert (agreed.status_code, agreed.json()["state"]) == (201, "confirmed")
    names = (agreed.json()["employer"]["name"], agreed.json()["agency"]["name"])
    assert names == ("江苏长江机械有限公司", "南京求精技能评价服务有限公司")
    days = (date(2025, 9, 30), date(2025, 10, 1), date(2026, 9, 30), date(2026, 10, 1))
    assert [await covers(shared, sides, day) for day in days] == [False, True, True, False]
    assert not await covers(shared, sides, date(2025, 10, 1), level=3)
    (*_, told) = await shared.said(EntrustmentConfirmed)
    assert isinstance(told, EntrustmentConfirmed)
    assert (told.employer_id, told.agency_id, told.confirmed_on) == (*sides, date(2025, 9, 29))
    again = await shared.entrustment_act(found, "confirmation", other)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/state-conflict")


async def test_either_side_ends_it_from_a_day_on_and_never_backwards(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    found = await shared.entrusted(*sides)
    await shared.entrustment_act(found, "confirmation", sides[1])
    past = await shared.entrustment_act(found, "end", sides[1], last_day="2025-09-28", reason="合同提前解除")
    assert (past.status_code, codes(past)) == (422, [("/last_day", "retroactive")])
    ended = await shared.entrustment_act(found, "end", sides[1], last_day="2026-03-31", reason="合同提前解除")
    assert (ended.status_code, ended.json()["state"], ended.json()["last_day"]) == (
        201,
        "ended",
        "2026-03-31",
    )
    assert await covers(shared, sides, date(2026, 3, 31))
    assert not await covers(shared, sides, date(2026, 4, 1))
    assert [act["act"] for act in ended.json()["acts"]] == ["proposed", "confirmed", "ended"]
    (*_, told) = await shared.said(EntrustmentEnded)
    assert isinstance(told, EntrustmentEnded)
    assert (told.ended_by, told.last_day) == (sides[1], date(2026, 3, 31))
    assert "合同" not in told.model_dump_json()
    again = await shared.entrustment_act(found, "end", sides[0], reason="x")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/state-conflict")


async def test_confirmed_and_ended_at_once_it_happens_once_each_in_some_order(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    found = await shared.entrusted(*sides)
    answers = await asyncio.gather(
        *(shared.entrustment_act(found, "confirmation", sides[1]) for _ in range(3)),
        shared.entrustment_act(found, "end", sides[0], reason="撤回"),
    )
    assert answers[3].status_code == 201  # it may be ended before and after
    confirmed = [answer.status_code for answer in answers[:3]].count(201)
    shown = await shared.get(f"/entrustments/{found}", role=FILER, organisation_id=sides[0])
    acts = [act["act"] for act in shown.json()["acts"]]
    assert acts == ["proposed", *["confirmed"] * confirmed, "ended"]
    assert confirmed <= 1


async def test_a_proposal_may_be_declined_and_is_then_not_confirmed(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    found = await shared.entrusted(*sides)
    declined = await shared.entrustment_act(found, "end", sides[1], reason="暂无能力承接")
    assert (declined.status_code, declined.json()["state"]) == (201, "ended")
    assert (await shared.entrustment_act(found, "confirmation", sides[1])).status_code == 409
    async with shared.service.platform.sessions() as session:
        kept = await entrustment_of(session, decode_id("entrustment", found))
    assert kept is not None
    assert kept.confirmed_on is None


async def test_the_other_side_is_a_body_of_the_other_kind_in_good_standing(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    listed = await shared.approved_agency()
    await shared.hear(
        OrganisationListed(organisation_id=listed, case="21", measure="abnormal", valid_from=date(2025, 9, 1))
    )
    another_employer = await shared.approved_organisation()
    for partner in (listed, another_employer, sides[0], uuid7()):
        answer = await shared.post(
            "/entrustments", entrustment(partner), role=FILER, organisation_id=sides[0]
        )
        assert (answer.status_code, codes(answer)) == (422, [("/partner_id", "partner-unfit")])
    own = await shared.post("/entrustments", entrustment(sides[0]), role=FILER, organisation_id=listed)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/organisation-listed")


async def test_what_the_agency_is_not_approved_for_is_not_entrusted(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    wider = entrustment(sides[1], scope=[{"item_codes": [WELDER], "levels": [2]}], valid_from="2025-09-28")
    answer = await shared.post("/entrustments", wider, role=FILER, organisation_id=sides[0])
    assert (answer.status_code, codes(answer)) == (
        422,
        [("/valid_from", "retroactive"), ("/scope/0", "beyond-agency-scope")],
    )


async def test_both_sides_and_the_centres_of_their_seats_see_it(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    far = await shared.approved_agency(seat="320505")
    found = await shared.entrusted(sides[0], far)
    for about, status in (
        ({"role": FILER, "organisation_id": sides[0]}, 200),
        ({"role": "organisation_reader", "organisation_id": far}, 200),
        ({"role": FILER, "organisation_id": sides[1]}, 404),
        ({"role": "centre_reviewer", "region": "320500"}, 200),
        ({"role": "centre_reviewer", "region": "320104"}, 200),
        ({"role": "centre_reviewer", "region": "320300"}, 404),
        ({"role": None}, 401),
    ):
        assert (await shared.get(f"/entrustments/{found}", **about)).status_code == status
        listed = await shared.get("/entrustments?limit=200", **about)
        ids = [line["id"] for line in listed.json().get("items", [])]
        assert (found in ids) == (status == 200)
    foreign = await shared.entrustment_act(found, "confirmation", sides[1])
    assert foreign.status_code == 404
    reader = await shared.post(
        f"/entrustments/{found}/confirmation", {}, role="organisation_reader", organisation_id=far
    )
    assert reader.status_code == 403


# ── plans on an employer's behalf ────────────────────────────────────────────────────────────
async def test_an_accepted_plan_names_both_sides(shared: Filing, sides: tuple[UUID, UUID]) -> None:
    employer, agency = sides
    found = await shared.entrusted(employer, agency)
    await shared.entrustment_act(found, "confirmation", agency)
    filed = await shared.filed(agency, entrustment_id=found)
    assert filed["entrustment_id"] == found
    assert (await shared.decided(filed["id"], "accept")).status_code == 201
    (*_, told) = await shared.said(PlanAccepted)
    assert isinstance(told, PlanAccepted)
    assert told.organisation_name == "南京求精技能评价服务有限公司"
    assert told.entrusted_by is not None
    assert (told.entrusted_by.organisation_id, told.entrusted_by.name) == (employer, "江苏长江机械有限公司")
    await shared.hear(
        OrganisationListed(
            organisation_id=agency, case="22", measure="abnormal", valid_from=date(2025, 9, 29)
        )
    )
    shown = await shared.get(f"/plans/{filed['id']}", role=FILER, organisation_id=agency)
    assert shown.json()["frozen_by"] == "22"


async def test_an_entrustment_that_lapsed_or_is_anothers_carries_no_plan(
    shared: Filing, sides: tuple[UUID, UUID]
) -> None:
    employer, agency = sides
    other = await shared.approved_agency()
    found = await shared.entrusted(employer, agency)
    await shared.entrustment_act(found, "confirmation", agency)
    body = plan(entrustment_id=found)
    foreign = await shared.post("/plans", body, role=FILER, organisation_id=other)
    assert (foreign.status_code, codes(foreign)) == (422, [("/entrustment_id", "out-of-scope")])
    filed = await shared.filed(agency, entrustment_id=found)
    await shared.entrustment_act(found, "end", employer, last_day="2025-10-24", reason="合同解除")
    lapsed = await shared.decided(filed["id"], "accept")
    assert (lapsed.status_code, lapsed.json()["type"]) == (422, "/problems/out-of-scope")
