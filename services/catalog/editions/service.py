"""Use cases: publish editions of the national list and of the province's own part (Art. 3)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.base import Turn, take_turn
from catalog.editions import repository
from catalog.editions.content import ARTICLE, CodeBook
from catalog.editions.domain import Diff, compare
from catalog.editions.models import Edition
from catalog.editions.provincial import compare_provincial
from catalog.editions.recording import adjust_list, change_list
from catalog.editions.schemas import (
    AdjustmentIn,
    DiffOut,
    EditionIn,
    EditionSummary,
    PublicationOut,
)
from catalog.former_names import same_names
from catalog.items import repository as items
from catalog.items.lineage import Lineage
from catalog.occupations.domain import classification
from common.errors import Bilingual, RuleViolation, StateConflict
from common.events.catalog import EditionPublished
from common.ids import uuid7
from common.unit_of_work import UnitOfWork

MOST_SHOWN: Final = 100  # changes that a refusal lists


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


class ShownOtherwise(StateConflict):
    """What a dry run showed is what is published, or nothing."""

    article: ClassVar[str | None] = ARTICLE
    title: ClassVar[Bilingual] = Bilingual("与试算结果不符", "Not what the dry run showed")


class EmptiesTheList(RuleViolation):
    """An edition that takes everything off the national list is confirmed by the number of items it drops."""

    code: ClassVar[str] = "confirmation-required"
    article: ClassVar[str | None] = ARTICLE
    title: ClassVar[Bilingual] = Bilingual("须确认", "Confirmation required")


@dataclass(frozen=True, slots=True)
class Wish:
    """How an edition is to be published: only tried, as a dry run showed it, emptying the list on purpose."""

    dry_run: bool = False
    token: str | None = None
    confirm_dropped: int | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of publishing; `is_new` when this request put the edition on record."""

    answer: PublicationOut
    is_new: bool


async def publish_edition(
    uow: UnitOfWork, body: EditionIn, *, published_by: UUID, wish: Wish = Wish()
) -> Publication:
    """Put an edition in force and change the list by it, in one transaction (Art. 3).

    The very content of a published edition is answered with that edition and changes nothing; so does a dry run, which
    tells the difference. Raises Violations, EditionNameTaken, EditionOutOfOrder, ShownOtherwise, EmptiesTheList.
    """
    digest = _digest(body)
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_EDITION)
        known = await repository.with_content(uow.session, digest)
        if known is not None:
            return Publication(_published(known), is_new=False)
        listed = await items.newest(uow.session)
        diff = compare(body.content(), listed, _codes())
        _check_emptied(body, diff, wish)
        shown, token = DiffOut.of(diff), await _token(uow.session, digest)
        _check_shown(wish, token, shown)
        touched = {change.item.code for change in diff.changes if change.makes_a_version}
        await _check_place(uow.session, body, touched)
        if wish.dry_run:
            return Publication(PublicationOut(edition=None, diff=shown, token=token), is_new=False)
        edition = _record(uow, body, shown, digest=digest, published_by=published_by)
        await uow.session.flush()
        await change_list(uow, edition, diff)
        answer = _published(edition)
        await uow.commit(answer)
    return Publication(answer, is_new=True)


async def publish_adjustment(
    uow: UnitOfWork, body: AdjustmentIn, *, published_by: UUID, wish: Wish = Wish()
) -> Publication:
    """Put an edition of the province's own part in force: items added, changed, merged, split, withdrawn (Art. 3).

    The very content of a published edition changes nothing; so does a dry run. Raises what `publish_edition` does, and
    NationalListOnly.
    """
    digest = _digest(body)
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_EDITION)
        known = await repository.with_content(uow.session, digest)
        if known is not None:
            return Publication(_published(known), is_new=False)
        lineage = Lineage((row.from_code, row.to_code) for row in await items.successions(uow.session))
        diff = compare_provincial(
            body.content(),
            published_on=body.published_on,
            effective_on=body.effective_on,
            known=await items.newest(uow.session),
            codes=_codes(),
            ancestors=lineage.ancestors,
        )
        shown, token = DiffOut.of_province(diff), await _token(uow.session, digest)
        _check_shown(wish, token, shown)
        touched = {change.item.code for change in diff.changes if change.kind != "kept"}
        await _check_place(uow.session, body, touched)
        if wish.dry_run:
            return Publication(PublicationOut(edition=None, diff=shown, token=token), is_new=False)
        edition = _record(uow, body, shown, digest=digest, published_by=published_by)
        await uow.session.flush()
        await adjust_list(uow, edition, diff)
        answer = _published(edition)
        await uow.commit(answer)
    return Publication(answer, is_new=True)


def _digest(body: EditionIn | AdjustmentIn) -> bytes:
    return hashlib.sha256(body.model_dump_json().encode()).digest()


async def _token(session: AsyncSession, digest: bytes) -> str:
    """Names a content and the list that it is compared with: either one different, and the token is another."""
    stands = await items.last_recorded(session)
    return hashlib.sha256(digest + str(stands).encode()).hexdigest()[:32]


def _check_shown(wish: Wish, token: str, shown: DiffOut) -> None:
    if wish.token is None or wish.token == token:
        return
    raise ShownOtherwise(
        Bilingual(
            "内容或现行清单与试算时不同;请核对 changes 所列的变更,重新试算后再公布。",
            "The content, or the list, is not what the dry run saw; look at changes, run it dry again, then publish.",
        ),
        changes=tuple(
            f"{kind} {change.code}" for kind, changes in shown for change in changes if kind != "kept"
        )[:MOST_SHOWN],
    )


def _check_emptied(body: EditionIn, diff: Diff, wish: Wish) -> None:
    dropped = len(diff.of("dropped"))
    if body.items or wish.confirm_dropped == dropped:
        return
    raise EmptiesTheList(
        Bilingual(
            f"本版使全部 {dropped} 个项目退出国家目录;如属实,请以 confirm_dropped={dropped} 确认。",
            f"This takes all {dropped} items off the national list; if so, confirm it: confirm_dropped={dropped}.",
        ),
        dropped=dropped,
    )


async def _check_place(
    session: AsyncSession, body: EditionIn | AdjustmentIn, touched: Collection[str]
) -> None:
    """A name of its own, a day behind its kind's newest, and behind whatever is on record of the items it changes."""
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
    overtaken = sorted((await items.beginning_after(session, body.effective_on)).intersection(touched))
    if overtaken:
        raise EditionOutOfOrder(
            Bilingual(
                "所列项目自更晚的日期起已有另一版的规定;施行日期须不早于该日。",
                "Another edition already says how these items stand from a later day on; take effect then or after.",
            ),
            items=tuple(overtaken[:MOST_SHOWN]),
        )


def _codes() -> CodeBook:
    occupations = classification()
    return CodeBook(by_name=occupations.code_by_name, known=occupations.codes, same=same_names())


def _record(
    uow: UnitOfWork, body: EditionIn | AdjustmentIn, diff: DiffOut, *, digest: bytes, published_by: UUID
) -> Edition:
    content = body.model_dump(mode="json", include={"items", "lineage", "rows"})
    edition = Edition(
        id=uuid7(),
        kind=body.kind,
        name=body.name,
        published_on=body.published_on,
        effective_on=body.effective_on,
        entries=_entries(body),
        content={"items": [], "lineage": []} | content,
        content_sha256=digest,
        diff=diff.model_dump(mode="json"),
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


def _entries(body: EditionIn | AdjustmentIn) -> int:
    if isinstance(body, AdjustmentIn):
        return len(body.rows)
    return sum(len(item.entries) for item in body.items)


def _published(edition: Edition) -> PublicationOut:
    return PublicationOut(
        edition=EditionSummary.model_validate(edition), diff=DiffOut.model_validate(edition.diff)
    )
