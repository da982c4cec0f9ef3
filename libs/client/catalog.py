"""Calls to the catalog: the list, its editions and standards, the working-day calendar, the sandbox clock."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from client.calls import Call, create, download, get
from client.shapes import Listing, Shape

BASE = "/catalog/v1"


class Item(Shape):
    """An occupation on the list, as it stood on the day asked for."""

    code: str
    name: str
    track: str
    levels: tuple[int, ...]
    valid_from: date
    valid_to: date | None = None


class Standard(Shape):
    id: str
    name: str
    kind: str
    item_code: str
    levels: tuple[int, ...]
    valid_from: date
    valid_to: date | None = None


class Edition(Shape):
    id: str
    name: str
    kind: str
    published_on: date
    effective_on: date


class Day(Shape):
    """A day worked out on the official calendar; provisional while the year has not been announced."""

    day: date
    provisional: bool


class Clock(Shape):
    now: datetime
    today: date
    offset_seconds: int
    sandbox: bool


def list_items(
    *,
    as_of: date | None = None,
    track: str | None = None,
    q: str | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Call[Listing[Item]]:
    """The list as it was (or is) on a day."""
    query = {"as_of": as_of, "track": track, "q": q, "limit": limit, "cursor": cursor}
    return get(f"{BASE}/items", Listing[Item], query)


def read_item(code: str, *, as_of: date | None = None) -> Call[Item]:
    return get(f"{BASE}/items/{code}", Item, {"as_of": as_of})


def item_history(code: str) -> Call[Any]:
    return get(f"{BASE}/items/{code}/history", Any)


def list_standards(
    *, item_code: str | None = None, level: int | None = None, as_of: date | None = None
) -> Call[Listing[Standard]]:
    return get(
        f"{BASE}/standards", Listing[Standard], {"item_code": item_code, "level": level, "as_of": as_of}
    )


def list_editions() -> Call[Any]:
    return get(f"{BASE}/editions", Any)


def reference_edition(year: int) -> Call[dict[str, Any]]:
    """The national list of a year as it is packaged with the platform, ready to be published."""
    return get(f"{BASE}/reference-editions/{year}", dict[str, Any])


def publish_edition(edition: Mapping[str, Any], *, dry_run: bool = False) -> Call[dict[str, Any]]:
    """Publish an edition; the difference to what was in force is worked out by the platform (Art. 3)."""
    return create(f"{BASE}/editions", dict[str, Any], edition, query={"dry_run": True} if dry_run else None)


def last_filing_day(starts_on: date) -> Call[Day]:
    """The last day to file a plan whose evaluation starts on a day (Art. 18(1))."""
    return get(f"{BASE}/calendar/last-filing-day", Day, {"starts_on": starts_on})


def earliest_start(filed_on: date) -> Call[Day]:
    """The first day on which an evaluation filed on a day may start."""
    return get(f"{BASE}/calendar/earliest-start", Day, {"filed_on": filed_on})


def read_clock(service: str = "catalog") -> Call[Clock]:
    return get(f"/{service}/v1/clock", Clock)


def move_clock(*, advance_days: int | None = None, to: datetime | None = None) -> Call[Clock]:
    """Sandbox only: move the platform clock of all services forward."""
    return create(f"{BASE}/clock", Clock, {"advance_days": advance_days, "to": to})


def items_csv(*, as_of: date | None = None) -> Call[bytes]:
    return download(f"{BASE}/items", {"as_of": as_of, "format": "csv"}, accept="text/csv")
