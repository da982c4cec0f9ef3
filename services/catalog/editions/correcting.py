"""Use case: correct what an edition said of an item (decision record 20)."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from catalog.base import Turn, take_turn
from catalog.editions import repository
from catalog.editions.models import Correction
from catalog.editions.recording import listed
from catalog.editions.schemas import CorrectionIn, CorrectionOut
from catalog.items import repository as items
from catalog.items.domain import Item, Version, carried_on
from common.errors import NotFound
from common.ids import uuid7
from common.unit_of_work import UnitOfWork


async def correct_edition(
    uow: UnitOfWork, edition_id: UUID, body: CorrectionIn, *, corrected_by: UUID
) -> tuple[CorrectionOut, bool]:
    """Put on record what an edition should have said of an item; whether this request changed anything.

    It counts from the edition's day on, for whoever decides from now on, also where the list only repeated the mistake
    when a later edition dropped the item. What was recorded before stays as it was and is answered to `known_at`.
    Raises NotFound, AdmissionForNationalOnly.
    """
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_EDITION)
        edition = await repository.edition(uow.session, edition_id)
        span = await items.item_in_force(uow.session, body.item_code, edition.effective_on)
        if span is None:
            raise NotFound.of("item")
        before, after = span.version.item, body.applied_to(span.version.item)
        correction = Correction(
            id=uuid7(),
            edition_id=edition.id,
            item_code=before.code,
            valid_from=edition.effective_on,
            reason=body.reason,
            before=_plain(before),
            after=_plain(after),
            recorded_at=uow.clock.now(),
            recorded_by=corrected_by,
        )
        if before == after:
            told = CorrectionOut.model_validate(correction)
            return told.model_copy(update={"id": None}), False
        uow.session.add(correction)
        version = Version(after, edition.effective_on, edition.id, "corrected", correction.recorded_at)
        repeated = carried_on(await items.versions(uow.session, before.code), before, version)
        await items.add(uow.session, [version, *repeated])
        for one in (version, *repeated):
            uow.say(listed(one))
        answer = CorrectionOut.model_validate(correction)
        await uow.commit(answer)
    return answer, True


def _plain(item: Item) -> dict[str, Any]:
    return asdict(item) | {"levels": list(item.levels)}
