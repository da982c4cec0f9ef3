"""Use cases: answer a question, with how its figures stand; publish a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from audit.statistics import repository
from audit.statistics.answer import Answer, Row, answer
from audit.statistics.dimensions import Dimension, month_of
from audit.statistics.lineage import led_on
from audit.statistics.models import LIVE, CellRow, Publication, StatisticsCursor
from audit.statistics.question import FIRST_MONTH, Question
from audit.statistics.schemas import (
    MonthOut,
    NoteOut,
    PublicationIn,
    PublicationOut,
    RowOut,
    StatisticsOut,
    month_text,
)
from audit.statistics.worker import TURN, behind
from common.auth import Caller
from common.errors import Bilingual, Forbidden, RuleViolation, StateConflict
from common.events.audit import StatisticsPublished
from common.grades import Grade
from common.platform import Platform
from common.regions import regions
from common.unit_of_work import UnitOfWork


class NotPublished(Forbidden):
    """The public sees months that were published; staff see all of their region."""

    article = "19"

    def __init__(self, published: str) -> None:
        super().__init__(
            Bilingual(
                f"所查月份尚未公布；已公布：{published}。工作人员请使用 /statistics/live。",
                f"The months asked for are not published yet. Published: {published}. Staff ask /statistics/live.",
            )
        )


class MonthNotOver(RuleViolation):
    """A month is published when it is over."""

    code, article = "month-not-over", "19"
    title = Bilingual("月份尚未结束", "Month not over")


class NothingChanged(StateConflict):
    """A month is published again only when its figures have changed."""

    code, article = "nothing-to-publish", "19"
    title = Bilingual("没有可公布的变化", "Nothing to publish")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with who asks it: the public, or staff within their regions (None: the whole province)."""

    question: Question
    within: Sequence[str] | None = None
    for_public: bool = True
    year_on_year: bool = False
    lineage: bool = False
    order: str | None = None
    limit: int | None = None


def regions_of(caller: Caller, asked: Mapping[Dimension, str]) -> list[str] | None:
    """The counties whose figures a member of staff may ask for. Raises Forbidden for those of others."""
    if caller.role == "authority" and caller.region is None:
        return None
    named = [code for name in ("region", "city") for code in asked.get(name, "").split(",") if code]
    if not all(caller.sees_region(code) for code in named):
        raise Forbidden(
            Bilingual(
                "只能查询本辖区未公布的统计数据。",
                "Unpublished figures are for the staff of their region only.",
            )
        )
    return [code for code in regions() if caller.sees_region(code)]


async def answer_question(session: AsyncSession, asked: Asked, *, platform: Platform) -> StatisticsOut:
    """The figures with how they stand. Raises NotPublished."""
    question, published = asked.question, await repository.last_publications(session)
    if asked.for_public:
        question = _of_published(question, published)
    found, notes = await _answered(session, question, asked)
    before = await _year_before(session, question, asked) if asked.year_on_year else None
    rows = [_row_out(question, row, before) for row in _ordered(found.rows, asked)]
    if before is not None and not before:
        notes.append(_NO_YEAR_BEFORE)
    as_of, complete = await _as_of(session, platform)
    if not complete:
        notes.append(_BEHIND)
    changes = await repository.changes_of(session)
    return StatisticsOut(
        measures=question.measures,
        by=question.by,
        first_month=month_text(question.first),
        last_month=month_text(question.last),
        rows=tuple(rows),
        total=_row_out(replace(question, by=()), found.total, None),
        as_of=as_of,
        complete=complete,
        months=_months(question, published, {} if asked.for_public else changes),
        names=await _names(session, question, found.rows),
        notes=tuple(notes),
    )


def _of_published(question: Question, published: Mapping[date, Publication]) -> Question:
    """The same question, where it left months open of those that are published. Raises NotPublished."""
    first, last = min(published, default=None), max(published, default=None)
    asked_first = first if question.first == FIRST_MONTH else question.first
    asked_last = last if question.is_open_ended else question.last
    if first is None or last is None or asked_first is None or asked_last is None:
        if asked_first is None and asked_last is None:
            return question
        raise NotPublished("—")
    if asked_first not in published or asked_last not in published:
        raise NotPublished(f"{month_text(first)}…{month_text(last)}")
    return replace(question, first=asked_first, last=asked_last)


async def _answered(session: AsyncSession, question: Question, asked: Asked) -> tuple[Answer, list[NoteOut]]:
    table = await repository.table_of(session, question, within=asked.within, published=asked.for_public)
    notes: list[NoteOut] = []
    if asked.lineage and "item" in question.table:
        place = question.table.index("item")
        names = await repository.occupations(session, sorted({key[place] for key in table}))
        table, moved = led_on(table, place, {code: tuple(row.successors) for code, row in names.items()})
        notes += [_led_on(old, new) for old, new in moved.items()]
    return answer(question, table, for_public=asked.for_public), notes


async def _year_before(session: AsyncSession, question: Question, asked: Asked) -> dict[tuple[str, ...], Row]:
    earlier = replace(question, first=_earlier(question.first), last=_earlier(question.last))
    found, _ = await _answered(session, earlier, asked)
    place = question.by.index("month") if "month" in question.by else None
    return {_a_year_on(row.key, place): row for row in found.rows}


def _a_year_on(key: tuple[str, ...], place: int | None) -> tuple[str, ...]:
    if place is None:
        return key
    year, _, month = key[place].partition("-")
    return (*key[:place], f"{int(year) + 1}-{month}", *key[place + 1 :])


def _earlier(month: date) -> date:
    return month.replace(year=month.year - 1)


def _ordered(rows: Sequence[Row], asked: Asked) -> list[Row]:
    """By key, or by a measure with ties in the order of their keys; the first so many."""
    ordered = list(rows)
    if asked.order is not None:
        measure, descends = asked.order.removeprefix("-"), asked.order.startswith("-")

        def place(row: Row) -> tuple[bool, float]:
            value = next(
                (float(v) for name, v in row.values.items() if name == measure and v is not None), None
            )
            return value is None, (-(value or 0) if descends else value or 0)

        ordered.sort(key=place)
    return ordered[: asked.limit]


def _row_out(question: Question, row: Row, before: Mapping[tuple[str, ...], Row] | None) -> RowOut:
    earlier = None if before is None else before.get(row.key)
    return RowOut(
        by=dict(zip(question.by, row.key, strict=True)),
        values=dict(row.values),
        hidden=row.hidden,
        previous=None if earlier is None else dict(earlier.values),
    )


def _months(
    question: Question, published: Mapping[date, Publication], changes: Mapping[date, datetime]
) -> tuple[MonthOut, ...]:
    known = sorted(
        month for month in published.keys() | changes.keys() if question.first <= month <= question.last
    )
    return tuple(
        MonthOut(
            month=month_text(month),
            edition=found.edition if found else None,
            published_at=found.published_at if found else None,
            revised=bool(
                found and (found.edition > 1 or (month in changes and changes[month] > found.published_at))
            ),
        )
        for month in known
        for found in [published.get(month)]
    )


async def _as_of(session: AsyncSession, platform: Platform) -> tuple[datetime | None, bool]:
    """Until when all that was received is counted: now, unless something waits or a sister cannot be followed."""
    waiting = await behind(session)
    last = await session.scalar(select(func.max(StatisticsCursor.time)))
    stopped = [
        name
        for name, check in platform.checks.items()
        if name.startswith("follower") and await check(platform)
    ]
    complete = not stopped and not any(waiting.values())
    return (platform.clock.now() if complete else last), complete


async def _names(
    session: AsyncSession, question: Question, rows: Sequence[Row]
) -> dict[Dimension, dict[str, str]]:
    """What the codes of the answer are called."""
    names: dict[Dimension, dict[str, str]] = {}
    for place, dimension in enumerate(question.by):
        codes = sorted({row.key[place] for row in rows})
        match dimension:
            case "region" | "city":
                known = regions()
                names[dimension] = {code: known[code].name for code in codes if code in known}
            case "item":
                found = await repository.occupations(session, codes)
                names[dimension] = {code: row.name for code, row in found.items()}
            case "organisation":
                names[dimension] = await repository.organisations(session, codes)
            case "level":
                names[dimension] = {code: Grade(int(code)).zh for code in codes if code.isdigit()}
    return names


async def publish_month(
    uow: UnitOfWork, body: PublicationIn, *, caller: Caller, today: date
) -> PublicationOut:
    """Keep a month's figures as they are now, for the public. Raises MonthNotOver, NothingChanged."""
    month = date.fromisoformat(f"{body.month}-01")
    if month >= month_of(today):
        raise MonthNotOver(
            Bilingual("月份结束后方可公布。", "A month is published when it is over."), last_month=body.month
        )
    async with uow:
        await uow.session.execute(text(TURN))
        published = await repository.last_publications(uow.session)
        changes = await repository.changes_of(uow.session)
        before = published.get(month)
        if before is not None and changes.get(month, before.published_at) <= before.published_at:
            raise NothingChanged(
                Bilingual(
                    "该月数据自上次公布后没有变化。", "Nothing has changed since it was last published."
                )
            )
        row = Publication(
            month=month,
            edition=1 if before is None else before.edition + 1,
            position=(await uow.session.scalar(select(func.max(Publication.position))) or 0) + 1,
            note=body.note,
            published_at=uow.clock.now(),
            published_by=caller.account_id,
        )
        uow.session.add(row)
        await _keep_as_published(uow.session, row)
        uow.say(
            StatisticsPublished(
                month=month, edition=row.edition, note=row.note, published_at=row.published_at
            )
        )
        answer_ = published_out(row)
        await uow.commit(answer_)
    return answer_


async def _keep_as_published(session: AsyncSession, row: Publication) -> None:
    columns = [column for column in CellRow.__table__.columns if column.name != "edition"]
    live = select(literal(row.edition), *columns).where(CellRow.edition == LIVE, CellRow.month == row.month)
    await session.execute(
        insert(CellRow).from_select(["edition", *(column.name for column in columns)], live)
    )


def published_out(row: Publication) -> PublicationOut:
    return PublicationOut(
        position=row.position,
        month=month_text(row.month),
        edition=row.edition,
        note=row.note,
        published_at=row.published_at,
    )


def _led_on(old: str, new: str) -> NoteOut:
    return NoteOut(
        code="occupation-led-on",
        detail_zh=f"{old} 已更名或并入 {new}，按后者统计。",
        detail_en=f"{old} was renamed or merged: it is counted as {new}.",
    )


_NO_YEAR_BEFORE: Final = NoteOut(
    code="no-year-before",
    detail_zh="上年同期没有数据，同比为空。",
    detail_en="There are no figures of the year before: comparisons are null.",
)
_BEHIND: Final = NoteOut(
    code="not-complete",
    detail_zh="部分事实尚未收到或尚未计入，数据以 as_of 所示时刻为准。",
    detail_en="Some facts have not arrived or are not counted yet: the figures are those of `as_of`.",
)
