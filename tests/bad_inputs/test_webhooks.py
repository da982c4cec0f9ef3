"""The area `webhooks`: every entry against audit on real servers, and a receiver of our own with TLS of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook as Standard

from audit.main import create_app
from audit.settings import AuditSettings
from audit.webhooks.models import Message, Webhook
from audit.webhooks.sending import Answer as Heard
from audit.webhooks.sending import Sender
from audit.webhooks.worker import deliver_next
from client.webhooks import NotGenuine, Receiver
from common.events import Event
from common.events.audit import OrganisationListed, RecognitionRefused
from common.ids import decode_id, encode_id, uuid7
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.support.events import Publishers
from tests.support.facts import batch_recorded, organisation_approved, plan_accepted
from tests.support.receiver import HOST, receiving
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

AREA = Area("webhooks", secrets=["whsec_"])
V1 = "/audit/v1/webhooks"
ADDRESS = f"https://{HOST}/hook"


@dataclass
class Desk(Served):
    """Audit with an organisation that keeps webhooks."""

    audit: RunningService
    organisation: UUID
    others: Publishers
    folder: Path

    @property
    def served(self) -> RunningService:
        return self.audit

    def account(self) -> dict[str, str]:
        return self.audit.as_(
            "organisation_administrator", organisation_id=self.organisation, idempotency_key="new"
        )

    async def create(self, **changes: Any) -> Answer:
        body = {"url": ADDRESS, "types": ["batch.recorded", "plan.accepted"]} | changes
        return Answer.of(await self.client.post(V1, json=body, headers=self.account()))

    async def made(self, **changes: Any) -> dict[str, Any]:
        answer = await self.create(**changes)
        assert answer.status == 201, answer.body
        found: dict[str, Any] = answer.body
        return found

    async def tell(self, *events: Event) -> None:
        """Events of the organisation, until they wait for its endpoints."""
        for event in events:
            await self.others.deliver(event)

    async def waiting(self, webhook_id: str, count: int = 1) -> list[Message]:
        async def look() -> list[Message] | None:
            async with self.audit.platform.sessions() as session:
                rows = await session.scalars(
                    select(Message)
                    .where(Message.webhook_id == decode_id("webhook", webhook_id))
                    .order_by(Message.position)
                )
                found = list(rows)
            return found if len(found) >= count else None

        return await eventually(look)

    async def delivered(self, webhook_id: str, sender: Sender) -> Message:
        """The message after one attempt; nothing else is due."""
        await self.waiting(webhook_id)
        async with self.audit.platform.sessions() as session:
            # What other tests left waiting is none of this one's.
            other = Message.webhook_id != decode_id("webhook", webhook_id)
            await session.execute(update(Message).where(other).values(state="delivered"))
            await session.commit()
        assert await deliver_next(self.audit.platform, sender)
        return (await self.waiting(webhook_id))[0]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app,
        AuditSettings,
        database_url=url,
        nats_url=new_nats_url(),
        webhooks_enabled=False,
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(audit: RunningService, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Desk:
    organisation, others = uuid7(), Publishers(audit)
    await others.deliver(organisation_approved(organisation))
    read = lambda: "".join(capsys.readouterr())  # noqa: E731
    return Desk(audit, organisation, others, tmp_path, read=read)


@AREA.case(*(entry.id for entry in AREA.entries if entry.op == "webhooks.create"))
async def create(entry: BadInput, desk: Desk) -> Answer:
    given = dict(entry.input)
    if entry.id == "webhooks-019":
        given["url"] = f"{desk.audit.settings.public_url}/v1/plans".replace("http://", "https://")
    if "n" in given:
        for _ in range(50):
            await desk.made()
        return await desk.create()
    if entry.id == "webhooks-022":
        return await redirected(desk)
    before = await desk.row_counts()
    answer = await desk.create(**given)
    assert (await desk.row_counts())["webhook"] == before["webhook"]
    assert "u:p" not in json.dumps(answer.body)
    return answer


async def redirected(desk: Desk) -> Answer:
    """A redirect is a failure; nobody is asked at the place that it names."""
    async with receiving(desk.folder) as receiver:
        receiver.answers = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
        answer = await desk.create()
        await desk.tell(a_plan(desk))
        message = await desk.delivered(answer.body["id"], receiver.sender())
        assert (message.state, message.last_answer, len(receiver.heard)) == ("waiting", "302", 1)
    return answer


def a_plan(desk: Desk, plan_id: UUID | None = None) -> Event:
    return plan_accepted(plan_id=plan_id, organisation_id=desk.organisation)


@AREA.case("webhooks-041")
async def be_asked_to_wait(entry: BadInput, desk: Desk) -> Answer:
    async with receiving(desk.folder) as receiver:
        receiver.answers = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n"
        webhook = await desk.made()
        await desk.tell(a_plan(desk))
        message = await desk.delivered(webhook["id"], receiver.sender())
    wait = message.due_at - desk.audit.platform.clock.now()
    assert message.state == "waiting"
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)
    return Answer(None, None)


@AREA.case("webhooks-043")
async def hear_slowly(entry: BadInput, desk: Desk) -> Answer:
    """The whole exchange has one limit, however steadily the bytes come."""
    async with receiving(desk.folder) as receiver:
        receiver.is_slow = True
        heard = await receiver.sender(seconds=1.0).send(ADDRESS, b"{}", {})
    assert (heard.status, heard.reason) == (None, "timeout")
    return Answer(None, None)


@AREA.case("webhooks-044", "webhooks-045")
async def hear_too_much(entry: BadInput, desk: Desk) -> Answer:
    """What is sent back without end, or packed, is neither read to the end nor unpacked."""
    async with receiving(desk.folder) as receiver:
        packed = b"Content-Encoding: gzip\r\n" if entry.input["body"] == "gzip" else b""
        receiver.answers = b"HTTP/1.1 200 OK\r\n" + packed + b"Content-Length: 10000000000\r\n\r\n"
        receiver.endless = True
        heard = await receiver.sender().send(ADDRESS, b"{}", {})
        assert receiver.heard[0][0]["accept-encoding"] == "identity"
    assert heard.is_heard
    return Answer(None, None)


@AREA.case("webhooks-047")
async def speak_old_tls(entry: BadInput, desk: Desk) -> Answer:
    async with receiving(desk.folder, oldest=True) as receiver:
        heard = await receiver.sender().send(ADDRESS, b"{}", {})
        assert receiver.heard == []
    assert heard.status is None
    return Answer(None, None)


@AREA.case("webhooks-049")
async def be_told_much_at_once(entry: BadInput, desk: Desk) -> Answer:
    """One delivery at a time goes to an endpoint, those of one plan in their order."""
    plan_id = uuid7()
    async with receiving(desk.folder) as receiver:
        webhook = await desk.made()
        await desk.tell(a_plan(desk, plan_id))
        await desk.tell(*(batch_recorded(plan_id, organisation_id=desk.organisation) for _ in range(30)))
        await desk.waiting(webhook["id"], 31)
        sender = receiver.sender()
        while any([await deliver_next(desk.audit.platform, sender) for _ in range(2)]):
            pass
        mine = [json.loads(body) for headers, body in receiver.heard]
        told = [one["type"] for one in mine if one["data"].get("plan_id") == encode_id("plan", plan_id)]
    assert told == ["plan.accepted"] + ["batch.recorded"] * 30
    return Answer(None, None)


@AREA.case("webhooks-050", "webhooks-051")
async def be_told_again(entry: BadInput, desk: Desk) -> Answer:
    """A sender that died after sending sends again, under the same id; the receiver acts once."""

    class Dying(Sender):
        async def send(self, url: str, body: bytes, headers: Any) -> Heard:
            await genuine.send(url, body, headers)
            raise asyncio.CancelledError

    async with receiving(desk.folder) as receiver:
        genuine, webhook = receiver.sender(), await desk.made()
        await desk.tell(a_plan(desk))
        with suppress(asyncio.CancelledError):
            await desk.delivered(webhook["id"], Dying())
        async with desk.audit.platform.sessions() as session:
            await session.execute(
                update(Message)
                .where(Message.state == "sending")
                .values(due_at=desk.audit.platform.clock.now() - timedelta(minutes=3))
            )
            await session.commit()
        assert not await deliver_next(desk.audit.platform, genuine)  # taken back
        assert await deliver_next(desk.audit.platform, genuine)
        (first, body), (second, again) = receiver.heard
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    reader, now = Receiver(webhook["secret"]), datetime.now(UTC)
    assert reader.read(body, first, now=now) is not None
    assert reader.read(again, second, now=now) is None
    return Answer(None, None)


@AREA.case("webhooks-052", "webhooks-053", "webhooks-057")
async def be_deceived(entry: BadInput, desk: Desk) -> Answer:
    """Ours and the standard's own library read what is genuine; neither reads what is not."""
    async with receiving(desk.folder) as receiver:
        webhook = await desk.made()
        await desk.tell(a_plan(desk))
        await desk.delivered(webhook["id"], receiver.sender())
        ((headers, body),) = receiver.heard
    now, standard = datetime.now(UTC), Standard(webhook["secret"])
    assert standard.verify(body, headers) == Receiver(webhook["secret"]).read(body, headers, now=now)
    assert "." not in headers["webhook-id"]
    changed, at = (body, headers), now
    if "tamper" in entry.input:
        changed = (body.replace(b"plan", b"plam", 1), headers)
    elif "age" in entry.input:
        at = now + timedelta(minutes=6)
    else:
        changed = (body, headers | {"webhook-id": entry.input["id"]})
    with pytest.raises(NotGenuine):
        Receiver(webhook["secret"]).read(*changed, now=at)
    return Answer(None, None)


@AREA.case("webhooks-060")
async def tell_of_persons(entry: BadInput, desk: Desk) -> Answer:
    """Thin: ids and public numbers, whatever the event holds."""
    webhook = await desk.made(types=["recognition.refused", "organisation.listed"])
    refused = RecognitionRefused(
        batch_id=uuid7(),
        plan_id=uuid7(),
        organisation_id=desk.organisation,
        gates=(),
        decided_at=datetime.now(UTC),
        decided_by="王建国",
    )
    listed = OrganisationListed(
        organisation_id=desk.organisation,
        case="LC-2026-00001",
        measure="abnormal",
        valid_from=datetime.now(UTC).date(),
    )
    await desk.tell(refused, listed)
    told = [message.body for message in await desk.waiting(webhook["id"], 2)]
    assert {name for one in told for name in one["data"]} <= {
        "batch_id",
        "plan_id",
        "organisation_id",
        "case",
    }
    assert "王建国" not in json.dumps(told, ensure_ascii=False)
    return Answer(None, None)


@AREA.case("webhooks-062")
async def replay(entry: BadInput, desk: Desk) -> Answer:
    """A replay waits; what is new goes first."""
    async with receiving(desk.folder) as receiver:
        webhook = await desk.made()
        await desk.tell(a_plan(desk))
        await desk.delivered(webhook["id"], receiver.sender())
        body = {"since": "2026-01-01T00:00:00+08:00"}
        answer = Answer.of(
            await desk.client.post(f"{V1}/{webhook['id']}/replay", json=body, headers=desk.account())
        )
        await desk.tell(a_plan(desk))
        await desk.waiting(webhook["id"], 3)
        assert await deliver_next(desk.audit.platform, receiver.sender())
    async with desk.audit.platform.sessions() as session:
        lanes = await session.execute(
            select(Message.lane, Message.state).where(
                Message.webhook_id == decode_id("webhook", webhook["id"])
            )
        )
        assert sorted(tuple(row) for row in lanes) == [(0, "delivered"), (0, "delivered"), (1, "waiting")]
        assert await session.get(Webhook, decode_id("webhook", webhook["id"]))
    return answer


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", AREA.entries, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)
