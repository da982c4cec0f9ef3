"""Registration's rows, and what their resources are made of."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from client.sample import Person, people
from common.events.filing import PlanSession
from common.ids import uuid7
from registration.base import Base
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.contract.roles.frame import table
from tests.contract.roles.matrix import counts
from tests.contract.roles.rows import COUNTY, Made, Seat, both, in_charge, other_token, own, public, row
from tests.service.registration.visits import Visitor
from tests.service.registration.world import AFTER, BEFORE, Registration, as_json, entry, score
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

REVIEW = {"approve_all": True}
DOCUMENT = b"%PDF-1.7\nminutes of the examiners\n%%EOF\n"
CORRECTION = {
    "reason": "技能成绩录入时漏看一项评分",
    "evidence": {"kind": "score_sheet", "sha256": sha256(DOCUMENT).hexdigest()},
    "marks": {"absent": True},
}
DECISION = {"approve": False, "reason": "经核对,原记录无误"}
OBJECTION = {"reason": "该考生当日未到场参加考核", "contact": "025-00000000"}
FINDING = {"uphold": False, "reason": "经查考场录像,该考生到场参加了考核"}
ANSWER = {"evidence": [sha256(DOCUMENT).hexdigest()]}
APPEAL = {"reason": "申报人工作年限自 2018 年起算,证明已补。"}
SITTING = PlanSession(
    number=1,
    item_code="6-31-01-03",
    level=4,
    site_name="第一考点",
    region=COUNTY,
    room="一号考场",
    starts_at=datetime.fromisoformat("2031-10-25T09:00:00+08:00"),
    ends_at=datetime.fromisoformat("2031-10-25T11:00:00+08:00"),
    seats=10,
)
LATE = {"until": "2031-12-31", "reason": "台风停电,机房三日内无法登记"}
PDF = b"%PDF-1.7\n%%EOF\n"


def sender(seat: Seat) -> bool:
    """The account that sent a file reads it back, nobody else of its organisation does."""
    return seat.is_own and seat.is_holder


ROWS = table(
    "registration",
    # templates
    public("GET templates"),
    public("GET templates/{kind}"),
    # rosters
    row("POST plans/{plan_id}/roster", "rosters:submit", own, "plan", body=b"[]"),
    row("GET plans/{plan_id}/candidates", "rosters:read", both, "roster"),
    row("GET plans/{plan_id}/identities", "identities:reveal", in_charge, "roster", query="purpose=appeal"),
    row("POST plans/{plan_id}/review", "rosters:review", in_charge, "roster", body=REVIEW),
    # reviews and appeals
    row("GET review-queue", "rosters:review", in_charge, "roster", listed="plan_id"),
    row("GET plans/{plan_id}/candidates/{candidate_id}", "rosters:read", both, "refused"),
    row(
        "POST plans/{plan_id}/candidates/{candidate_id}/answer", "rosters:submit", own, "refused", body=ANSWER
    ),
    row(
        "POST plans/{plan_id}/candidates/{candidate_id}/appeal", "rosters:submit", own, "refused", body=APPEAL
    ),
    row(
        "POST plans/{plan_id}/candidates/{candidate_id}/appeal/decision",
        "appeals:decide",
        in_charge,
        "refused",
        body=FINDING,
    ),
    # sessions
    row("GET plans/{plan_id}/seating", "rosters:read", both, "admitted"),
    row("GET plans/{plan_id}/candidates/{candidate_id}/notice", "rosters:read", both, "admitted"),
    # evidence
    row(
        "POST plans/{plan_id}/evidence", "evidence:keep", own, "plan", body=PDF, media_type="application/pdf"
    ),
    row("GET plans/{plan_id}/evidence", "rosters:read", both, "plan"),
    row("GET plans/{plan_id}/evidence/{sha256}", "rosters:read", both, "evidence"),
    # the candidate's own view
    public("POST candidate-sessions", body={"id_number": people(1)[0].id_number, "name": "王伟"}),
    public("POST candidate-sessions/{session_id}/code", maker="visit", body={"code": "00000000"}),
    other_token("GET me"),
    other_token("POST me/corrections", body={"text": "姓名有误。"}),
    row("GET plans/{plan_id}/correction-requests", "rosters:read", both, "visit"),
    row("GET correction-requests", "rosters:review", in_charge, "visit", listed="request_id"),
    row(
        "POST correction-requests/{request_id}/answer",
        "rosters:review",
        in_charge,
        "visit",
        body={"accepted": True, "answer": "已更正。"},
    ),
    row("GET notices", "rosters:read"),
    # results
    row("POST plans/{plan_id}/results", "results:record", own, "recorded", body=b"[]"),
    row("GET plans/{plan_id}/batches", "results:read", both, "recorded"),
    row("GET batches/{batch_id}", "results:read", both, "recorded"),
    row("GET batches/{batch_id}/results", "results:read", both, "recorded"),
    # late entries
    row("POST plans/{plan_id}/late-entries", "results:admit_late", in_charge, "recorded", body=LATE),
    public("GET late-entries"),
    # corrections
    row("POST results/{result_id}/corrections", "corrections:request", both, "corrected", body=CORRECTION),
    row("GET results/{result_id}/versions", "results:read", both, "corrected"),
    row("GET plans/{plan_id}/corrections", "corrections:read", both, "corrected"),
    row("GET corrections/{correction_id}", "corrections:read", both, "corrected"),
    row(
        "POST corrections/{correction_id}/decision",
        "corrections:decide",
        in_charge,
        "corrected",
        body=DECISION,
    ),
    # publicity
    public("GET publicity"),
    public("GET batches/{batch_id}/publicity"),
    public("POST batches/{batch_id}/objections"),
    public("GET objections/{objection_id}"),
    row("GET batches/{batch_id}/objections", "objections:decide", in_charge, "objected"),
    row("POST objections/{objection_id}/acknowledgement", "objections:decide", in_charge, "objected"),
    row("POST objections/{objection_id}/decision", "objections:decide", in_charge, "objected", body=FINDING),
    # the page on which candidates sign in
    public("GET /registration/v1/sign-in"),
    public("POST /registration/v1/sign-in"),
    public("POST /registration/v1/sign-in/code"),
    # jobs
    row("GET jobs/{job_id}", "rosters:read", own, "roster"),
    row("GET jobs/{job_id}/errors", "rosters:read", own, "roster"),
    row("GET jobs/{job_id}/sheet", "rosters:read", sender, "roster"),
    row("GET jobs/{job_id}/progress", "rosters:read", own, "roster"),
    row("POST jobs/{job_id}/cancellation", "rosters:read", own, "roster"),
)


@dataclass
class World:
    """Registration with a social plan whose roster is in, and an employer's plan whose results are."""

    registration: Registration
    made: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> RunningService:
        return self.registration.service

    @property
    def organisation(self) -> UUID:
        return self.registration.organisation

    @property
    def account(self) -> UUID:
        return self.registration.recorder

    async def rows_kept(self) -> Mapping[str, int]:
        return await counts(self, Base.metadata.tables)

    async def plan(self) -> Made:
        """A plan of the organisation whose roster is still to come."""
        return {"plan_id": self.made["empty plan"]}

    async def roster(self) -> Made:
        """A social plan with three candidates, and the job that took them in."""
        return {"plan_id": self.made["social plan"], "job_id": self.made["job"]}

    async def admitted(self) -> Made:
        """A candidate of the social plan who was approved, and has a number and a seat."""
        return {"plan_id": self.made["social plan"], "candidate_id": self.made["admitted"]}

    async def refused(self) -> Made:
        """A candidate of the social plan who was refused, and appealed."""
        return {"plan_id": self.made["social plan"], "candidate_id": self.made["refused"]}

    async def evidence(self) -> Made:
        """A file that candidates of a plan rely on."""
        return {"plan_id": self.made["social plan"], "sha256": self.made["evidence"]}

    async def visit(self) -> Made:
        """A candidate of the social plan who opened the record, and asked for a correction."""
        made = self.made
        return {
            "plan_id": made["social plan"],
            "session_id": made["visit"],
            "request_id": made["request"],
        }

    async def recorded(self) -> Made:
        """An employer's plan with a batch of results."""
        return {"plan_id": self.made["employer plan"], "batch_id": self.made["batch"]}

    async def corrected(self) -> Made:
        """A result of that batch, and a correction of it that waits for its decision."""
        plan, result, correction = (self.made[name] for name in ("employer plan", "result", "correction"))
        return {"plan_id": plan, "result_id": result, "correction_id": correction}

    async def objected(self) -> Made:
        """That batch, before the public, and an objection against it."""
        return {"batch_id": self.made["batch"], "objection_id": self.made["objection"]}

    async def prepare(self) -> None:
        """Everything of the weeks before the evaluation, then of the days after it."""
        registration, made = self.registration, self.made
        made["empty plan"] = await registration.accepted("social")
        made["social plan"] = await registration.accepted("social", sessions=(SITTING,))
        made["employer plan"] = await registration.accepted("employer")
        evidence = f"/plans/{made['employer plan']}/evidence"
        await registration.post(evidence, "plan_filer", DOCUMENT, "application/pdf")
        sent = await registration.post(
            f"/plans/{made['social plan']}/roster",
            "plan_filer",
            as_json([entry(person) for person in people(3)]),
            account_id=self.account,
        )
        made["job"] = (await registration.ended(sent))["id"]
        await self._reviewed(made["social plan"])
        path = f"/plans/{made['social plan']}/evidence"
        kept = await registration.post(path, "plan_filer", PDF, "application/pdf")
        made["evidence"] = kept.json()["sha256"]
        made |= await self._visited(people(1)[0])
        await registration.be_at(AFTER)
        await registration.results(made["employer plan"], [score(person) for person in people(2)])
        listed = await registration.get(f"/plans/{made['employer plan']}/batches")
        made["batch"] = listed.json()["items"][0]["id"]
        results = await registration.get(f"/batches/{made['batch']}/results")
        made["result"] = results.json()["items"][0]["id"]
        path = f"/results/{made['result']}/corrections"
        asked = await registration.post(path, "result_recorder", json.dumps(CORRECTION), account_id=uuid7())
        made["correction"] = asked.json()["id"]
        raised = await registration.post(f"/batches/{made['batch']}/objections", None, json.dumps(OBJECTION))
        made["objection"] = raised.json()["id"]

    async def _reviewed(self, plan: str) -> None:
        """One candidate approved and seated, one refused, one who waits."""
        registration = self.registration
        admitted, refused, _ = [one["id"] for one in await registration.candidates(plan)]
        refusal = {"candidate_id": refused, "reason": "工作年限证明不足"}
        reviewed = await registration.review(plan, approve=[admitted], refuse=[refusal])
        assert reviewed.status_code == 201, reviewed.text
        path = f"/plans/{plan}/candidates"
        appealed = await registration.post(f"{path}/{refused}/appeal", "plan_filer", json.dumps(APPEAL))
        assert appealed.status_code == 201, appealed.text
        self.made |= {"admitted": admitted, "refused": refused}

        async def seated() -> bool | None:
            return (await registration.get(f"{path}/{admitted}/notice")).status_code == 200 or None

        await eventually(seated)

    async def _visited(self, person: Person) -> dict[str, str]:
        """What a candidate gets who opens the record."""
        visitor = Visitor(self.registration)
        visit, token = await visitor.opened(person)
        me = (await visitor.me(token)).json()
        candidate = me["registrations"][0]["id"]
        asked = await visitor.ask(token, candidate_id=candidate, text="姓名有误。")
        return {"visit": visit, "request": asked.json()["id"]}


@asynccontextmanager
async def started(database_url: str, nats_url: str) -> AsyncIterator[World]:
    async with running_service(
        create_app, RegistrationSettings, database_url=database_url, nats_url=nats_url, publicity=True
    ) as service:
        registration = Registration(service)
        await registration.be_at(BEFORE)
        world = World(registration)
        await world.prepare()
        yield world
