"""The first metre of HTTP: what cannot be read as a request is answered with a problem, and cut off.

uvicorn's httptools protocol bounds neither the size of an unfinished head nor the time it may take, and answers
malformed requests in plain text. This subclass closes the gaps, so that a service is safe without the gateway, too
(ASVS 4.2.1: no request smuggling; llhttp refuses two lengths, and a length beside a transfer coding).
"""

import asyncio
from asyncio import TimerHandle
from typing import Any, cast

import orjson
import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from common.problems import MEDIA_TYPE, Problem, answer_to

log = structlog.get_logger("http")
LARGEST_UNFINISHED_HEAD = (
    64 * 1024
)  # a finished one is measured by `common.middleware.Guard`, which can tell why
_TOKEN_LINE = b"authorization:"  # what grows without end here is no token


class FrameProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounded heads and problem answers; make one with `protocol()`."""

    header_seconds: float = 10.0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_in_head = True
        self._head_size = 0
        self._line = b""  # how the line being read begins
        self._head_timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_in_head:
            self._head_size += len(data)
            _, newline, rest = data.rpartition(b"\n")
            self._line = (rest if newline else self._line + rest)[: len(_TOKEN_LINE)]
            self._arm()
        super().data_received(data)
        if self._is_in_head and self._head_size > LARGEST_UNFINISHED_HEAD and not self.transport.is_closing():
            self._refuse("token-invalid" if self._line.lower() == _TOKEN_LINE else "header-too-large")

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._head_size = 0
        self._disarm()
        codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings not in ([], [b"chunked"]):
            raise ValueError(
                "only chunked is understood"
            )  # the parser gives up, and uvicorn calls send_400_response
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own text says no more than ours
        """Called by uvicorn when the parser gives up."""
        self._refuse("malformed-request")

    def _arm(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.header_seconds, self._on_late_head)

    def _disarm(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _on_late_head(self) -> None:
        """The head did not come in time. A connection on which nothing was said is closed without a word."""
        self._head_timer = None
        if self.transport.is_closing() or not self._is_in_head:
            return
        if self._head_size:
            self._refuse("request-timeout")
        elif self._cycle() is None:
            self.transport.close()

    def _cycle(self) -> RequestResponseCycle | None:
        """The request being answered or answered last; uvicorn's annotation forgets that there may be none yet."""
        return cast("RequestResponseCycle | None", self.cycle)

    def _refuse(self, code: str) -> None:
        """Answer with a problem and close; in the middle of another answer only close."""
        self._disarm()
        log.info("request", method="OTHER", route="unmatched", status=Problem(code).type.status, problem=code)
        cycle = self._cycle()
        if cycle is None or cycle.response_complete:
            self.transport.write(_answer(code))
        self.transport.close()


def protocol(*, header_seconds: float) -> type[FrameProtocol]:
    """The protocol class for `uvicorn.Config(http=…)`."""
    return type("ConfiguredProtocol", (FrameProtocol,), {"header_seconds": header_seconds})


def _answer(code: str) -> bytes:
    """A whole HTTP answer. The language is the default one: what the caller prefers could not be read."""
    answer = answer_to(Problem(code))
    body = orjson.dumps(answer.document(language="zh", request_id=None))
    fields = "".join(f"{name.lower()}: {value}\r\n" for name, value in answer.headers.items())
    head = (
        f"{fields}content-type: {MEDIA_TYPE}\r\ncontent-language: zh-CN\r\ncontent-length: {len(body)}\r\n"
        "x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return STATUS_LINE[answer.status] + head.encode() + body
