"""The area `audit`, complaints and lists: every entry against audit on real servers."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from audit.complaints import api
from audit.main import create_app
from audit.settings import AuditSettings
from common.ids import encode_id, uuid7
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served, built
from tests.service.audit.test_complaints import COMPLAINT, V1
from tests.service.audit.test_listings import ACCOUNT, decided, heard, listed, post, proposed
from tests.support.events import Publishers
from tests.support.facts import organisation_approved
from tests.support.service import RunningService, running_service
from tests.unit.registration.test_evidence import photograph

AREA = Area("audit", secrets=[str(COMPLAINT[name]) for name in ("about", "text", "contact")])
ENTRIES = [entry for entry in AREA.entries if entry.op in ("complaints", "lists")]


@dataclass
class Desk(Served):
    """Audit, with an evaluating body of the province."""

    audit: RunningService
    body: UUID

    @property
    def served(self) -> RunningService:
        return self.audit

    async def complain(self, **changes: Any) -> Answer:
        body = COMPLAINT | {name: value for name, value in changes.items() if name in COMPLAINT}
        headers = {"Idempotency-Key": str(uuid7())}
        return Answer.of(await self.client.post(V1, json=body, headers=headers))

    async def rows(self) -> tuple[int, ...]:
        counts = await self.row_counts()
        return tuple(counts[name] for name in ("complaint", "complaint_photo", "listing_case"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app, AuditSettings, database_url=url, nats_url=new_nats_url()
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(audit: RunningService, capsys: pytest.CaptureFixture[str]) -> Desk:
    body = uuid7()
    await Publishers(audit).deliver(organisation_approved(body))
    api.rate._buckets.clear()
    return Desk(audit, body, read=lambda: "".join(capsys.readouterr()))


@AREA.case("audit-030", "audit-031")
async def complain_of_nothing_or_too_much(entry: BadInput, desk: Desk) -> Answer:
    before = await desk.rows()
    answer = await desk.complain(text=built(entry.input["text"], {}))
    assert await desk.rows() == before
    return answer


@AREA.case("audit-032")
async def flood(entry: BadInput, desk: Desk) -> Answer:
    """The flood of one address ends; another address still complains."""
    for _ in range(api.rate.burst + 1):
        answer = await desk.complain()
    assert answer.headers["retry-after"]
    api.rate._buckets.clear()  # as another address has a bucket of its own
    assert (await desk.complain()).status == 201
    return answer


@AREA.case("audit-033")
async def send_a_photograph(entry: BadInput, desk: Desk) -> Answer:
    receipt = (await desk.complain(contact=None)).body
    picture = photograph()
    headers = {
        "Complaint-Token": receipt["token"],
        "Content-Type": "image/jpeg",
        "Idempotency-Key": str(uuid7()),
    }
    answer = Answer.of(
        await desk.client.post(f"{V1}/{receipt['id']}/photos", content=picture, headers=headers)
    )
    assert answer.status == 201
    kept = await desk.client.get(
        f"{V1}/{receipt['id']}/photos/{answer.body['id']}", headers=desk.audit.as_("authority")
    )
    assert b"Nanjing Camera" in picture
    assert len(kept.content) < len(picture)
    assert b"Nanjing Camera" not in kept.content
    return answer


@AREA.case("audit-034")
async def ask_who_complained(entry: BadInput, desk: Desk) -> Answer:
    receipt = (await desk.complain()).body
    accused = desk.audit.as_("organisation_administrator", organisation_id=desk.body)
    refused = await desk.client.get(f"{V1}/{receipt['id']}", headers=accused)
    assert refused.status_code == 403  # the list of complaints is nothing for bodies at all
    guessed = {"Complaint-Token": "guessed-token-of-thirty-two-chars"}
    return Answer.of(await desk.client.get(f"{V1}/{receipt['id']}/state", headers=guessed))


@AREA.case("audit-039")
async def blacklist_during_an_appeal(entry: BadInput, desk: Desk) -> Answer:
    first = await listed(desk.audit, desk.body)
    appealed = await post(
        desk.audit, f"/listing-cases/{first}/appeal", {"grounds": "所列方案并非本机构备案。"}
    )
    assert appealed.status_code == 201
    number = await proposed(desk.audit, desk.body, ground="roster_falsified")
    await heard(desk.audit, number, desk.body)
    return Answer.of(await decided(desk.audit, number, term=("2026-12-01", "2029-11-30")))


@AREA.case("audit-040")
async def list_without_end(entry: BadInput, desk: Desk) -> Answer:
    number = await proposed(desk.audit, desk.body, ground="roster_falsified")
    await heard(desk.audit, number, desk.body)
    answer = Answer.of(await decided(desk.audit, number, term=("2026-12-01", entry.input["to"])))
    assert "2029-11-30" in str(answer.body["errors"])
    return answer


@AREA.case("audit-042")
async def list_twice(entry: BadInput, desk: Desk) -> Answer:
    await proposed(desk.audit, desk.body, fact=entry.input["fact"])
    before = await desk.rows()
    content = {
        "organisation_id": encode_id("organisation", desk.body),
        "ground": "plans_late",
        "account": ACCOUNT,
    }
    answer = Answer.of(await post(desk.audit, "/listing-cases", content | entry.input))
    assert await desk.rows() == before
    return answer


@AREA.case("audit-044")
async def list_a_name(entry: BadInput, desk: Desk) -> Answer:
    before = await desk.rows()
    content = {
        "ground": "plans_late",
        "account": ACCOUNT,
        "fact": "x",
        "organisation_id": entry.input["name"],
    }
    answer = Answer.of(await post(desk.audit, "/listing-cases", content))
    assert await desk.rows() == before
    return answer


@AREA.case("audit-045")
async def name_a_person(entry: BadInput, desk: Desk) -> Answer:
    """A number written beside a name is not shown either."""
    content = {"organisation_id": encode_id("organisation", desk.body), "ground": "under_investigation"}
    person = "王建国 320102199001011237"
    made = await post(
        desk.audit, "/listing-cases", content | {"account": ACCOUNT, "fact": "p", "responsible": person}
    )
    if made.status_code == 201:
        day = desk.audit.platform.clock.today().isoformat()
        await decided(desk.audit, made.json()["number"], term=(day, day))
    shown = await desk.client.get("/audit/v1/listings", params={"limit": 200})
    assert "320102199001011237" not in shown.text
    assert "建国" not in shown.text
    return Answer(None, None)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)
