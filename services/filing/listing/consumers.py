"""What filing takes in from the catalog. Every handler may meet its event again: it writes the same row."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from common.events import Event
from common.events.catalog import ItemListed, ItemTrackChanged, StandardInForce
from common.unit_of_work import UnitOfWork
from filing.listing.models import ItemVersion, StandardFact


async def on_item_version(uow: UnitOfWork, event: ItemListed | ItemTrackChanged) -> None:
    """A new version of an item; told twice for one day, the later word counts."""
    version = {"name": event.name, "track": event.track, "levels": list(event.levels)}
    await uow.session.execute(
        insert(ItemVersion)
        .values(item_code=event.item_code, valid_from=event.valid_from, **version)
        .on_conflict_do_update(index_elements=["item_code", "valid_from"], set_=version)
    )


async def on_standard_in_force(uow: UnitOfWork, event: StandardInForce) -> None:
    """A standard that plans may name, or its validity told anew."""
    row = {
        "name": event.name,
        "kind": event.kind,
        "item_code": event.item_code,
        "levels": list(event.levels),
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
    }
    await uow.session.execute(
        insert(StandardFact)
        .values(standard_id=event.standard_id, **row)
        .on_conflict_do_update(index_elements=["standard_id"], set_=row)
    )


HANDLERS: dict[type[Event], Any] = {
    ItemListed: on_item_version,
    ItemTrackChanged: on_item_version,
    StandardInForce: on_standard_in_force,
}
