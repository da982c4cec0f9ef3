"""Calls to the catalog: the list, its editions and standards, the working-day calendar, the sandbox clock."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from client.calls import Call, create, download, get, reader, update
from client.shapes import Listing, Shape

BASE = "/catalog/v1"


class Item(Shape):
    """An occupation on the list, as it stood on the day asked for; `standard`: what evaluations go by then."""

    code: str
    name: str
    track: str
    levels: tuple[int, ...]
    valid_from: date
    valid_to: date | None = None
    standard: str | None = None


class Standard(Shape):
    id: str
    name: str
    kind: str
    item_code: str
    levels: tuple[int, ...]
    state: str = "in_force"
    valid_from: date | None = None
    valid_to: date | None = None


class StandardChoice(Shape):
    """Which standard an evaluation goes by, if there is one, among those in force."""

    chosen: str | None = None
    candidates: tuple[dict[str, Any], ...]


class Hit(Shape):
    """An occupation that was looked for, and how it was found."""

    code: str
    name: str
    match: str
    by: str
    track: str | None = None
    levels: tuple[int, ...] = ()


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


class WorkdayCount(Shape):
    """How many working days lie between two days; provisional while a year has not been announced."""

    workdays: int
    provisional: bool
    source: str
    edition: str


class Region(Shape):
    """A division of the province, what it took the place of, and what took its place."""

    code: str
    name: str
    full_name: str
    level: str
    parent: str | None
    is_current: bool
    replaced_by: str | None
    predecessors: tuple[str, ...]


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


def search_occupations(text: str, *, limit: int = 10) -> Call[Listing[Hit]]:
    """Occupations as people type them: names, former names, codes, pinyin, misspellings."""
    return get(f"{BASE}/occupations/search", Listing[Hit], {"q": text, "limit": limit})


def may_i_sit(question: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """May somebody sit for a level? Every condition of it, explained; nothing of the question is kept."""
    return Call(
        method="POST",
        path=f"{BASE}/eligibility",
        read=reader(dict[str, Any]),
        json=dict(question),
        changes_nothing=True,
    )


def list_standards(
    *, item_code: str | None = None, level: int | None = None, as_of: date | None = None
) -> Call[Listing[Standard]]:
    return get(
        f"{BASE}/standards", Listing[Standard], {"item_code": item_code, "level": level, "as_of": as_of}
    )


def read_standard(standard_id: str) -> Call[dict[str, Any]]:
    """A standard with its steps and what the votes on its draft come to."""
    return get(f"{BASE}/standards/{standard_id}", dict[str, Any])


def choose_standard(
    item_code: str, level: int, *, on: date | None = None, enterprise: str | None = None
) -> Call[StandardChoice]:
    """The standard that an evaluation goes by, and why not the others (Art. 4). `enterprise`: its credit code."""
    return get(
        f"{BASE}/standards/choice",
        StandardChoice,
        {"item_code": item_code, "level": level, "on": on, "enterprise": enterprise},
    )


def propose_standard(proposal: Mapping[str, Any]) -> Call[Standard]:
    """Apply for an enterprise norm (Art. 6), or add a provincial standard to a year's plan (Art. 5)."""
    return create(f"{BASE}/standards", Standard, proposal)


def edit_standard(standard_id: str, content: Mapping[str, Any], *, etag: str) -> Call[dict[str, Any]]:
    """Change what a draft prescribes, until it goes under review."""
    return update(f"{BASE}/standards/{standard_id}", dict[str, Any], content, etag=etag)


def take_step(
    standard_id: str,
    to: str,
    *,
    document_sha256: str | None = None,
    reason: str | None = None,
    valid_from: date | None = None,
    last_day: date | None = None,
) -> Call[dict[str, Any]]:
    """The next step of a standard's life; `document_sha256`: of a document that was sent before."""
    body = {
        "to": to,
        "document_sha256": document_sha256,
        "reason": reason,
        "valid_from": valid_from,
        "last_day": last_day,
    }
    return create(f"{BASE}/standards/{standard_id}/steps", dict[str, Any], body)


def appoint_committee(standard_id: str, members: Sequence[str], *, etag: str) -> Call[dict[str, Any]]:
    """Say who examines a draft, by their numbers in the register of experts."""
    body = {"members": list(members)}
    return update(f"{BASE}/standards/{standard_id}/committee", dict[str, Any], body, etag=etag)


def record_vote(
    standard_id: str, member: str, *, in_favour: bool | None = None, ground: str | None = None
) -> Call[dict[str, Any]]:
    """A member's vote, or the ground on which a conflict of interest excludes the member."""
    body = {"member": member, "in_favour": in_favour, "ground": ground}
    return create(f"{BASE}/standards/{standard_id}/votes", dict[str, Any], body)


def admit_enterprise(standard_id: str, enterprise: str) -> Call[Standard]:
    """Let an enterprise of the class that a norm names evaluate by it (Art. 6)."""
    return create(f"{BASE}/standards/{standard_id}/enterprises", Standard, {"enterprise": enterprise})


def record_national_standard(standard: Mapping[str, Any]) -> Call[Standard]:
    """Record a national standard that the State issued; the item's present one ends the day before."""
    return create(f"{BASE}/standards/national", Standard, standard)


def publish_development_plan(plan: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Publish the plan of a year: provincial standards to be developed and revised (Art. 5)."""
    return create(f"{BASE}/development-plans", dict[str, Any], plan)


def read_development_plan(year: int) -> Call[dict[str, Any]]:
    """A year's plan with what became of it, and every change since it was published."""
    return get(f"{BASE}/development-plans/{year}", dict[str, Any])


def keep_document(content: bytes, *, media_type: str = "application/pdf") -> Call[dict[str, Any]]:
    """Keep a draft, minutes or a notice; the answer names it by its `sha256`."""
    return create(f"{BASE}/documents", dict[str, Any], content=content, content_type=media_type)


def document(sha256: str) -> Call[bytes]:
    """The content of a document."""
    return download(f"{BASE}/documents/{sha256}")


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


def workday(day: date, add: int) -> Call[Day]:
    """The working day so many after a day, or before it when `add` is below 0."""
    return get(f"{BASE}/calendar/workdays", Day, {"day": day, "add": add})


def count_workdays(*, after: date, until: date) -> Call[WorkdayCount]:
    """How many working days lie after one day and not after another."""
    return get(f"{BASE}/calendar/workdays/count", WorkdayCount, {"after": after, "until": until})


def load_year(year: Mapping[str, Any], *, dry_run: bool = False) -> Call[dict[str, Any]]:
    """Load the State Council's arrangement of a year; `dry_run` tells which days turn, and keeps nothing."""
    query = {"dry_run": True} if dry_run else None
    return create(f"{BASE}/calendar/years", dict[str, Any], year, query=query)


def list_regions(*, as_of: date | None = None) -> Call[Listing[Region]]:
    """Divisions in use on a day; without a day also those out of use."""
    return get(f"{BASE}/regions", Listing[Region], {"as_of": as_of})


def read_region(code: str) -> Call[Region]:
    return get(f"{BASE}/regions/{code}", Region)


def read_clock(service: str = "catalog") -> Call[Clock]:
    return get(f"/{service}/v1/clock", Clock)


def move_clock(*, advance_days: int | None = None, to: datetime | None = None) -> Call[Clock]:
    """Sandbox only: move the platform clock of all services forward."""
    return create(f"{BASE}/clock", Clock, {"advance_days": advance_days, "to": to})


def items_csv(*, as_of: date | None = None) -> Call[bytes]:
    return download(f"{BASE}/items", {"as_of": as_of, "format": "csv"}, accept="text/csv")
