"""Use case: find an item by a name it had, as a certificate of years ago bears it (Art. 2, 3)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.former_names import code_by_former_name, former_names_of
from catalog.items import repository
from catalog.items.domain import Span, Version, spans
from catalog.items.lineage import Lineage
from catalog.items.schemas import FoundOut, OccupationOut, PresentOut
from catalog.names import name_key
from catalog.occupations.domain import classification
from common.schemas import Listing

Way = Literal["name", "occupation"]


async def find_items(
    session: AsyncSession, name: str, *, day: date | None, known_at: datetime | None
) -> Listing[FoundOut]:
    """Items that had this name on the day (None: on any), with what each is today.

    When no item ever had the name, those are told whose occupation of the classification has it, or had it.
    """
    key = name_key(name)
    way: Way = "name"
    wanted = {key}
    codes = await repository.codes_named(session, wanted)
    if not codes:
        way, wanted = "occupation", _other_names(key)
        codes = await repository.codes_named(session, wanted)
    lineage = Lineage(
        (row.from_code, row.to_code)
        for row in await repository.successions(session)
        if known_at is None or row.recorded_at <= known_at
    )
    found = []
    for code in codes:
        versions = _known(await repository.versions(session, code), known_at)
        held = [*_named(spans(versions), wanted, day)]
        if held:
            present = [await _present(session, end, known_at) for end in sorted(lineage.present(code))]
            found += [_found(span, way, present) for span in held]
    return Listing.of(found, None)


def _other_names(key: str) -> set[str]:
    """What else the occupation of this name is or was called."""
    occupations = classification()
    code = occupations.code_by_name.get(key) or code_by_former_name().get(key)
    if code is None:
        return set()
    names = (
        *former_names_of().get(code, ()),
        *(one.name for one in occupations.occupations if one.code == code),
    )
    return {name_key(name) for name in names}


def _known(versions: Sequence[Version], known_at: datetime | None) -> list[Version]:
    return [version for version in versions if known_at is None or version.recorded_at <= known_at]


def _named(held: Iterable[Span], keys: set[str], day: date | None) -> Iterator[Span]:
    """The time in which an item had one of the names: versions that follow on under it are told as one."""
    run: Span | None = None
    for span in held:
        is_so = span.version.item.is_listed and name_key(span.version.item.name) in keys
        if is_so and day is not None:
            is_so = span.version.valid_from <= day and (span.valid_to is None or day <= span.valid_to)
        if is_so:
            run = span if run is None else Span(run.version, span.valid_to)
        elif run is not None:
            yield run
            run = None
    if run is not None:
        yield run


async def _present(session: AsyncSession, code: str, known_at: datetime | None) -> PresentOut:
    """An item in its last version."""
    *_, last = spans(_known(await repository.versions(session, code), known_at))
    item = last.version.item
    return PresentOut(code=code, name=item.name, track=item.track, is_listed=item.is_listed)


def _found(span: Span, way: Way, present: list[PresentOut]) -> FoundOut:
    item = span.version.item
    return FoundOut(
        code=item.code,
        name=item.name,
        found_by=way,
        valid_from=span.version.valid_from,
        valid_to=span.valid_to,
        occupation=_occupation(item.code, item.name),
        present=present,
    )


def _occupation(code: str, name: str) -> OccupationOut | None:
    """The occupation of the classification that an item of this name is, by its code or by its former names."""
    occupations = classification()
    known = code if code in occupations.codes else code_by_former_name().get(name_key(name))
    found = next((one for one in occupations.occupations if one.code == known), None)
    return OccupationOut(code=found.code, name=found.name) if found else None
