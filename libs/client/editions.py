"""Calls to the catalog about editions of the list, how they differ, lineage, and transition windows."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from client.calls import Call, Query, create, download, get
from client.catalog import BASE, Item
from client.shapes import Listing, Shape

SHEETS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
}


class Version(Item):
    """An item in one version, with the edition that brought it and why."""

    admission_linked: bool
    is_listed: bool = True
    edition_id: str
    cause: str
    recorded_at: datetime


class Present(Shape):
    """What an item is, or has gone on as."""

    code: str
    name: str
    track: str
    is_listed: bool


class Found(Shape):
    """An item that had the name asked for, and what a certificate under it leads to."""

    code: str
    name: str
    found_by: str
    valid_from: date
    valid_to: date | None
    present: tuple[Present, ...]


class Held(Shape):
    """The track that decides a person's certificate; `by_cohort`: the transition window by which it does."""

    item_code: str
    track: str | None
    by_cohort: str | None


def publish_adjustment(
    adjustment: Mapping[str, Any], *, dry_run: bool = False, token: str | None = None
) -> Call[dict[str, Any]]:
    """Publish an edition of the province's own part; with the token of a dry run, only what that showed."""
    query: Query = {"dry_run": True if dry_run else None, "token": token}
    return create(f"{BASE}/adjustments", dict[str, Any], adjustment, query=query)


def import_edition(
    content: bytes,
    *,
    form: Literal["csv", "xlsx", "json", "ndjson"],
    name: str,
    kind: Literal["national", "provincial"],
    published_on: date,
    effective_on: date,
    dry_run: bool = False,
    token: str | None = None,
) -> Call[dict[str, Any]]:
    """Publish an edition from a sheet; try it with `dry_run` first."""
    query: Query = {
        "name": name,
        "kind": kind,
        "published_on": published_on,
        "effective_on": effective_on,
        "dry_run": True if dry_run else None,
        "token": token,
    }
    return create(
        f"{BASE}/editions/import",
        dict[str, Any],
        query=query,
        content=content,
        content_type=SHEETS[form],
    )


def edition_template() -> Call[bytes]:
    """The form of a sheet to fill in, as XLSX."""
    return download(f"{BASE}/editions/import/template")


def correct_edition(edition_id: str, correction: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Put on record what an edition should have said of an item."""
    return create(f"{BASE}/editions/{edition_id}/corrections", dict[str, Any], correction)


def list_corrections(edition_id: str) -> Call[Listing[dict[str, Any]]]:
    return get(f"{BASE}/editions/{edition_id}/corrections", Listing[dict[str, Any]])


def read_edition(edition_id: str) -> Call[dict[str, Any]]:
    """An edition as it was published."""
    return get(f"{BASE}/editions/{edition_id}", dict[str, Any])


def edition_diff(edition_id: str) -> Call[dict[str, Any]]:
    """What an edition changed on the list."""
    return get(f"{BASE}/editions/{edition_id}/diff", dict[str, Any])


def compare_editions(first_id: str, second_id: str) -> Call[dict[str, Any]]:
    """The whole list under two editions, side by side, whatever lies between them."""
    return get(f"{BASE}/editions/{first_id}/diff/{second_id}", dict[str, Any], {"format": "json"})


def comparison_file(first_id: str, second_id: str, *, form: Literal["csv", "html"]) -> Call[bytes]:
    """The same as a sheet or as a page."""
    return download(f"{BASE}/editions/{first_id}/diff/{second_id}", {"format": form})


def edition_list(edition_id: str, *, known_at: datetime | None = None) -> Call[Listing[Item]]:
    """The whole list on the day on which an edition took effect, in one piece."""
    return get(f"{BASE}/editions/{edition_id}/list", Listing[Item], {"format": "json", "known_at": known_at})


def edition_list_file(edition_id: str, *, form: Literal["csv", "xlsx"]) -> Call[bytes]:
    """The same as a sheet."""
    return download(f"{BASE}/editions/{edition_id}/list", {"format": form})


def list_changes(*, cursor: str | None = None, limit: int = 200) -> Call[Listing[Version]]:
    """Every version of every item in the order of its recording; follow it by `next` to keep a copy true."""
    return get(f"{BASE}/changes", Listing[Version], {"limit": limit, "cursor": cursor})


def item_versions(code: str, *, known_at: datetime | None = None) -> Call[Listing[Version]]:
    """Every version of an item, the oldest first."""
    return get(f"{BASE}/items/{code}/history", Listing[Version], {"known_at": known_at})


def find_items(name: str, *, as_of: date | None = None) -> Call[Listing[Found]]:
    """The items that had a name, as an old certificate bears it, on a day or on any."""
    return get(f"{BASE}/items/find", Listing[Found], {"name": name, "as_of": as_of})


def item_lineage(code: str) -> Call[dict[str, Any]]:
    """What an item comes from and goes on as."""
    return get(f"{BASE}/items/{code}/lineage", dict[str, Any])


def state_transition(code: str, window: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """State a cohort that still gets the national certificate for an item that was dropped (Art. 2)."""
    return create(f"{BASE}/items/{code}/transitions", dict[str, Any], window)


def list_transitions(code: str, *, as_of: date | None = None) -> Call[Listing[dict[str, Any]]]:
    return get(f"{BASE}/items/{code}/transitions", Listing[dict[str, Any]], {"as_of": as_of})


def track_for(code: str, *, enrolled_on: date, graduating_on: date) -> Call[Held]:
    """Which track decides the certificate of who was enrolled on one day and graduates on another (Art. 1, 2)."""
    return get(
        f"{BASE}/items/{code}/track", Held, {"enrolled_on": enrolled_on, "graduating_on": graduating_on}
    )
