"""A request as routes see it: body bounded, unpacked, timed and hashed; strict JSON; a fingerprint to know repeats."""

import asyncio
import hashlib
import zlib
from collections.abc import Sequence
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.types import Message, Receive, Scope

from common import receipts, strict_json
from common.mistakes import unclean_text
from common.outbox import Told
from common.problems import Problem, malformed_body

MOST_THROWN_AWAY = 32 * 1024 * 1024
_UNPACKED_AT_ONCE = 64 * 1024
_CLOSE = {"Connection": "close"}


class RequestBody:
    """Reads a body once: within `limit` bytes (counted unpacked), never waiting longer than `silence_seconds`.

    `receive` stands in for the server's. Raises the problems `payload-too-large`, `request-timeout`,
    `unsupported-media-type` and `malformed-body`.
    """

    def __init__(
        self,
        receive: Receive,
        *,
        limit: int,
        silence_seconds: float,
        encoding: str = "",
        length: int | None = None,
    ) -> None:
        self.limit = limit
        self._receive = receive
        self._silence_seconds = silence_seconds
        self._length = length
        self._unpacker = _unpacker(encoding)
        self._digest = hashlib.sha256()
        self._size = 0
        self._ended = False

    @property
    def sha256(self) -> bytes:
        """The digest of what was read so far, unpacked."""
        return self._digest.digest()

    async def receive(self) -> Message:
        try:
            self._check_announced()
            message = await self._next()
            if message["type"] != "http.request":
                return message
            body = self._unpack(message.get("body", b""))
        except _TooLarge:
            raise await self._refusal() from None
        self._digest.update(body)
        return {**message, "body": body}

    async def read_to_end(self) -> None:
        """Read and forget what is left."""
        while not self._ended:
            if (await self.receive())["type"] != "http.request":
                return

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(None if self._ended else self._silence_seconds):
                message = await self._receive()
        except TimeoutError:
            raise Problem("request-timeout", headers=_CLOSE) from None
        self._ended = self._ended or not message.get("more_body", False)
        return message

    async def _refusal(self) -> Problem:
        """The problem of a body that is too large, once what is still coming was thrown away.

        Who still sends does not read: a connection closed under a sender loses the answer. There is a limit to it.
        """
        thrown_away = 0
        while not self._ended and thrown_away < MOST_THROWN_AWAY:
            thrown_away += len((await self._next()).get("body", b""))
        return Problem("payload-too-large", headers={} if self._ended else _CLOSE)

    def _unpack(self, packed: bytes) -> bytes:
        if self._unpacker is None:
            self._count(len(packed))
            return packed
        parts = []
        try:
            while packed:
                part = self._unpacker.decompress(packed, _UNPACKED_AT_ONCE)
                self._count(len(part))
                parts.append(part)
                packed = self._unpacker.unconsumed_tail
        except zlib.error:
            raise malformed_body("not-gzip") from None
        if (self._ended and not self._unpacker.eof) or self._unpacker.unused_data:
            raise malformed_body("not-gzip")
        return b"".join(parts)

    def _check_announced(self) -> None:
        if self._length is not None and self._length > self.limit:
            raise _TooLarge

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self.limit:
            raise _TooLarge


class _TooLarge(Exception):
    """More bytes than the route takes."""


def _unpacker(encoding: str) -> Any:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip":
            return zlib.decompressobj(wbits=31)
        case _:
            raise Problem("unsupported-media-type", headers={"Accept-Encoding": "gzip"})


class StrictRequest(Request):
    """A request whose `json()` is strict and which knows itself again."""

    def __init__(self, scope: Scope, receive: Receive, *, locations: str | None) -> None:
        super().__init__(scope, receive)
        self._location_template = locations

    async def json(self) -> Any:
        """The body as strict JSON, parsed once. Raises `malformed-body`, `payload-too-large` or `validation`."""
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json

    async def read_to_end(self) -> None:
        if not hasattr(self, "_body"):
            await self.state.body.read_to_end()

    def fingerprint(self) -> bytes:
        body = strict_json.canonical(self._json) if hasattr(self, "_json") else self.state.body.sha256
        query = "&".join(sorted(self.url.query.split("&")))
        head = f"{self.method} {self.scope['path']}?{query}\n"
        return hashlib.sha256(head.encode() + body).digest()

    def answer_headers(self, answer: BaseModel, told: Sequence[Told]) -> dict[str, str]:
        """Headers that are stored with the answer: where the created resource is found, and the receipt.

        `leave_receipt` sends the latter with the first answer, once it is committed.
        """
        headers = self.receipt(told)
        self.state.receipt = headers
        if self._location_template is None:
            return headers
        values = self.path_params | answer.model_dump(mode="json", by_alias=True)
        self.state.location = self._location_template.format_map(values)
        return headers | {"Location": self.state.location}

    def leave_receipt(self, told: Sequence[Told]) -> None:
        """Let the answer carry the receipt of what was committed."""
        kept: dict[str, str] | None = getattr(self.state, "receipt", None)
        self.state.answer_headers.update(self.receipt(told) if kept is None else kept)

    def receipt(self, told: Sequence[Told]) -> dict[str, str]:
        """The header that promises that what was said will stand in the public log."""
        platform = self.app.state.platform
        signed = platform.receipts.sign(told, platform.clock.real_now())
        return {} if signed is None else {receipts.HEADER: signed}


def parse_json(raw: bytes) -> Any:
    """Strict JSON, or the problem that says what is wrong with it."""
    if not raw.strip():
        raise malformed_body("empty")
    try:
        return strict_json.parse(raw)
    except strict_json.NotStrictJson as error:
        raise malformed_body(error.reason, error.position) from None
    except strict_json.TooManyMembers:
        raise Problem("payload-too-large") from None
    except strict_json.UncleanText as error:
        raise Problem("validation", errors=unclean_text(error.pointers)) from None
