"""Lists in pages: keyset cursors that callers can neither read a meaning into nor make up.

A cursor holds the sort values of the last row of a page, bound to the list it was given for, under an HMAC.
Page 10,000 costs what page 1 costs: the next page begins behind values, never behind an offset.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson

from common.mistakes import wrong_parameter
from common.problems import Problem

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
_MAC_BYTES = 16
T = TypeVar("T")
Value = str | int | UUID | date | datetime | None


class CursorKey:
    """Makes and reads the cursors of one service."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"cursor", hashlib.sha256)

    def seal(self, scope: str, values: Sequence[Value]) -> str:
        body = orjson.dumps([_tagged(value) for value in values], option=orjson.OPT_PASSTHROUGH_DATETIME)
        return urlsafe_b64encode(self._mac(scope, body) + body).decode().rstrip("=")

    def open(self, scope: str, cursor: str) -> tuple[Any, ...]:
        """The values behind a cursor. Raises ValueError when it was not given for this list."""
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (Base64Error, UnicodeEncodeError) as error:
            raise ValueError("not a cursor") from error
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(scope, body)):
            raise ValueError("not a cursor of this list")
        return tuple(_untagged(*pair) for pair in orjson.loads(body))

    def _mac(self, scope: str, body: bytes) -> bytes:
        return hmac.digest(self._key, scope.encode() + b"\0" + body, hashlib.sha256)[:_MAC_BYTES]


@dataclass(frozen=True, slots=True)
class Page:
    """What the caller asked for: at most `limit` rows, behind the row whose sort values are `after` (None: the first).

    Ask the database for `page.fetch` rows (one more than the limit), then `page.cut(rows, key)`.
    """

    limit: int
    after: tuple[Any, ...] | None
    key: CursorKey
    scope: str

    @property
    def fetch(self) -> int:
        return self.limit + 1

    def cut(self, rows: Sequence[T], key: Callable[[T], Sequence[Value]]) -> tuple[list[T], str | None]:
        """The rows of this page, and the cursor of the next one if there is more. `key`: sort values of a row."""
        kept = list(rows[: self.limit])
        return kept, self.key.seal(self.scope, key(kept[-1])) if len(rows) > self.limit else None


def page_of(key: CursorKey, scope: str, *, limit: int, cursor: str | None) -> Page:
    """Raises the problem `validation` naming the parameter `cursor` when it was not given for this list."""
    try:
        after = key.open(scope, cursor) if cursor is not None else None
    except ValueError:
        raise Problem("validation", errors=(wrong_parameter("cursor", "cursor_invalid"),)) from None
    return Page(limit=limit, after=after, key=key, scope=scope)


def _tagged(value: Value) -> tuple[str, str | int | None]:
    match value:
        case UUID():
            return "u", str(value)
        case datetime():
            return "t", value.isoformat()
        case date():
            return "d", value.isoformat()
        case _:
            return "", value


def _untagged(tag: str, value: Any) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "u": UUID,
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
    }
    return readers[tag](value) if tag else value
