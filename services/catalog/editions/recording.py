"""What publishing puts on record: versions of items, successions, standards of new items, and an event for each."""

from dataclasses import asdict
from typing import Any

from catalog.editions.domain import CAUSES, Change, Diff
from catalog.editions.models import Edition
from catalog.editions.provincial import ProvincialChange, ProvincialDiff, Succeeds
from catalog.items import repository as items
from catalog.items.domain import Item, Version
from catalog.standards import repository as standards
from catalog.standards.domain import national_standard
from common.events import Event
from common.events.catalog import Cause, ItemListed, ItemTrackChanged, ItemWithdrawn
from common.unit_of_work import UnitOfWork


async def change_list(uow: UnitOfWork, edition: Edition, diff: Diff) -> None:
    """New versions of what changed, standards for what is new, and an event for each of them."""
    changed = [change for change in diff.changes if change.makes_a_version]
    versions = [_version(change, edition) for change in changed]
    await items.add(uow.session, versions)
    for change, version in zip(changed, versions, strict=True):
        uow.say(_told(change.before, version))
    for change in diff.of("added"):
        standard = national_standard(change.item, valid_from=edition.effective_on)
        uow.say(standards.add(uow.session, standard, edition_id=edition.id, recorded_at=edition.recorded_at))


async def adjust_list(uow: UnitOfWork, edition: Edition, diff: ProvincialDiff) -> None:
    """New versions of what the province changed, what goes on as what, and an event for each of them."""
    changed = [change for change in diff.changes if change.kind != "kept"]
    versions = [
        Version(
            item=change.item,
            valid_from=edition.effective_on,
            edition_id=edition.id,
            cause=_provincial_cause(change),
            recorded_at=edition.recorded_at,
        )
        for change in changed
    ]
    await items.add(uow.session, versions)
    await items.add_successions(uow.session, (_succession(row, edition) for row in diff.successions))
    successors: dict[str, list[str]] = {}
    for row in diff.successions:
        successors.setdefault(row.from_code, []).append(row.to_code)
    for change, version in zip(changed, versions, strict=True):
        uow.say(_told_of_province(change, version, successors.get(change.item.code, [])))


def _succession(row: Succeeds, edition: Edition) -> dict[str, Any]:
    return asdict(row) | {
        "edition_id": edition.id,
        "valid_from": edition.effective_on,
        "recorded_at": edition.recorded_at,
    }


def _provincial_cause(change: ProvincialChange) -> Cause:
    is_renamed = change.before is not None and change.before.name != change.item.name
    return "renamed" if is_renamed and change.kind == "changed" else "imported"


def _told_of_province(change: ProvincialChange, version: Version, successors: list[str]) -> Event:
    item, before = version.item, change.before
    if change.kind == "withdrawn":
        return ItemWithdrawn(
            item_code=item.code,
            name=item.name,
            track=item.track,
            valid_from=version.valid_from,
            edition_id=version.edition_id,
            recorded_at=version.recorded_at,
            successors=tuple(successors),
        )
    return _told(before, version)


def _told(before: Item | None, version: Version) -> Event:
    """What is told of a version on the list; `before`: as the item stood until then."""
    is_moved = before is not None and before.is_listed and before.track != version.item.track
    return _track_changed(before, version) if before and is_moved else listed(version)


def listed(version: Version) -> ItemListed:
    item = version.item
    return ItemListed(
        item_code=item.code,
        name=item.name,
        track=item.track,
        levels=item.levels,
        admission_linked=item.admission_linked,
        valid_from=version.valid_from,
        edition_id=version.edition_id,
        cause=version.cause,
        recorded_at=version.recorded_at,
    )


def _version(change: Change, edition: Edition) -> Version:
    return Version(
        item=change.item,
        valid_from=edition.effective_on,
        edition_id=edition.id,
        cause=CAUSES[change.kind],
        recorded_at=edition.recorded_at,
    )


def _track_changed(before: Item, version: Version) -> ItemTrackChanged:
    item = version.item
    return ItemTrackChanged(
        item_code=item.code,
        name=item.name,
        from_track=before.track,
        track=item.track,
        levels=item.levels,
        valid_from=version.valid_from,
        edition_id=version.edition_id,
        cause=version.cause,
        recorded_at=version.recorded_at,
    )
