"""PURE: what a plan needs for its sessions, and when."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from filing.plans.rules.draft import Draft
from filing.plans.rules.sessions import room


@dataclass(frozen=True, slots=True)
class Booking:
    """A room or an examiner from one instant to another; `pointer`: where the plan names it."""

    pointer: str
    resource: str
    starts_at: datetime
    ends_at: datetime


def bookings(draft: Draft) -> tuple[Booking, ...]:
    """Each room for its session, and the whole team through all of them; in one order, so that nobody waits in a ring.

    A place is known by county, address and room, whatever organisation names it. Sessions that make no sense are
    refused elsewhere and book nothing.
    """
    sound = [one for one in draft.sessions if one.starts_at < one.ends_at]
    spans = tuple(_merged((one.starts_at, one.ends_at) for one in sound))
    found = [
        Booking(
            f"/examiners/{index}/card_number",
            f"examiner:{examiner.card_number}",
            starts_at,
            ends_at,
        )
        for index, examiner in enumerate(draft.examiners)
        for starts_at, ends_at in spans
    ]
    place = "".join(unicodedata.normalize("NFKC", draft.address).split()).casefold()
    found += [
        Booking(
            f"/sessions/{index}/room",
            f"room:{draft.region}:{place}:{room(one)}",
            one.starts_at,
            one.ends_at,
        )
        for index, one in enumerate(draft.sessions)
        if one.starts_at < one.ends_at
    ]
    return tuple(sorted(found, key=lambda one: (one.resource, one.starts_at)))


def _merged(spans: Iterator[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Spans that overlap, as one."""
    last: tuple[datetime, datetime] | None = None
    for begin, end in sorted(spans):
        if last is not None and begin < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (begin, end)
    if last is not None:
        yield last
