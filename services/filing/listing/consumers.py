"""What filing takes in from the catalog. Every handler may meet its event again: it writes the same row."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert

from common.events import Event
from common.events.catalog import ItemListed, ItemTrackChanged, ItemWithdrawn, StandardInForce
from common.unit_of_work import UnitOfWork
from filing.listing.models import ItemVersion, StandardFact

UNTOLD: Final = datetime(
    1970, 1, 1, tzinfo=UTC
)  # events of the first release do not say when they were recorded


async def on_item_version(uow: UnitOfWork, event: ItemListed | ItemTrackChanged) -> None:
    """A new version of an item, or a correction of one, which stands beside it: nothing is overwritten."""
    await _keep(uow, event, levels=list(event.levels), cause=event.cause, is_listed=True)


async def on_item_withdrawn(uow: UnitOfWork, event: ItemWithdrawn) -> None:
    """The item is off the list from its day on (Art. 3); it may come back."""
    await _keep(uow, event, levels=[], cause="withdrawn", is_listed=False)


async def _keep(uow: UnitOfWork, event: ItemListed | ItemTrackChanged | ItemWithdrawn, **said: Any) -> None:
    version = {"name": event.name, "track": event.track, "edition_id": event.edition_id, **said}
    await uow.session.execute(
        insert(ItemVersion)
        .values(
            item_code=event.item_code,
            valid_from=event.valid_from,
            recorded_at=event.recorded_at or UNTOLD,
            **version,
        )
        .on_conflict_do_update(index_elements=["item_code", "valid_from", "recorded_at"], set_=version)
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
        "scope": event.scope.model_dump(mode="json") if event.scope else None,
    }
    await uow.session.execute(
        insert(StandardFact)
        .values(standard_id=event.standard_id, **row)
        .on_conflict_do_update(index_elements=["standard_id"], set_=row)
    )


HANDLERS: dict[type[Event], Any] = {
    ItemListed: on_item_version,
    ItemTrackChanged: on_item_version,
    ItemWithdrawn: on_item_withdrawn,
    StandardInForce: on_standard_in_force,
}
