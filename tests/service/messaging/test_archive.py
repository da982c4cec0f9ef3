"""Old journal rows leave the table only when they are safe in a file, and are missed where the file is missing."""

from pathlib import Path

import pytest

from common.inbox import Follower
from common.journal_archive import Archive, ArchiveRefused, archive
from tests.support.messaging import Party, counted, plain, running, sequence_all
from tests.support.waiting import eventually


async def reason(follower: Follower) -> str:
    async def stopped() -> str | None:
        return follower.stopped

    async with running(follower):
        return await eventually(stopped)


async def test_the_head_of_a_journal_is_never_archived(producer: Party, tmp_path: Path) -> None:
    await producer.tell(*counted("a", "b"))
    await sequence_all(producer)
    with pytest.raises(ArchiveRefused, match="head"):
        await archive(plain(producer.url), Archive(tmp_path), up_to=2)


async def test_a_changed_row_is_not_archived(producer: Party, tmp_path: Path) -> None:
    await producer.tell(*counted("a", "b", "c"))
    await sequence_all(producer)
    await producer.sql("UPDATE journal SET body = replace(body, 'amount', 'amounts') WHERE position = 2")
    with pytest.raises(ArchiveRefused, match="does not follow on"):
        await archive(plain(producer.url), Archive(tmp_path), up_to=2)
    assert await producer.one("SELECT count(*) FROM journal") == 3
    assert not Archive(tmp_path).last()[0]


async def test_a_follower_stops_at_a_journal_whose_files_are_missing(
    producer: Party, consumer: Party, tmp_path: Path
) -> None:
    await producer.tell(*counted("a", "b", "c"))
    await sequence_all(producer)
    await archive(plain(producer.url), Archive(tmp_path), up_to=2)
    async with running(producer.relay()):
        follower = consumer.follower()
        assert "begins at 3" in await reason(follower)
    assert await consumer.applied() == []
