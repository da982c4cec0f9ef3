"""A write that says something is answered with a receipt; what was taken away before it was logged is found by it."""

import asyncio
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from audit.main import create_app
from audit.settings import AuditSettings
from client import audit as calls
from client.calls import Call
from client.log_receipts import Checked, check_receipts, opened, receipt_keys
from client.platform import Platform
from client.receipts import ReceiptFolder
from common.ids import uuid7
from tests.support.service import RunningService, owner_connection, running_service
from tests.support.waiting import eventually

CARD = {
    "name": "王建国",
    "grade": "examiner",
    "item_codes": ["6-18-02-04"],
    "region": "320106",
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
}


@pytest.fixture
async def audit(database: Callable[[], str], nats_url: str, tmp_path: Path) -> AsyncIterator[RunningService]:
    async with running_service(
        create_app,
        AuditSettings,
        database_url=database(),
        nats_url=nats_url,
        on_socket=True,
        log_dir=tmp_path / "log",
    ) as service:
        yield service


def registering(service: RunningService, card_number: str) -> Call[Any]:
    call = calls.register_examiner(CARD | {"card_number": card_number})
    account = service.as_("authority", account_id=uuid7())
    return replace(call, headers={**call.headers, **account})


async def test_receipts_are_kept_repeated_and_hold_until_an_event_is_taken_away(
    audit: RunningService, tmp_path: Path
) -> None:
    folder = tmp_path / "receipts"
    with Platform(str(audit.client.base_url), receipts=ReceiptFolder(folder)) as platform:

        async def checked(after_seconds: float = 0) -> list[Checked]:
            now = time.time() + after_seconds
            return await asyncio.to_thread(lambda: list(check_receipts(platform, folder, now=now)))

        call = registering(audit, "32KP00000001")
        for _ in range(2):  # a repetition gets the same receipt
            await asyncio.to_thread(platform.send, call)
        lines = (folder / "audit.jsonl").read_text().splitlines()
        assert len({line.partition('"receipt"')[2] for line in lines}) == 1

        async def logged() -> bool | None:
            return all(one.state == "in the log" for one in await checked()) or None

        await eventually(logged)
        # The owner of the database stops the relay from seeing an event, and takes it away.
        async with owner_connection(audit.database_url) as connection:
            await connection.execute(
                text("CREATE FUNCTION drop_it() RETURNS trigger AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql")
            )
            await connection.execute(
                text("CREATE TRIGGER drop_it BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION drop_it()")
            )
        await asyncio.to_thread(platform.send, registering(audit, "32KP00000002"))
        assert [one.state for one in await checked()] == ["in the log", "in the log", "not yet"]
        late = [one.state for one in await checked(after_seconds=61)]
        assert late == ["in the log", "in the log", "MISSING"]
        await a_changed_receipt_is_nobodys(platform, lines[0])


async def a_changed_receipt_is_nobodys(platform: Platform, line: str) -> None:
    published = (await asyncio.to_thread(platform.send, receipt_keys("audit")))["keys"]
    keys = {key["kid"]: urlsafe_b64decode(key["x"] + "=") for key in published}
    receipt = json.loads(line)["receipt"]
    claims = opened(receipt, keys)
    assert claims is not None
    assert claims["log_by"] == claims["iat"] + 60
    head, told, signature = receipt.split(".")
    assert opened(f"{head}.{told[:-4]}AAAA.{signature}", keys) is None
    assert opened(receipt, {}) is None
