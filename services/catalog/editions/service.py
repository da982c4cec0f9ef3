"""Use cases: publish an edition of the national list, show editions and what they changed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.base import Turn, take_turn
from catalog.editions import repository
from catalog.editions.domain import ARTICLE, CAUSES, Change, CodeBook, Diff, compare
from catalog.editions.models import Edition
from catalog.editions.schemas import (
    DiffOut,
    EditionIn,
    EditionItemOut,
    EditionOut,
    EditionSummary,
    PublicationOut,
    SuccessionOut,
)
from catalog.items import repository as items
from catalog.items.domain import Version
from catalog.occupations.domain import classification
from catalog.standards import repository as standards
from catalog.standards.domain import national_standard
from common.errors import Bilingual, NotFound, StateConflict
from common.events import Event
from common.events.catalog import EditionPublished, ItemListed, ItemTrackChanged
from common.ids import uuid7
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork


class EditionNameTaken(StateConflict):
    """One name, one edition: what was published is not published anew with other content."""

    code: ClassVar[str] = "edition-name-taken"
    article: ClassVar[str | None] = ARTICLE
    title: ClassVar[Bilingual] = Bilingual("同名目录已公布", "Edition of this name published")


class EditionOutOfOrder(StateConflict):
    """Editions follow one another: each is compared with the list that the one before left."""

    code: ClassVar[str] = "edition-out-of-order"
    article: ClassVar[str | None] = ARTICLE
    title: ClassVar[Bilingual] = Bilingual("目录施行日期不在其后", "Edition out of order")


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of publishing; `is_new` when this request put the edition on record."""

    answer: PublicationOut
    is_new: bool


async def publish_edition(
    uow: UnitOfWork, body: EditionIn, *, published_by: UUID, dry_run: bool = False
) -> Publication:
    """Put an edition in force and change the list by it, in one transaction (Art. 3).

    The very content of a published edition is answered with that edition and changes nothing; so does `dry_run`, which
    tells the difference. Raises Violations, EditionNameTaken, EditionOutOfOrder.
    """
    digest = hashlib.sha256(body.model_dump_json().encode()).digest()
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_EDITION)
        known = await repository.with_content(uow.session, digest)
        if known is not None:
            return Publication(_published(known), is_new=False)
        await _check_place(uow.session, body)
        diff = await _compared(uow.session, body)
        if dry_run:
            return Publication(PublicationOut(edition=None, diff=DiffOut.of(diff)), is_new=False)
        edition = _record(uow, body, diff, digest=digest, published_by=published_by)
        await uow.session.flush()
        _change_list(uow, edition, diff)
        answer = _published(edition)
        await uow.commit(answer)
    return Publication(answer, is_new=True)


async def _check_place(session: AsyncSession, body: EditionIn) -> None:
    if await repository.with_name(session, body.kind, body.name):
        raise EditionNameTaken(
            Bilingual(
                "同名目录已以其他内容公布;请核对名称,或以新的名称公布新版。",
                "An edition of this name was published with other content; check it, or give the new one another.",
            )
        )
    newest = await repository.newest(session, body.kind)
    if newest is not None and body.effective_on <= newest.effective_on:
        raise EditionOutOfOrder(
            Bilingual(
                f"最近一版自 {newest.effective_on} 起施行;新版的施行日期须在其后。",
                f"The newest edition takes effect on {newest.effective_on}; another one has to follow it.",
            ),
            newest_effective_on=newest.effective_on,
        )


async def _compared(session: AsyncSession, body: EditionIn) -> Diff:
    occupations = classification()
    codes = CodeBook(by_name=occupations.code_by_name, known=occupations.codes)
    return compare(body.content(), await items.newest(session), codes)


def _record(uow: UnitOfWork, body: EditionIn, diff: Diff, *, digest: bytes, published_by: UUID) -> Edition:
    edition = Edition(
        id=uuid7(),
        kind=body.kind,
        name=body.name,
        published_on=body.published_on,
        effective_on=body.effective_on,
        entries=sum(len(item.entries) for item in body.items),
        content=body.model_dump(mode="json", include={"items", "lineage"}),
        content_sha256=digest,
        diff=DiffOut.of(diff).model_dump(mode="json"),
        recorded_at=uow.clock.now(),
        recorded_by=published_by,
    )
    uow.session.add(edition)
    uow.say(
        EditionPublished(
            edition_id=edition.id,
            name=edition.name,
            kind=body.kind,
            published_on=edition.published_on,
            effective_on=edition.effective_on,
            entries=edition.entries,
        )
    )
    return edition


def _change_list(uow: UnitOfWork, edition: Edition, diff: Diff) -> None:
    """New versions of what changed, standards for what is new, and an event for each of them."""
    changed = [change for change in diff.changes if change.makes_a_version]
    items.add(uow.session, _versions(changed, edition, recorded_at=edition.recorded_at))
    for change in changed:
        uow.say(_told(change, edition))
    for change in diff.of("added"):
        standard = national_standard(change.item, valid_from=edition.effective_on)
        uow.say(standards.add(uow.session, standard, edition_id=edition.id, recorded_at=edition.recorded_at))


def _versions(changed: Iterable[Change], edition: Edition, *, recorded_at: datetime) -> Iterable[Version]:
    for change in changed:
        yield Version(
            item=change.item,
            valid_from=edition.effective_on,
            edition_id=edition.id,
            cause=CAUSES[change.kind],
            recorded_at=recorded_at,
        )


def _told(change: Change, edition: Edition) -> Event:
    item, before = change.item, change.before
    if before is not None and change.changes_track:
        return ItemTrackChanged(
            item_code=item.code,
            name=item.name,
            from_track=before.track,
            track=item.track,
            levels=item.levels,
            valid_from=edition.effective_on,
            edition_id=edition.id,
            cause=CAUSES[change.kind],
        )
    return ItemListed(
        item_code=item.code,
        name=item.name,
        track=item.track,
        levels=item.levels,
        admission_linked=item.admission_linked,
        valid_from=edition.effective_on,
        edition_id=edition.id,
        cause=CAUSES[change.kind],
    )


async def list_editions(session: AsyncSession, page: Page) -> Listing[EditionSummary]:
    """Published editions, the newest first."""
    before: date | None = page.after[0] if page.after else None
    rows = await repository.listed(session, before=before, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row.effective_on,))
    return Listing.of([EditionSummary.model_validate(row) for row in kept], cursor)


async def read_edition(session: AsyncSession, edition_id: UUID) -> EditionOut:
    """An edition as it was published. Raises NotFound."""
    edition = await _edition(session, edition_id)
    return EditionOut(
        **EditionSummary.model_validate(edition).model_dump(),
        items=[EditionItemOut.model_validate(item) for item in edition.content["items"]],
        lineage=[SuccessionOut.model_validate(row) for row in edition.content["lineage"]],
    )


async def read_diff(session: AsyncSession, edition_id: UUID) -> DiffOut:
    """What an edition changed. Raises NotFound."""
    return DiffOut.model_validate((await _edition(session, edition_id)).diff)


async def _edition(session: AsyncSession, edition_id: UUID) -> Edition:
    edition = await session.get(Edition, edition_id)
    if edition is None:
        raise NotFound.of("edition")
    return edition


def _published(edition: Edition) -> PublicationOut:
    return PublicationOut(
        edition=EditionSummary.model_validate(edition), diff=DiffOut.model_validate(edition.diff)
    )
