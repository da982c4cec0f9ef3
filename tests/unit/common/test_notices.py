"""Notices go the way that the settings name, wait for nobody, and are never half sent twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy

import pytest
from pydantic import ValidationError

from common.notices.notifier import Nothing, NotSent, Outbox
from common.notices.post import Post
from common.notices.settings import NoticeSettings
from common.notices.smtp import SmtpNotifier
from common.notices.webhook import WebhookNotifier
from tests.support.service import settings_for

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
NUMBER, TEXT = "13800138000", "验证码 12345678"


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def settings(**changes: object) -> NoticeSettings:
    return settings_for(
        NoticeSettings,
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
        nats_url="nats://127.0.0.1:1",
        **changes,
    )


async def test_mail_goes_to_the_number_at_the_gateway() -> None:
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 gateway\r\n")
        async for line in reader:
            match line[:4].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    got.append(await reader.readuntil(b"\r\n.\r\n"))
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 ok\r\n")
        writer.close()

    async with listening(serve) as port:
        await SmtpNotifier(f"smtp://127.0.0.1:{port}", "no-reply@skills.example", "sms.example").send(
            NUMBER, TEXT
        )
    mail = message_from_bytes(got[0].removesuffix(b".\r\n"), policy=policy.default)
    assert mail["To"] == f"{NUMBER}@sms.example"
    assert mail.get_content().strip() == TEXT


@pytest.mark.parametrize(
    ("status", "is_sent"), [("204 No Content", True), ("500 Oh", False), ("302 Found", False)]
)
async def test_a_webhook_is_given_address_and_text_and_must_say_that_it_took_them(
    status: str, *, is_sent: bool
) -> None:
    got: list[tuple[bytes, bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        got.append((head, await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    async with listening(serve) as port:
        notifier = WebhookNotifier(f"http://127.0.0.1:{port}/sms", "secret-token")
        if is_sent:
            await notifier.send(NUMBER, TEXT)
        else:
            with pytest.raises(NotSent) as failure:
                await notifier.send(NUMBER, TEXT)
            assert NUMBER not in str(failure.value)
    ((head, body),) = got
    assert b"authorization: bearer secret-token" in head.lower()
    assert json.loads(body) == {"address": NUMBER, "text": TEXT}


async def test_a_gateway_that_is_not_there_is_told_without_the_number() -> None:
    async with listening(lambda *_: asyncio.sleep(0)) as port:
        pass
    for notifier in (
        SmtpNotifier(f"smtp://127.0.0.1:{port}", "a@b.example", "c.example"),
        WebhookNotifier(f"http://127.0.0.1:{port}", ""),
    ):
        with pytest.raises(NotSent) as failure:
            await notifier.send(NUMBER, TEXT)
        assert NUMBER not in str(failure.value)


async def test_the_post_tries_again_and_takes_more_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.notices.post.PAUSES", (0.0, 0.0))
    outbox, tries = Outbox(), 0

    class Moody:
        async def send(self, address: str, text: str) -> None:
            nonlocal tries
            tries += 1
            if text == "second" or tries < 3:
                raise NotSent("moody")
            await outbox.send(address, text)
            done.set()

    done = asyncio.Event()
    post = Post(Moody())
    worker = asyncio.create_task(post.deliver_notices(None))  # type: ignore[arg-type]
    post.put(NUMBER, "first")
    await done.wait()
    worker.cancel()
    assert [notice.text for notice in outbox.newest(10)] == ["first"]


async def test_where_no_way_is_set_up_nothing_is_sent() -> None:
    with pytest.raises(NotSent):
        await Nothing().send(NUMBER, TEXT)


def test_a_sandbox_keeps_notices_and_production_sends_none_until_it_is_told_how() -> None:
    assert isinstance(settings().notifier(), Outbox)
    assert isinstance(settings(sandbox=False).notifier(), Nothing)
    by_hook = settings(sandbox=False, notices="webhook", notice_url="https://sms.example/send")
    assert isinstance(by_hook.notifier(), WebhookNotifier)


@pytest.mark.parametrize(
    "wrong",
    [
        {"notices": "sandbox", "sandbox": False},
        {"notices": "webhook"},
        {"notices": "webhook", "notice_url": "http://sms.example/send"},
        {"notices": "smtp", "notice_url": "smtp://mail.example"},
        {
            "notices": "smtp",
            "notice_url": "https://mail.example",
            "notice_sender": "a@b.example",
            "notice_domain": "c",
        },
    ],
)
def test_a_way_that_cannot_be_gone_stops_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**wrong)
