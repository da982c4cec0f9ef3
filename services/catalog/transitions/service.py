"""Use cases: state a transition window, show an item's windows, tell which track holds for a person (Art. 2)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.base import Turn, take_turn
from catalog.editions import repository as editions
from catalog.items import repository as items
from catalog.transitions import repository
from catalog.transitions.domain import Statement, check_window, counting
from catalog.transitions.models import TransitionWindow
from catalog.transitions.schemas import HeldOut, TransitionIn, TransitionOut
from common.errors import Bilingual, FieldError, NotFound, Violations
from common.events.catalog import TransitionPublished
from common.ids import uuid7
from common.schemas import Listing
from common.transitions import Window, track_for
from common.unit_of_work import UnitOfWork


async def state_window(
    uow: UnitOfWork, item_code: str, body: TransitionIn, *, stated_by: UUID, today: date
) -> tuple[TransitionOut, bool]:
    """Put a cohort's window on record; whether this request changed anything.

    Raises NotFound for an item or edition that is unknown, Violations.
    """
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_EDITION)
        edition = await editions.edition(uow.session, body.edition_id)
        if not await items.versions(uow.session, item_code):
            raise NotFound.of("item")
        window = Window(
            item_code=item_code,
            cohort=body.cohort,
            enrolled_from=body.enrolled_from,
            enrolled_before=body.enrolled_before or edition.published_on,
            opens_on=edition.effective_on,
            ends_on=body.ends_on,
        )
        was_dropped = item_code in {change["code"] for change in edition.diff["dropped"]}
        check_window(window, published_on=edition.published_on, was_dropped=was_dropped)
        statement = Statement(uuid7(), edition.id, window, body.basis, uow.clock.now())
        for known in counting(await repository.statements(uow.session, item_code)):
            if (known.subject, known.window, known.basis) == (statement.subject, window, body.basis):
                return TransitionOut.of(known, day=today), False
        _record(uow, statement, stated_by)
        answer = TransitionOut.of(statement, day=today)
        await uow.commit(answer)
    return answer, True


def _record(uow: UnitOfWork, statement: Statement, stated_by: UUID) -> None:
    window = statement.window
    said = {
        "item_code": window.item_code,
        "edition_id": statement.edition_id,
        "cohort": window.cohort,
        "enrolled_from": window.enrolled_from,
        "enrolled_before": window.enrolled_before,
        "opens_on": window.opens_on,
        "ends_on": window.ends_on,
        "basis": statement.basis,
        "recorded_at": statement.recorded_at,
    }
    uow.session.add(TransitionWindow(id=statement.id, recorded_by=stated_by, **said))
    uow.say(TransitionPublished.model_validate(said | {"transition_id": statement.id}))


async def list_windows(
    session: AsyncSession, item_code: str, *, day: date, known_at: datetime | None
) -> Listing[TransitionOut]:
    """An item's windows as they count, each with whether it is open on the day. Raises NotFound."""
    if not await items.versions(session, item_code):
        raise NotFound.of("item")
    found = counting(await repository.statements(session, item_code), known_at=known_at)
    return Listing.of([TransitionOut.of(statement, day=day) for statement in found], None)


async def track_of(
    session: AsyncSession,
    item_code: str,
    *,
    enrolled_on: date,
    graduating_on: date,
    known_at: datetime | None = None,
) -> HeldOut:
    """Which track holds for a person enrolled on one day and graduating on another. Raises NotFound, Violations."""
    if graduating_on < enrolled_on:
        raise Violations(
            [
                FieldError(
                    code="graduates-before-enrolled",
                    detail=Bilingual("毕业日期早于入学日期。", "The graduation lies before the enrolment."),
                    remedy=Bilingual("请核对两个日期。", "Check the two days."),
                    pointer="/graduating_on",
                    article="2",
                )
            ]
        )
    if not await items.versions(session, item_code):
        raise NotFound.of("item")
    span = await items.item_in_force(session, item_code, graduating_on, known_at=known_at)
    found = counting(await repository.statements(session, item_code), known_at=known_at)
    held = track_for(
        span.version.item.track if span else None,
        (statement.window for statement in found),
        enrolled_on=enrolled_on,
        graduating_on=graduating_on,
    )
    cohort = held.window.cohort if held.window else None
    return HeldOut(item_code=item_code, track=held.track, by_cohort=cohort)
