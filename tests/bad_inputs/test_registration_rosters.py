"""Bad inputs of rosters: sheets sent to a running registration service before the evaluation (Art. 18(2)).

Rows are sent with `on_invalid=accept_valid`, so that one bad row never hides behind the refusal of the file. Every case
has a plan of its own on a day of its own: nobody is registered twice by accident.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
import pytest_asyncio

from client.sample import Person, as_xlsx, check_character, people
from common.events.catalog import TransitionPublished
from common.events.registration import RosterReviewed
from common.ids import uuid7
from local.postgres import Postgres
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.bad_inputs.harness import Answer, Area, BadInput, Served, built
from tests.service.registration import test_double_registration
from tests.service.registration.certificates import ITEM, certified, revoke
from tests.service.registration.world import AFTER, XLSX, Registration, as_json, entry
from tests.support.service import RunningService, running_service

in_one_loop = pytest.mark.asyncio(loop_scope="module")
OPERATIONS = ("rosters.upload",)
PLAIN, KNOWN, HELD_4, HELD_3, LOST, *CROWD = people(950, seed=48)
TODAY = date(2031, 10, 27)
FIRST_DAY = date(2031, 12, 1)
TOMORROW = "320106" + f"{TODAY + timedelta(days=1):%Y%m%d}" + "101"
KINDS = {"hmt-permit": "港澳居民居住证", "passport": "护照"}
FIELDS = {"birth": "birth_date"}
AREA = Area(
    "registration",
    secrets=[
        *(text for one in (PLAIN, KNOWN, HELD_4, HELD_3, LOST) for text in (one.name, one.id_number)),
        *("321302199003074511", "32010219850101104", "320829197503074515", TOMORROW, "阿依古丽"),
    ],
)
RACE = test_double_registration.test_of_two_organisations_at_the_same_instant_exactly_one_registers_a_person
PROVED_BY: Mapping[str, object] = {"registration-057": RACE}
"""Entries whose proof is a test of its own: two hundred rounds of two organisations at the same instant."""


@dataclass
class Desk(Served):
    """A registration service that knows certificates, a transition, and a person."""

    registration: Registration
    numbers: Mapping[str, str]
    days: Iterator[int] = field(default_factory=count)

    @property
    def served(self) -> RunningService:
        return self.registration.service

    async def plan(self, level: int = 4) -> str:
        day = FIRST_DAY + timedelta(days=next(self.days))
        return await self.registration.accepted("social", level=level, starts_on=day)

    async def send(self, plan: str, rows: list[dict[str, Any]]) -> httpx.Response:
        path = f"/plans/{plan}/roster?on_invalid=accept_valid"
        return await self.registration.post(path, "plan_filer", as_json(rows))

    async def kept(self) -> tuple[int, int]:
        """What is stored and said of rosters."""
        said = await self.registration.said(RosterReviewed)
        return await self.registration.count("candidate"), len(said)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prepared(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Desk]:
    name = next(database_names)
    async with running_service(
        create_app,
        RegistrationSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        rate_per_second=0,
    ) as service:
        registration = Registration(service)
        await registration.be_at(AFTER)
        fours = await certified(registration, HELD_4, LOST)
        threes = await certified(registration, HELD_3, level=3)
        await revoke(registration, fours[1])
        await registration.hear(
            TransitionPublished(
                transition_id=uuid7(),
                item_code=ITEM,
                edition_id=uuid7(),
                cohort="2019级",
                enrolled_before=date(2020, 1, 1),
                opens_on=date(2020, 1, 1),
                ends_on=date(2023, 6, 30),
                basis="人社部发〔2019〕1号",
                recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
            )
        )
        desk = Desk(
            registration,
            {"unknown": "S000032010699", "revoked": fours[1], "other's": fours[0], "3": threes[0]},
        )
        await registration.roster(await desk.plan(), [entry(KNOWN)])
        yield desk
    postgres.drop_database(name)


@pytest.fixture
def desk(prepared: Desk, capsys: pytest.CaptureFixture[str]) -> Desk:
    prepared.read = lambda: "".join(capsys.readouterr())
    return prepared


async def judged(
    bad: BadInput, desk: Desk, answer: httpx.Response, *, accepted: int = 0
) -> list[dict[str, Any]]:
    """The job that a sheet became: its one kind of mistake is the one expected. Returns what it tells."""
    job = await desk.registration.ended(answer)
    assert (job["state"], job["result"]["accepted"]) == (bad.expect["job"], accepted), job
    listed = await desk.registration.get(f"/jobs/{job['id']}/errors")
    told: list[dict[str, Any]] = listed.json()["items"]
    assert [one["code"] for one in told] == [code for code in [bad.expect["row_error"]] if code], told
    assert all(one["detail"] and one["remedy"] for one in told)
    return told


def filled(person: Person, given: Mapping[str, Any]) -> dict[str, Any]:
    """A good row with what an entry gives instead."""
    changes = {FIELDS.get(name, name): built(value, {}) for name, value in given.items()}
    if "id_type" in changes:
        changes["id_type"] = KINDS[changes["id_type"]]
    return entry(person) | changes


@AREA.case(*(f"registration-{number:03}" for number in (1, 5, 7, 11, 18, 19, 20, 22, 24)))
async def a_number_that_cannot_be(bad: BadInput, desk: Desk) -> Answer:
    row = filled(PLAIN, bad.input["row"])
    before = await desk.kept()
    sent = await desk.send(await desk.plan(), [row])
    (told,) = await judged(bad, desk, sent)
    assert row["id_number"] not in str(told)
    assert await desk.kept() == before
    return Answer.of(sent)


@AREA.case("registration-009")
async def a_number_born_tomorrow(bad: BadInput, desk: Desk) -> Answer:
    row = entry(PLAIN, id_number=TOMORROW + check_character(TOMORROW))
    sent = await desk.send(await desk.plan(), [row])
    (told,) = await judged(bad, desk, sent)
    assert TOMORROW not in str(told)
    return Answer.of(sent)


@AREA.case("registration-015")
async def a_number_that_a_workbook_keeps_as_a_quantity(bad: BadInput, desk: Desk) -> Answer:
    row = {"姓名": PLAIN.name, "证件号码": bad.input["row"]["id_number"], "认定等级": 4}
    path = f"/plans/{await desk.plan()}/roster?on_invalid=accept_valid"
    sent = await desk.registration.post(path, "plan_filer", as_xlsx([row]), XLSX)
    (told,) = await judged(bad, desk, sent)
    assert "text" in told["remedy"].casefold()
    return Answer.of(sent)


@AREA.case(*(f"registration-{number:03}" for number in (2, 12, 16, 17)))
async def a_number_that_is_right_however_it_is_written(bad: BadInput, desk: Desk) -> Answer:
    """Stored in one form: the same number, plainly written, is the same person."""
    person = CROWD[-1]
    row = filled(person, bad.input["row"])
    plan = await desk.plan()
    sent = await desk.send(plan, [row])
    await judged(bad, desk, sent, accepted=1)
    plain = "".join(row["id_number"].strip("'").split()).upper()
    again = await desk.registration.roster(plan, [row | {"id_number": plain}])
    assert again["result"]["unchanged"] == 1, again
    return Answer.of(sent)


@AREA.case(*(f"registration-{number:03}" for number in (25, 27, 36, 37, 38, 39, 42, 44)))
async def what_is_no_name(bad: BadInput, desk: Desk) -> Answer:
    row = filled(PLAIN, bad.input["row"])
    before = await desk.kept()
    sent = await desk.send(await desk.plan(), [row])
    (told,) = await judged(bad, desk, sent)
    assert not row["name"] or row["name"] not in str(told)
    assert await desk.kept() == before
    return Answer.of(sent)


@AREA.case(*(f"registration-{number:03}" for number in (28, 30, 33)))
async def a_name_that_is_right(bad: BadInput, desk: Desk) -> Answer:
    """Stored in one form: the same person under the name as it is printed."""
    person = CROWD[900 + int(bad.id[-2:])]
    row = filled(person, bad.input["row"])
    plan = await desk.plan()
    sent = await desk.send(plan, [row])
    await judged(bad, desk, sent, accepted=1)
    again = await desk.registration.roster(plan, [row | {"name": row["name"].replace("•", "·")}])
    assert (again["result"]["unchanged"], again["errors"]) == (1, 0)
    return Answer.of(sent)


@AREA.case("registration-045")
async def the_same_row_twice(bad: BadInput, desk: Desk) -> Answer:
    rows = [entry(person) for person in CROWD[:899]]
    sent = await desk.send(await desk.plan(), [*rows, rows[0]])
    (told,) = await judged(bad, desk, sent, accepted=899)
    assert told["row"] == 900
    assert "row 1" in told["detail"]
    return Answer.of(sent)


@AREA.case("registration-046")
async def one_number_with_two_names(bad: BadInput, desk: Desk) -> Answer:
    rows = [entry(PLAIN), entry(PLAIN, name="赵无名")]
    sent = await desk.send(await desk.plan(), rows)
    job = await desk.registration.ended(sent)
    told = await desk.registration.mistakes(job)
    assert (2, "name", bad.expect["row_error"]) in told
    assert job["result"]["accepted"] == 1
    return Answer.of(sent)


@AREA.case("registration-047")
async def a_number_known_under_another_name(bad: BadInput, desk: Desk) -> Answer:
    sent = await desk.send(await desk.plan(), [entry(KNOWN, name="赵无名")])
    (told,) = await judged(bad, desk, sent)
    assert KNOWN.name not in str(told)
    return Answer.of(sent)


@AREA.case("registration-048")
async def a_level_that_is_held(bad: BadInput, desk: Desk) -> Answer:
    sent = await desk.send(await desk.plan(level=3), [entry(HELD_3, level=3)])
    (told,) = await judged(bad, desk, sent)
    assert desk.numbers["3"] not in str(told)
    return Answer.of(sent)


@AREA.case("registration-049", "registration-050")
async def years_that_do_not_suffice(bad: BadInput, desk: Desk) -> Answer:
    """Level 3 is held and level 1 sought; or level 4 is held elsewhere and 3.9 years are said where 4 are needed."""
    held_here = bad.id == "registration-049"
    said = {"work_years": 1} if held_here else {"work_years": bad.input["row"]["years"], "prior_level": 4}
    level = bad.input["row"].get("level", 3)
    row = entry(HELD_3 if held_here else CROWD[50], level=level) | said
    sent = await desk.send(await desk.plan(level=level), [row])
    (told,) = await judged(bad, desk, sent)
    assert f"2023-L{level}-1" in told["detail"]
    assert "(not met)" in told["detail"]
    return Answer.of(sent)


@AREA.case("registration-053")
async def a_certificate_that_nobody_knows(bad: BadInput, desk: Desk) -> Answer:
    """Told, and taken in: it needs evidence."""
    plan = await desk.plan(level=3)
    row = entry(CROWD[53], level=3, prior_number=desk.numbers[bad.input["row"]["prior"]])
    sent = await desk.send(plan, [row])
    await judged(bad, desk, sent, accepted=1)
    assert [one["eligible"] for one in await desk.registration.candidates(plan)] == ["needs_evidence"]
    return Answer.of(sent)


@AREA.case("registration-054", "registration-055")
async def a_certificate_that_supports_nothing(bad: BadInput, desk: Desk) -> Answer:
    number = desk.numbers[bad.input["row"]["prior"]]
    person = LOST if bad.id == "registration-054" else CROWD[55]
    sent = await desk.send(await desk.plan(level=3), [entry(person, level=3, prior_number=number)])
    (told,) = await judged(bad, desk, sent)
    assert HELD_4.name not in str(told)
    assert number not in str(told)
    return Answer.of(sent)


@AREA.case("registration-056")
async def a_school_leaver_after_the_transition(bad: BadInput, desk: Desk) -> Answer:
    sent = await desk.send(await desk.plan(), [entry(CROWD[56], cohort="2019级", enrolled_on="2019-09-01")])
    await judged(bad, desk, sent)
    return Answer.of(sent)


@AREA.case("registration-058")
async def a_roster_after_the_review(bad: BadInput, desk: Desk) -> Answer:
    plan = await desk.plan()
    await desk.registration.roster(plan, [entry(CROWD[58])])
    assert (await desk.registration.review(plan, approve_all=True)).status_code == 201
    before = await desk.kept()
    answer = Answer.of(await desk.send(plan, [entry(PLAIN)]))
    assert await desk.kept() == before
    return answer


@AREA.case("registration-059")
async def a_roster_of_anothers_plan(bad: BadInput, desk: Desk) -> Answer:
    other = Registration(desk.registration.service)
    plan = await other.accepted("social", starts_on=FIRST_DAY)
    before = await desk.kept()
    answer = Answer.of(await desk.send(plan, [entry(PLAIN)]))
    assert await desk.kept() == before
    return answer


@AREA.case("registration-061")
async def the_same_file_twice(bad: BadInput, desk: Desk) -> Answer:
    plan = await desk.plan()
    rows = [entry(person) for person in CROWD[60:70]]
    first = await desk.registration.ended(await desk.send(plan, rows))
    sent = await desk.send(plan, rows)
    second = await desk.registration.ended(sent)
    assert first["result"]["accepted"] == second["result"]["unchanged"] == 10
    assert len(await desk.registration.candidates(plan)) == 10
    return Answer.of(sent)


ENTRIES = [one for one in AREA.entries if one.op in OPERATIONS]


@in_one_loop
@pytest.mark.parametrize("bad", [one for one in ENTRIES if one.id not in PROVED_BY], ids=str)
async def test_bad_rosters(bad: BadInput, desk: Desk) -> None:
    await AREA.run(bad, desk)


def test_every_entry_of_rosters_is_mapped() -> None:
    unmapped = set(AREA.unmapped()) & {one.id for one in ENTRIES}
    assert unmapped == set(PROVED_BY)
