"""Structured logs: one JSON object a line, with the request id and the trace, and without personal data.

Code logs names and numbers of its own making, never what a person typed. `mask` stands behind that as the last
defence: it takes out whatever looks like an identity number, a card or a phone number. Tracebacks keep frames and
kinds, not messages, because messages of databases and parsers quote values.
"""

import logging
import logging.handlers
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from common import context
from common.trace import trace_id

_NUMBER = re.compile(r"(?<![0-9A-Fa-f-])(?:\d{17}[\dXx]|\d{11,})(?![0-9A-Fa-f-])", re.ASCII)
_MASK = "[masked]"
_FRAMES_KEPT = 30


def mask(text: str) -> str:
    """The text without runs of eleven or more digits (phone, identity and card numbers); UUIDs and hashes stay."""
    return _NUMBER.sub(_MASK, text)


def configure(*, service: str, level: str = "INFO", file: str | None = None) -> None:
    """Send every log line of this process, ours and the libraries', as JSON to standard output or to a file."""
    shared = _processors(service)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = (
        logging.handlers.WatchedFileHandler(file, encoding="utf-8")
        if file
        else logging.StreamHandler(sys.stdout)
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _mask_values,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=_kind),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "sqlalchemy", "alembic", "asyncio", "nats", "httpx"):
        logging.getLogger(noisy).setLevel("WARNING")


def _processors(service: str) -> list[Processor]:
    def tell_service(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        return line

    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_service,
        _tell_context,
        _frames_only,
    ]


def _tell_context(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if request_id := context.request_id.get():
        line.setdefault("request_id", request_id)
    if traceparent := context.traceparent.get():
        line.setdefault("trace_id", trace_id(traceparent))
    return line


def _frames_only(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exception info by the chain of kinds and their frames, without messages."""
    info: Any = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        line["exception"] = describe(error)
    return line


def describe(error: BaseException) -> list[dict[str, Any]]:
    """An exception and its causes, each as its kind, its facts for machines, and the frames it went through."""
    chain: list[dict[str, Any]] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 5:
        frames = traceback.extract_tb(cause.__traceback__)[-_FRAMES_KEPT:]
        facts = {
            name: str(value)
            for name in ("sqlstate", "constraint_name", "table_name", "errno")
            if isinstance(value := getattr(cause, name, None), str | int)
        }
        chain.append(
            {
                "kind": f"{type(cause).__module__}.{type(cause).__qualname__}",
                **facts,
                "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return chain


def _mask_values(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        name: value if name in ("timestamp", "trace_id") else _masked(value) for name, value in line.items()
    }


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {name: _masked(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    if isinstance(value, int | float | None):
        return value
    return mask(str(value))


def _kind(value: object) -> str:
    return type(value).__name__
