"""Bodies: bounded, unpacked, timed and hashed as they are read."""

import asyncio
import gzip
import hashlib
from typing import Any

import pytest
from starlette.types import Message

from common.problems import Problem
from common.requests import MOST_THROWN_AWAY, RequestBody

PIECE = 64 * 1024


class Sender:
    """A server's `receive` that hands out pieces of a body, and then stays silent."""

    def __init__(self, *pieces: bytes, ends: bool = True) -> None:
        self.left = list(pieces)
        self.ends = ends

    async def __call__(self) -> Message:
        if not self.left:
            await asyncio.Event().wait()
        piece = self.left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.left) or not self.ends}


def body_of(sender: Sender, **changes: Any) -> RequestBody:
    return RequestBody(sender, **({"limit": 1_000, "silence_seconds": 0.05} | changes))


async def read(body: RequestBody) -> bytes:
    read, more = b"", True
    while more:
        message = await body.receive()
        read, more = read + message["body"], message["more_body"]
    return read


async def refused(body: RequestBody) -> Problem:
    with pytest.raises(Problem) as found:
        await read(body)
    return found.value


async def test_pieces_are_read_and_hashed_as_one() -> None:
    body = body_of(Sender(b"ab", b"c"))
    assert await read(body) == b"abc"
    assert body.sha256 == hashlib.sha256(b"abc").digest()


async def test_the_limit_itself_is_taken_and_one_byte_more_is_not() -> None:
    assert len(await read(body_of(Sender(b"x" * 1_000)))) == 1_000
    assert (await refused(body_of(Sender(b"x" * 1_001)))).type.code == "payload-too-large"


async def test_a_sender_is_heard_to_the_end_before_it_is_refused() -> None:
    sender = Sender(*[b"x" * PIECE] * 20)
    problem = await refused(body_of(sender, length=20 * PIECE))
    assert (problem.type.code, problem.headers, sender.left) == ("payload-too-large", {}, [])


async def test_a_sender_without_end_is_cut_off() -> None:
    sender = Sender(*[b"x" * PIECE] * (MOST_THROWN_AWAY // PIECE + 5))
    problem = await refused(body_of(sender))
    assert problem.headers == {"Connection": "close"}
    assert sender.left


async def test_silence_is_not_waited_for() -> None:
    assert (await refused(body_of(Sender(b"x", ends=False)))).type.code == "request-timeout"


async def test_a_packed_body_is_unpacked_and_counted_unpacked() -> None:
    packed = gzip.compress(b"x" * 1_000)
    assert await read(body_of(Sender(packed[:9], packed[9:]), encoding="gzip")) == b"x" * 1_000
    bomb = gzip.compress(b"x" * 64 * 1024 * 1024)
    assert (await refused(body_of(Sender(bomb), encoding="gzip"))).type.code == "payload-too-large"


@pytest.mark.parametrize(
    "broken",
    [b"x", gzip.compress(b"abc")[:-3], gzip.compress(b"abc") + b"more"],
    ids=["no gzip", "cut off", "goes on"],
)
async def test_what_is_not_one_gzip_stream_does_not_parse(broken: bytes) -> None:
    assert (await refused(body_of(Sender(broken), encoding="gzip"))).type.code == "malformed-body"


async def test_another_coding_is_not_understood() -> None:
    with pytest.raises(Problem) as found:
        body_of(Sender(b""), encoding="br")
    assert found.value.type.code == "unsupported-media-type"


async def test_a_caller_who_leaves_is_told_of() -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    body = RequestBody(gone, limit=1, silence_seconds=1)
    assert (await body.receive())["type"] == "http.disconnect"
