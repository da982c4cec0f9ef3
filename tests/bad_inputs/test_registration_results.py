"""Bad inputs of results and of their corrections, sent to a running registration service (Art. 18(3)).

Rows are sent with `on_invalid=accept_valid`, so that one bad row never hides behind the refusal of the file.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from client.sample import people
from common.events.filing import PlanFiled
from common.events.registration import BatchRecorded, ResultCorrected, ResultsRecorded
from common.ids import decode_id, encode_id, uuid7
from common.jobs.models import JobRow
from local.postgres import Postgres
from registration.main import create_app
from registration.results.models import Batch
from registration.settings import RegistrationSettings
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.registration import test_kill
from tests.service.registration.world import AFTER, BEFORE, REGION, Registration, as_json, entry, score
from tests.support.service import RunningService, owner_connection, running_service

in_one_loop = pytest.mark.asyncio(loop_scope="module")
OPERATIONS = ("results.upload", "corrections.request")
ADMITTED, REFUSED, STRANGER, EMPLOYED, OTHER = people(5, seed=91)
ALL = (ADMITTED, REFUSED, STRANGER, EMPLOYED, OTHER)
AREA = Area("registration", secrets=[text for one in ALL for text in (one.name, one.id_number)])
PROVED_BY: Mapping[str, object] = {"registration-078": test_kill.test_a_batch_survives_kill_9_at_any_moment}
"""Entries whose proof is a test of its own: a service process killed again and again while it records."""
MINUTES = b"%PDF-1.7\nminutes of the examiners\n%%EOF\n"
EVIDENCE = {"kind": "score_sheet", "sha256": hashlib.sha256(MINUTES).hexdigest()}
TOO_SOON = "2031-10-27T23:59:59+08:00"
NEXT_DAY = date(2031, 10, 28)
MANY = 100_000


@dataclass
class Desk(Served):
    """A registration service with an employer's plan and a social one, both evaluated."""

    registration: Registration
    employer: str
    social: str
    result: str = ""

    @property
    def served(self) -> RunningService:
        return self.registration.service

    async def send(
        self, plan: str, rows: list[dict[str, Any]], on_invalid: str = "accept_valid"
    ) -> httpx.Response:
        path = f"/plans/{plan}/results?on_invalid={on_invalid}"
        return await self.registration.post(path, "result_recorder", as_json(rows))

    async def recorded(self) -> tuple[int, int, int]:
        """What is stored and said of results."""
        said = [len(await self.registration.said(kind)) for kind in (ResultsRecorded, BatchRecorded)]
        return await self.registration.count("result"), said[0], said[1]


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
        await registration.be_at(BEFORE)
        social = await registration.accepted("social")
        await registration.roster(social, [entry(ADMITTED), entry(REFUSED)])
        refused = next(
            one for one in await registration.candidates(social) if one["name"][0] == REFUSED.name[0]
        )
        refusal = {"candidate_id": refused["id"], "reason": "申报条件不符,工作年限不足"}
        reviewed = await registration.review(social, approve_all=True, refuse=[refusal])
        assert (reviewed.json()["approved"], reviewed.json()["refused"]) == (1, 1), reviewed.text
        employer = await registration.accepted("employer")
        await registration.be_at(AFTER)
        yield Desk(registration, employer, social)
    postgres.drop_database(name)


@pytest.fixture
def desk(prepared: Desk, result: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    prepared.result = result
    prepared.read = lambda: "".join(capsys.readouterr())
    return prepared


async def refuses_a_row(bad: BadInput, desk: Desk, plan: str, row: dict[str, Any]) -> Answer:
    """Taken in as a job that says what is wrong with the row; nothing is stored, no event is said."""
    before = await desk.recorded()
    sent = await desk.send(plan, [row])
    job = await desk.registration.ended(sent)
    assert job["state"] == bad.expect["job"], job
    assert [code for _, _, code in await desk.registration.mistakes(job)] == [bad.expect["row_error"]]
    assert await desk.recorded() == before
    return Answer.of(sent)


@AREA.case(*(f"registration-{number:03}" for number in (62, 65, 66, 67, 72)))
async def a_row_of_an_employers_sheet(bad: BadInput, desk: Desk) -> Answer:
    names = {"marks": "theory", "examiner": "examiners"}
    given = {names.get(name, name): value for name, value in bad.input["row"].items()}
    return await refuses_a_row(bad, desk, desk.employer, score(EMPLOYED, **given))


@AREA.case("registration-068", "registration-069")
async def a_row_that_the_roster_does_not_admit(bad: BadInput, desk: Desk) -> Answer:
    person = {"unknown": STRANGER, "refused": REFUSED}[bad.input["row"]["id_number"]]
    return await refuses_a_row(bad, desk, desk.social, score(person))


@AREA.case("registration-076")
async def results_of_a_plan_that_was_only_filed(bad: BadInput, desk: Desk) -> Answer:
    """Its own organisation hears that it is not accepted; for others there is no such plan."""
    filed = PlanFiled(
        plan_id=uuid7(),
        number="JS-320106-2031-000009",
        organisation_id=desk.registration.organisation,
        kind="employer",
        region=REGION,
        starts_on=date(2031, 10, 25),
        filed_on=date(2031, 9, 25),
    )
    await desk.registration.hear(filed)
    other = Registration(desk.registration.service, organisation=uuid7())
    plan = encode_id("plan", filed.plan_id)
    foreign = await other.post(f"/plans/{plan}/results", "result_recorder", as_json([score(EMPLOYED)]))
    assert foreign.status_code == 404
    before = await desk.row_counts()
    answer = Answer.of(await desk.send(plan, [score(EMPLOYED)]))
    assert await desk.row_counts() == before
    return answer


@AREA.case("registration-077")
async def one_bad_row_of_many(bad: BadInput, desk: Desk) -> Answer:
    """The whole file is turned down and the one row is told."""
    rows = [score(person) for person in people(MANY, seed=92)]
    rows[MANY // 2]["theory"] = 100.5
    before = await desk.recorded()
    sent = await desk.send(desk.employer, rows, bad.input["mode"])
    job = await desk.registration.ended(sent)
    assert (job["state"], job["errors"]) == (bad.expect["job"], 1)
    assert [code for _, _, code in await desk.registration.mistakes(job)] == ["value-range"]
    assert await desk.recorded() == before
    return Answer.of(sent)


@AREA.case("registration-079")
async def two_jobs_at_once(bad: BadInput, desk: Desk) -> Answer:
    """Done one after the other, in order of arrival: batches are numbered as their jobs are."""
    plan = await desk.registration.accepted("employer")
    crowds = (people(700, seed=93), people(700, seed=94))
    answers = await asyncio.gather(*(desk.send(plan, [score(one) for one in crowd]) for crowd in crowds))
    jobs = [await desk.registration.ended(answer) for answer in answers]
    assert {job["state"] for job in jobs} == {"completed"}
    arrived = select(JobRow.id).where(JobRow.subject == f"results:{decode_id('plan', plan)}")
    recorded = select(Batch.job_id).where(Batch.plan_id == decode_id("plan", plan))
    async with owner_connection(desk.registration.service.database_url) as connection:
        in_order = (await connection.scalars(arrived.order_by(JobRow.number))).all()
        assert (await connection.scalars(recorded.order_by(Batch.number))).all() == in_order
    return Answer.of(answers[0])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def result(prepared: Desk) -> str:
    """A recorded result of a passed candidate: the certificate is on its way, or out."""
    plan = await prepared.registration.accepted("employer")
    path = f"/plans/{plan}/evidence"
    await prepared.registration.post(path, "plan_filer", MINUTES, "application/pdf")
    job = await prepared.registration.ended(await prepared.send(plan, [score(OTHER)]))
    listed = await prepared.registration.get(f"/batches/{job['result']['batch_id']}/results")
    return str(listed.json()["items"][0]["id"])


async def asks(desk: Desk, result: str, evidence: Any = EVIDENCE, **about: Any) -> httpx.Response:
    body = {"reason": "技能成绩录入时漏看一项评分", "evidence": evidence, "marks": {"absent": True}}
    role = "centre_reviewer" if about else "result_recorder"
    path = f"/results/{result}/corrections"
    return await desk.registration.post(path, role, json.dumps(body), **about)


async def decides(desk: Desk, asked: httpx.Response, approve: bool, **about: Any) -> httpx.Response:
    path = f"/corrections/{asked.json()['id']}/decision"
    body = json.dumps({"approve": approve, "reason": "经核对评分表"})
    return await desk.registration.post(path, "centre_reviewer", body, **about)


@AREA.case("registration-081")
async def a_correction_without_evidence(bad: BadInput, desk: Desk) -> Answer:
    before = await desk.row_counts()
    answer = await asks(desk, desk.result, bad.input["evidence"])
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/evidence"}
    assert await desk.row_counts() == before
    return Answer.of(answer)


@AREA.case("registration-082")
async def a_correction_decided_by_whoever_asked(bad: BadInput, desk: Desk) -> Answer:
    """Two persons: the request waits for another one, who turns it down here."""
    asker = uuid7()
    asked = await asks(desk, desk.result, account_id=asker)
    before = await desk.row_counts()
    answer = await decides(desk, asked, approve=True, account_id=asker)
    assert await desk.row_counts() == before
    assert await desk.registration.said(ResultCorrected) == []
    assert (await decides(desk, asked, approve=False)).status_code == 201
    return Answer.of(answer)


@AREA.case("registration-083")
async def a_correction_of_an_issued_result(bad: BadInput, desk: Desk) -> Answer:
    """Approved, it is told to certificate, which revokes or reissues; the old fact stays."""
    asked = await asks(desk, desk.result)
    assert (await decides(desk, asked, approve=True)).status_code == 201
    (told,) = await desk.registration.said(ResultCorrected)
    assert (told.before, told.after, told.version) == ("passed", "absent", 2)
    versions = (await desk.registration.get(f"/results/{desk.result}/versions")).json()
    assert [one["marks"]["outcome"] for one in versions] == ["passed", "absent"]
    return Answer.of(asked)


@AREA.case("registration-073")
async def a_second_before_the_end(bad: BadInput, desk: Desk) -> Answer:
    """The clock goes forward only; what comes after it in the list is content with that night, too."""
    plan = await desk.registration.accepted("employer", starts_on=NEXT_DAY)
    await desk.registration.be_at(TOO_SOON)
    before = await desk.row_counts()
    answer = Answer.of(await desk.send(plan, [score(EMPLOYED)]))
    assert await desk.row_counts() == before
    return answer


ENTRIES = [one for one in AREA.entries if one.op in OPERATIONS]


@in_one_loop
@pytest.mark.parametrize("bad", [one for one in ENTRIES if one.id not in PROVED_BY], ids=str)
async def test_bad_results(bad: BadInput, desk: Desk) -> None:
    await AREA.run(bad, desk)


def test_every_entry_of_results_is_mapped() -> None:
    unmapped = set(AREA.unmapped()) & {one.id for one in ENTRIES}
    assert unmapped == set(PROVED_BY)
