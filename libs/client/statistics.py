"""Calls to audit's statistics: published figures for everyone, figures as they stand for staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from client.calls import Call, create, download, get
from client.shapes import Listing, Shape

BASE = "/audit/v1/statistics"


class Row(Shape):
    """A line: the value of each dimension, and the figures; hidden: too few people stand behind it."""

    by: dict[str, str]
    values: dict[str, int | str | None]
    hidden: bool = False
    previous: dict[str, int | str | None] | None = None


class Statistics(Shape):
    """Figures, and how they stand."""

    rows: tuple[Row, ...]
    total: Row
    as_of: datetime | None = None
    complete: bool
    names: dict[str, dict[str, str]] = Field(default_factory=dict)


class Publication(Shape):
    position: int
    month: str
    edition: int


class Export(Shape):
    """A table on its way to a file; `file`: where it is once it is ready."""

    id: str
    state: str
    file: str | None = None


def statistics(
    *,
    by: Sequence[str] = (),
    measures: Sequence[str] = ("certificates",),
    first: str | None = None,
    last: str | None = None,
    live: bool = False,
    **where: str,
) -> Call[Statistics]:
    """Figures by at most four dimensions over whole months (`2026-01`); `where`: codes by dimension.

    `live`: as they stand now, for staff, of their region; else as published.
    """
    query = _query(by, measures, first, last) | where
    return get(f"{BASE}/live" if live else BASE, Statistics, query)


def sheet(
    *,
    form: str,
    by: Sequence[str] = (),
    measures: Sequence[str] = ("certificates",),
    first: str | None = None,
    last: str | None = None,
    live: bool = False,
) -> Call[bytes]:
    """The same as a sheet: `csv` or `xlsx`."""
    query = _query(by, measures, first, last) | {"format": form}
    return download(f"{BASE}/live" if live else BASE, query)


def chart(*, by: Sequence[str], title: str) -> Call[bytes]:
    """Published figures as bars in SVG."""
    return download(f"{BASE}/chart.svg", {"by": ",".join(by), "title": title})


def publications(*, after: int = 0) -> Call[Listing[Publication]]:
    """What was published after a position: fetch those months anew."""
    return get(f"{BASE}/changes", Listing[Publication], {"after": after})


def publish(month: str, *, note: str | None = None) -> Call[Publication]:
    """Publish a month (`2026-03`) as its figures are now."""
    return create(f"{BASE}/publications", Publication, {"month": month, "note": note})


def ask_for_file(*, by: Sequence[str], measures: Sequence[str] = ("certificates",)) -> Call[Export]:
    """A table of any size as a CSV file, made in the background."""
    return create(f"{BASE}/exports", Export, query=_query(by, measures, None, None))


def read_export(export_id: str) -> Call[Export]:
    return get(f"{BASE}/exports/{export_id}", Export)


def _query(by: Sequence[str], measures: Sequence[str], first: str | None, last: str | None) -> dict[str, Any]:
    return {"by": ",".join(by) or None, "measure": ",".join(measures), "from": first, "to": last}
