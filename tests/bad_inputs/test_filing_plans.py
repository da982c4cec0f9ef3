"""The area `filing`, operations of plans: every entry against the service on real servers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from common.events.audit import ExaminerRegistered
from common.events.catalog import ItemListed, StandardInForce
from common.events.filing import PlanAccepted, PlanAmended, PlanCancelled, PlanFiled, PlanReturned
from common.ids import encode_id, uuid7
from common.workdays import official_calendar
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.filing.conftest import started
from tests.service.filing.world import (
    LIST_EDITION,
    WELDER,
    Filing,
    approval,
    codes,
    examined,
    plan,
    plan_item,
    scope_entry,
    sitting,
    team,
)
from tests.support.service import RunningService

AREA = Area("filing")
OPERATIONS = ("plans.submit", "plans.decide", "plans.amend", "plans.cancel")
ENTRIES = [entry for entry in AREA.entries if entry.op in OPERATIONS]
NATIONAL, NATIONAL_STANDARD, OLD_STANDARD = "2-02-36-01", uuid7(), uuid7()
TOLD = (PlanFiled, PlanAccepted, PlanReturned, PlanAmended, PlanCancelled)


@dataclass
class Desk(Served):
    """A filing service with an employer and an agency approved for years."""

    filing: Filing
    employer: UUID
    agency: UUID
    day: date = date(2024, 1, 2)

    async def be_at(self, instant: str) -> None:
        """Later than ever before: the clock of a platform only goes forward."""
        await self.filing.be_at(instant)
        self.day = date.fromisoformat(instant[:10])

    @property
    def start(self) -> str:
        """The earliest first day of a plan filed today."""
        return official_calendar().earliest_start(self.day).day.isoformat()

    def employers(self, **changes: Any) -> dict[str, Any]:
        """An employer's plan with examiners of its own, whom the register does not have."""
        known = {
            "name": f"批次{uuid7()}",
            "starts_on": self.start,
            "ends_on": self.start,
            "examiners": own_team(),
        }
        return plan(**(known | changes))

    def agencys(self, **changes: Any) -> dict[str, Any]:
        """A social plan with a sitting on its first day."""
        known = {
            "name": f"批次{uuid7()}",
            "starts_on": self.start,
            "ends_on": self.start,
            "sessions": [sitting(self.start)],
        }
        return examined("social", **(known | changes))

    @property
    def served(self) -> RunningService:
        return self.filing.service

    async def row_counts(self) -> Mapping[str, int]:
        """Rows that a request could add; plans that wait too long are escalated by a worker meanwhile."""
        found = await self.filing.rows()
        return {name: rows for name, rows in found.items() if name not in ("plan_escalation", "aggregate")}

    async def send(self, body: dict[str, Any], *, owner: UUID | None = None, **about: Any) -> httpx.Response:
        return await self.filing.post(
            "/plans", body, role="plan_filer", organisation_id=owner or self.employer, **about
        )

    async def refused(
        self, body: dict[str, Any], *told: tuple[str, str], owner: UUID | None = None
    ) -> Answer:
        """A plan with this mistake; nothing of it is kept, nothing is said, and the entries are those told."""
        before, said = await self.row_counts(), await self.said()
        response = await self.send(body, owner=owner)
        assert (await self.row_counts(), await self.said()) == (before, said)
        if told:
            assert codes(response) == list(told)
        return Answer.of(response)

    async def said(self) -> int:
        return sum([len(await self.filing.said(kind)) for kind in TOLD])

    async def filed(self, **changes: Any) -> dict[str, Any]:
        answer = await self.send(self.employers(**changes))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def accepted(self, **changes: Any) -> dict[str, Any]:
        found = await self.filed(**changes)
        answer = await self.filing.decided(found["id"], "accept")
        assert answer.status_code == 201, answer.text
        return found

    async def amended(self, found: dict[str, Any], **changes: Any) -> httpx.Response:
        path = f"/filing/v1/plans/{found['id']}"
        about = self.filing.service.as_("plan_filer", organisation_id=self.employer, idempotency_key="new")
        held = (await self.client.get(path, headers=about)).headers["ETag"]
        body = {name: value for name, value in self.employers(**changes).items() if name != "contact"}
        body["name"] = found["name"]
        return await self.client.post(
            f"{path}/amendments",
            json=body,
            headers=about | {"If-Match": held, "Accept-Language": "en", "Idempotency-Key": str(uuid7())},
        )


def own_team(size: int = 3) -> list[dict[str, Any]]:
    return [one | {"card_number": f"OWN{number}"} for number, one in enumerate(team(size))]


def before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def days_of(found: Mapping[str, Any]) -> dict[str, str]:
    return {name: found[name] for name in ("starts_on", "ends_on")}


def card(number: str, **changes: Any) -> ExaminerRegistered:
    known = {
        "card_number": number,
        "name": "王建国",
        "grade": "examiner",
        "item_codes": (WELDER,),
        "valid_from": date(2023, 1, 1),
        "valid_to": date(2030, 12, 31),
    }
    return ExaminerRegistered.model_validate(known | changes)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Desk]:
    name = next(database_names)
    async with started(
        postgres.create_database(name), new_nats_url(), at="2024-01-02T10:00:00+08:00"
    ) as filing:
        await filing.hear(
            ItemListed(
                item_code=NATIONAL,
                name="国家职业资格项目",
                track="national_qualification",
                levels=(5, 4, 3),
                valid_from=date(2020, 1, 1),
                edition_id=LIST_EDITION,
                cause="imported",
            ),
            *(
                StandardInForce(
                    standard_id=standard,
                    name="标准",
                    kind="national",
                    item_code=item,
                    levels=(5, 4, 3),
                    components={},
                    valid_from=date(2020, 1, 1),
                    valid_to=until,
                )
                for standard, item, until in (
                    (NATIONAL_STANDARD, NATIONAL, None),
                    (OLD_STANDARD, WELDER, date(2026, 9, 30)),
                )
            ),
            *(card(one["card_number"]) for one in team(9)),
            card("32KPEXPIRED", valid_to=date(2026, 9, 30)),
            card("32KPOTHER", item_codes=("6-31-01-03",)),
            card("32KPSENIOR", grade="senior_examiner"),
        )
        years = {"valid_from": "2024-01-02", "valid_to": "2029-12-31"}
        employer = await filing.approved_organisation(
            approval(scope=[scope_entry(item_codes=[], levels=[5, 4, 3])], **years)
        )
        decision = approval(scope=[scope_entry(modes=["social"], regions=["320000"])], **years)
        decision["register"] |= {"category": "S"}
        agency = await filing.approved_organisation(
            decision, kind="third_party_agency", name="南京求精技能评价服务有限公司"
        )
        yield Desk(filing, employer, agency)
    postgres.drop_database(name)


@pytest.fixture
def desk(opened: Desk, capsys: pytest.CaptureFixture[str]) -> Desk:
    opened.read = lambda: "".join(capsys.readouterr())
    return opened


# ── deadlines, in the order of the list ──────────────────────────────────────────────────────
LATE = [entry for entry in ENTRIES if entry.expect.get("earliest_start")]


@AREA.case(*(entry.id for entry in LATE))
async def a_day_too_late(entry: BadInput, desk: Desk) -> Answer:
    """One day before the earliest start is refused with it, and the earliest start is taken."""
    await desk.be_at(entry.input["file_at"])
    start, earliest = entry.input["start"], entry.expect["earliest_start"]
    answer = await desk.refused(
        desk.employers(starts_on=start, ends_on=start), ("/starts_on", "filed-too-late")
    )
    assert answer.body["earliest_start"] == earliest
    assert (await desk.filed(starts_on=earliest, ends_on=earliest))["state"] == "filed"
    return answer


@AREA.case("filing-023")
async def the_last_second(entry: BadInput, desk: Desk) -> Answer:
    await desk.be_at(entry.input["file_at"])
    start = entry.input["start"]
    return Answer.of(await desk.send(desk.employers(starts_on=start, ends_on=start)))


@AREA.case("filing-028")
async def a_retry_the_next_day(entry: BadInput, desk: Desk) -> Answer:
    """The retry has the first answer, though the same plan sent anew is late by then."""
    body, key = desk.employers(), str(uuid7())
    about = {"key": key, "account_id": uuid7()}
    first = await desk.send(body, **about)
    await desk.be_at("2026-09-21T09:00:00+08:00")
    again = await desk.send(body, **about)
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    await desk.refused(desk.employers(**days_of(body)), ("/starts_on", "filed-too-late"))
    return Answer.of(again)


# ── what a plan says ─────────────────────────────────────────────────────────────────────────
@AREA.case("filing-029")
async def in_the_past(entry: BadInput, desk: Desk) -> Answer:
    start = entry.input["start"]
    answer = await desk.refused(desk.employers(starts_on=start, ends_on=start))
    assert "start-not-ahead" in {error["code"] for error in answer.body["errors"]}
    return answer


@AREA.case("filing-030")
async def end_before_start(entry: BadInput, desk: Desk) -> Answer:
    days = {"starts_on": entry.input["start"], "ends_on": entry.input["end"]}
    return await desk.refused(desk.employers(**days), ("/ends_on", "end-out-of-range"))


@AREA.case("filing-032")
async def session_after_the_end(entry: BadInput, desk: Desk) -> Answer:
    body = desk.agencys(sessions=[sitting(after(desk.start))])
    return await desk.refused(body, ("/sessions/0/starts_at", "session-outside"), owner=desk.agency)


@AREA.case("filing-035")
async def level_above_the_scope(entry: BadInput, desk: Desk) -> Answer:
    body = desk.employers(items=[plan_item(level=entry.input["level"])])
    return await desk.refused(body, ("/items/0/level", "out-of-scope"))


@AREA.case("filing-036")
async def another_city(entry: BadInput, desk: Desk) -> Answer:
    """The list's county lies in Nanjing, where this employer may evaluate; its mirror image lies in Suqian."""
    body = desk.employers(site={"name": "车间", "region": "321302", "address": "宿迁市宿城区"})
    return await desk.refused(body, ("/site/region", "out-of-scope"))


@AREA.case("filing-037")
async def scope_expired(entry: BadInput, desk: Desk) -> Answer:
    years = {"valid_from": desk.day.isoformat(), "valid_to": before(desk.start)}
    owner = await desk.filing.approved_organisation(approval(**years))
    return await desk.refused(desk.employers(), ("/starts_on", "out-of-scope"), owner=owner)


@AREA.case("filing-039")
async def standard_withdrawn(entry: BadInput, desk: Desk) -> Answer:
    body = desk.employers(items=[plan_item(standard_id=encode_id("standard", OLD_STANDARD))])
    return await desk.refused(body, ("/items/0/standard_id", "standard-not-usable"))


@AREA.case("filing-041")
async def national_item(entry: BadInput, desk: Desk) -> Answer:
    item = plan_item(item_code=NATIONAL, standard_id=encode_id("standard", NATIONAL_STANDARD))
    return await desk.refused(desk.employers(items=[item]), ("/items/0/item_code", "policy"))


@AREA.case("filing-042")
async def without_ethics(entry: BadInput, desk: Desk) -> Answer:
    """Ability and performance alone: ethics and contribution are named at once."""
    body = desk.employers(weights={"ability": 50, "performance": 50})
    return await desk.refused(
        body, ("/weights/contribution", "weight-too-low"), ("/weights/ethics", "ethics-not-gated")
    )


@AREA.case("filing-045")
async def without_roster(entry: BadInput, desk: Desk) -> Answer:
    return await desk.refused(desk.agencys(roster=None), ("/roster", "roster-missing"), owner=desk.agency)


@AREA.case("filing-046")
async def direct_by_an_employer(entry: BadInput, desk: Desk) -> Answer:
    return await desk.refused(desk.employers(kind=entry.input["kind"]))


@AREA.case("filing-047")
async def expired_card(entry: BadInput, desk: Desk) -> Answer:
    return await unfit(desk, "32KPEXPIRED")


@AREA.case("filing-048")
async def another_occupation(entry: BadInput, desk: Desk) -> Answer:
    return await unfit(desk, "32KPOTHER")


async def unfit(desk: Desk, number: str) -> Answer:
    examiners = [*team(2), team()[2] | {"card_number": number}]
    return await desk.refused(
        desk.agencys(examiners=examiners), ("/examiners/2/card_number", "examiner-unfit"), owner=desk.agency
    )


@AREA.case("filing-049")
async def own_apprentice(entry: BadInput, desk: Desk) -> Answer:
    examiners = [*own_team(2), own_team()[2] | {"teaches_candidate": True}]
    return await desk.refused(
        desk.employers(examiners=examiners), ("/examiners/2/card_number", "examiner-unfit")
    )


@AREA.case("filing-050")
async def examiner_named_twice(entry: BadInput, desk: Desk) -> Answer:
    examiners = [own_team()[0], own_team()[1], own_team()[1]]
    return await desk.refused(
        desk.employers(examiners=examiners), ("/examiners/2/card_number", "examiner-repeated")
    )


@AREA.case("filing-051")
async def double_booked(entry: BadInput, desk: Desk) -> Answer:
    """At another place at the same hour, for another organisation; that there is a plan is all that is told."""
    first = await desk.send(desk.agencys(), owner=desk.agency)
    assert first.status_code == 201, first.text
    elsewhere = {"name": "三号楼", "region": "320104", "address": "别处一号"}
    body = desk.employers(sessions=[sitting(desk.start, starts="10:00", ends="12:00")], site=elsewhere)
    body["examiners"] = [*own_team(3)[1:], team()[0] | {"is_leader": True}]
    answer = await desk.refused(body, ("/examiners/2/card_number", "double-booked"))
    assert first.json()["number"] not in str(answer.body)
    assert str(desk.agency) not in str(answer.body)
    return answer


@AREA.case("filing-054")
async def two_counties(entry: BadInput, desk: Desk) -> Answer:
    site = {"name": "车间", "region": entry.input["regions"], "address": "宿迁"}
    return await desk.refused(desk.employers(site=site))


@AREA.case("filing-057", "filing-059")
async def headcount(entry: BadInput, desk: Desk) -> Answer:
    return await desk.refused(desk.employers(items=[plan_item(headcount=entry.input["headcount"])]))


@AREA.case("filing-060")
async def one_examiner_for_all(entry: BadInput, desk: Desk) -> Answer:
    body = desk.employers(items=[plan_item(headcount=entry.input["headcount"])], examiners=own_team(1))
    answer = await desk.refused(body, ("/examiners", "examiners-too-few"))
    assert "one for 15 candidates at a time" in answer.body["errors"][0]["detail"]
    others = [*team(6)[4:], team(6)[3] | {"is_leader": True}]
    sessions = [sitting(desk.start, room="二号考场", seats=46)]
    crowd = desk.agencys(examiners=others, sessions=sessions, items=[plan_item(headcount=46)])
    short = await desk.refused(crowd, ("/sessions/0/seats", "ratio-short"), owner=desk.agency)
    assert "need 4 examiners (one for 15 at this level)" in short.body["errors"][0]["detail"]
    return answer


@AREA.case("filing-062")
async def binary_fee(entry: BadInput, desk: Desk) -> Answer:
    return await desk.refused(desk.employers(fee_cents=entry.input["fee"]))


@AREA.case("filing-063")
async def ten_thousand_sessions(entry: BadInput, desk: Desk) -> Answer:
    body = desk.agencys(sessions=[{"seats": 1}] * entry.input["sessions"])
    answer = await desk.refused(body, owner=desk.agency)
    (error,) = answer.body["errors"]
    assert (error["pointer"], error["remedy"]) == ("/sessions", "Give at most 500.")
    return answer


@AREA.case("filing-064")
async def nobody_leads(entry: BadInput, desk: Desk) -> Answer:
    examiners = [one | {"is_leader": False} for one in own_team()]
    return await desk.refused(desk.employers(examiners=examiners), ("/examiners", "team-leader"))


@AREA.case("filing-065")
async def leader_from_elsewhere(entry: BadInput, desk: Desk) -> Answer:
    """The leader is one of the examiners by the form itself: a leader beside them has no place."""
    return await desk.refused(desk.employers(leader=entry.input["leader"]))


@AREA.case("filing-066")
async def twenty_mistakes(entry: BadInput, desk: Desk) -> Answer:
    unknown = [plan_item(item_code="9-99", level=level, headcount=0) for level in (1, 2, 3, 4, 5)]
    body = desk.employers(
        kind="school",
        items=unknown,
        methods=["seance"],
        weights={"ability": 50},
        examiners=own_team(2),
        starts_on=after(desk.day.isoformat()),
        ends_on=desk.day.isoformat(),
        site={"name": "车间", "region": "321302", "address": "宿迁"},
    )
    answer = await desk.refused(body)
    errors = answer.body["errors"]
    assert len({(error["pointer"], error["code"]) for error in errors}) >= entry.input["mistakes"]
    assert all(error["pointer"] and error["article"] and error["remedy"] for error in errors)
    return answer


# ── the centre's decision ────────────────────────────────────────────────────────────────────
@AREA.case("filing-069")
async def another_centre(entry: BadInput, desk: Desk) -> Answer:
    found = await desk.filed()
    body = {"decision": "accept", "reasons": []}
    return Answer.of(
        await desk.filing.post(
            f"/plans/{found['id']}/decision", body, role="centre_reviewer", region=entry.input["centre"]
        )
    )


ROUNDS = 200


@AREA.case("filing-070")
async def two_reviewers_at_once(entry: BadInput, desk: Desk) -> Answer:
    """One decision each round, said once."""
    reason = {"field": "/examiners", "reason": "请补充考评员信息"}
    refused: httpx.Response | None = None
    said = await desk.said()
    for _ in range(ROUNDS):
        found = await desk.filed()
        both = await asyncio.gather(
            desk.filing.decided(found["id"], "accept"), desk.filing.decided(found["id"], "return", reason)
        )
        taken, refused = sorted(both, key=lambda answer: answer.status_code)
        assert (taken.status_code, refused.status_code) == (201, 409)
    assert await desk.said() == said + 2 * ROUNDS
    assert refused is not None
    return Answer.of(refused)


@AREA.case("filing-071")
async def return_without_reason(entry: BadInput, desk: Desk) -> Answer:
    found = await desk.filed()
    before = await desk.row_counts()
    empty = await desk.filing.decided(found["id"], "return", {"field": "", "reason": entry.input["reason"]})
    assert empty.status_code == 422
    answer = Answer.of(await desk.filing.decided(found["id"], "return"))
    assert await desk.row_counts() == before
    return answer


@AREA.case("filing-073")
async def plan_changed_since(entry: BadInput, desk: Desk) -> Answer:
    found = await desk.filed()
    about = desk.filing.service.as_("centre_reviewer", region="320100", idempotency_key="new")
    path = f"/filing/v1/plans/{found['id']}"
    stale = (await desk.client.get(path, headers=about)).headers["ETag"]
    returned = await desk.filing.decided(found["id"], "return", {"field": "", "reason": "请补充"})
    assert returned.status_code == 201
    own = desk.filing.service.as_("plan_filer", organisation_id=desk.employer)
    held = (await desk.client.get(path, headers=own)).headers["ETag"]
    body = desk.employers(name=found["name"])
    assert (await desk.client.put(path, json=body, headers=own | {"If-Match": held})).status_code == 200
    return Answer.of(
        await desk.client.post(
            f"{path}/decision",
            json={"decision": "accept", "reasons": []},
            headers=about | {"If-Match": stale},
        )
    )


@AREA.case("filing-074")
async def decided_after_the_start(entry: BadInput, desk: Desk) -> Answer:
    return await at_the_start(desk, lambda found: desk.filing.decided(found["id"], "accept"), accept=False)


async def at_the_start(desk: Desk, act: Callable[[dict[str, Any]], Any], *, accept: bool = True) -> Answer:
    """What an act brings a day after the first day."""
    found = await desk.accepted() if accept else await desk.filed()
    before_it = await desk.row_counts()
    await desk.be_at(f"{after(found['starts_on'])}T10:00:00+08:00")
    response = await act(found)
    assert await desk.row_counts() == before_it
    return Answer.of(response)


# ── amended and cancelled ────────────────────────────────────────────────────────────────────
@AREA.case("filing-075")
async def moved_earlier(entry: BadInput, desk: Desk) -> Answer:
    found = await desk.accepted()
    earlier = (date.fromisoformat(found["starts_on"]) - timedelta(days=3)).isoformat()
    return Answer.of(await desk.amended(found, starts_on=earlier, ends_on=earlier))


@AREA.case("filing-076")
async def item_added_late(entry: BadInput, desk: Desk) -> Answer:
    found = await desk.accepted()
    await desk.be_at(f"{before(before(found['starts_on']))}T10:00:00+08:00")
    return Answer.of(await desk.amended(found, **days_of(found), items=[plan_item(), plan_item(level=3)]))


@AREA.case("filing-077")
async def examiner_of_a_lower_grade(entry: BadInput, desk: Desk) -> Answer:
    """A plan for level 2 with a senior examiner, replaced by one who examines levels 5 to 3."""
    high = {"items": [plan_item(level=2)], "name": f"二级{uuid7()}"}
    decision = approval(
        scope=[scope_entry(levels=[2])], valid_from=desk.day.isoformat(), valid_to="2029-12-31"
    )
    owner = await desk.filing.approved_organisation(decision)
    own = own_team()
    desk_of = Desk(desk.filing, owner, desk.agency, read=desk.read, day=desk.day)
    senior = [*own[:2], own[2] | {"card_number": "32KPSENIOR"}]
    found = await desk_of.accepted(**high, examiners=senior)
    lower = [*own[:2], own[2] | {"card_number": team()[2]["card_number"]}]
    return Answer.of(await desk_of.amended(found, **high, examiners=lower))


@AREA.case("filing-078")
async def amended_after_results(entry: BadInput, desk: Desk) -> Answer:
    """Results are recorded after the last day; from the first day on nothing is amended any more."""
    return await at_the_start(desk, lambda found: desk.amended(found, **days_of(found), fee_cents=100))


@AREA.case("filing-079")
async def cancelled_after_the_evaluation(entry: BadInput, desk: Desk) -> Answer:
    async def cancel(found: dict[str, Any]) -> httpx.Response:
        return await desk.filing.post(
            f"/plans/{found['id']}/withdrawal",
            {"reason": "取消"},
            role="plan_filer",
            organisation_id=desk.employer,
        )

    return await at_the_start(desk, cancel)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)


def test_every_entry_is_mapped() -> None:
    assert not {entry.id for entry in ENTRIES} & set(AREA.unmapped())
