"""The area `registration`, as far as candidates look at their own records: guesses, other names, others' codes."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import event, text

from client.sample import Person, people
from local.postgres import Postgres
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.registration.visits import Visitor
from tests.service.registration.world import BEFORE, Registration, entry
from tests.support.service import RunningService, owner_connection, running_service
from tests.support.waiting import eventually

WANG, LI, STRANGER = people(3, seed=84)
PHONES = {WANG: "13800138084", LI: "13800138085"}
AREA = Area(
    "registration",
    secrets=[word for one in (WANG, LI, STRANGER) for word in (one.name, one.id_number)] + [*PHONES.values()],
)
in_one_loop = pytest.mark.asyncio(loop_scope="module")
_OURS = re.compile(r"\b(person|person_key|contact|candidate_session|candidate_guess)\b")


@dataclass
class Counter(Served):
    """A registration service that knows two people, and somebody who asks it about them."""

    registration: Registration

    @property
    def served(self) -> RunningService:
        return self.registration.service

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.registration)

    async def asked(self, person: Person, **changes: str) -> str:
        answer = await self.visitor.ask_code(person, **changes)
        assert answer.status_code == 202, answer.text
        visit: str = answer.json()["id"]
        return visit

    @contextmanager
    def work(self) -> Iterator[list[str]]:
        """What the database is asked about people meanwhile."""
        statements: list[str] = []
        engine = self.registration.service.platform.engine.sync_engine

        def note(*about: object) -> None:
            if _OURS.search(str(about[2])):
                statements.append(str(about[2]))

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def registration(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Registration]:
    name = next(database_names)
    async with running_service(
        create_app,
        RegistrationSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
    ) as service:
        running = Registration(service)
        await running.be_at(BEFORE)
        plan = await running.accepted("social")
        await running.roster(plan, [entry(person, phone=phone) for person, phone in PHONES.items()])
        yield running
    postgres.drop_database(name)


@pytest_asyncio.fixture(loop_scope="module")
async def counter(registration: Registration, capsys: pytest.CaptureFixture[str]) -> Counter:
    """Nobody has asked or guessed anything yet."""
    async with owner_connection(registration.service.database_url) as connection:
        await connection.execute(text("TRUNCATE candidate_session, candidate_guess"))
    return Counter(registration, read=lambda: "".join(capsys.readouterr()))


@AREA.case("registration-084")
async def guessed_twenty_times(entry: BadInput, counter: Counter) -> Answer:
    """Locked before the twentieth guess; the right code opens nothing then, and the candidate is told."""
    visit = await counter.asked(WANG)
    code = await counter.visitor.code_at(PHONES[WANG])
    guesses = [f"{(int(code) + step) % 10**8:08d}" for step in range(1, entry.input["$times"] + 1)]
    answers = [await counter.visitor.exchange(visit, guess) for guess in guesses]
    assert (await counter.visitor.exchange(visit, code)).status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0

    async def told() -> bool:
        texts = [one["text"] for one in await counter.visitor.notices() if one["address"] == PHONES[WANG]]
        return any("nothing was shown" in one for one in texts)

    assert await eventually(told)
    return Answer.of(answers[-1])


@AREA.case("registration-085")
async def another_name(entry: BadInput, counter: Counter) -> Answer:
    """The same questions to the database and the same answers, whoever is asked about."""
    found = []
    for person, changes in ((WANG, entry.input), (STRANGER, {})):
        with counter.work() as work:
            visit = await counter.asked(person, **changes)
            answer = await counter.visitor.exchange(visit, "00000000")
        found.append((work, answer.status_code, answer.json() | {"request_id": None}))
    misnamed, unknown = found
    assert misnamed == unknown
    return Answer(misnamed[1], misnamed[2]["type"].removeprefix("/problems/"), {}, misnamed[2])


@AREA.case("registration-086")
async def code_of_another(entry: BadInput, counter: Counter) -> Answer:
    """It opens neither record, and goes on opening its own."""
    mine, theirs = await counter.asked(WANG), await counter.asked(LI)
    code = await counter.visitor.code_at(PHONES[LI])
    answer = Answer.of(await counter.visitor.exchange(mine, code))
    opened = await counter.visitor.exchange(theirs, code)
    me = (await counter.visitor.me(opened.json()["token"])).json()
    assert me["identity"]["name"] == LI.name
    return answer


@in_one_loop
@pytest.mark.parametrize("entry", [one for one in AREA.entries if one.op == "candidate.view"], ids=str)
async def test_bad_input(entry: BadInput, counter: Counter) -> None:
    await AREA.run(entry, counter)


@in_one_loop
async def test_somebody_who_is_known_is_not_more_work_than_somebody_who_is_not(counter: Counter) -> None:
    works = []
    for person in (WANG, STRANGER):
        with counter.work() as work:
            await counter.visitor.exchange(await counter.asked(person), "00000000")
        works.append(work)
    assert works[0] == works[1] != []


@in_one_loop
async def test_a_client_that_guesses_at_many_is_locked_for_all(counter: Counter) -> None:
    visits = [await counter.asked(WANG), await counter.asked(STRANGER)]
    answers = [await counter.visitor.exchange(visits[number % 2], "00000000") for number in range(21)]
    assert [one.status_code for one in answers[:18]] == [404] * 18
    assert answers[-1].status_code == 429
    assert (await counter.visitor.ask_code(LI)).status_code == 429


def test_every_entry_of_the_candidates_view_is_mapped() -> None:
    mapped = {entry.id for entry in AREA.entries} - set(AREA.unmapped())
    assert {entry.id for entry in AREA.entries if entry.op == "candidate.view"} <= mapped
