"""PURE: the sittings of a plan: within its days, seats for everybody, nothing booked twice (Art. 18(2))."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from common.errors import Bilingual, FieldError
from filing.plans.rules.draft import Assessment, Circumstances, Draft, PlannedSession, problem
from filing.plans.rules.kinds import KINDS

LONGEST_SESSION: Final = timedelta(hours=24)


def session_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """Each sitting by itself, then all of them together, then against the plans of others."""
    if not draft.sessions:
        if KINDS[draft.kind].with_sessions:
            yield problem(
                "/sessions",
                "sessions-missing",
                "18(2)",
                Bilingual("方案没有考场安排。", "The plan names no session."),
                Bilingual(
                    "请为每个职业等级填写场次、考场、起止时间和座位数。",
                    "Give at least one session of each item and level: room, times, seats.",
                ),
            )
        return
    for index, session in enumerate(draft.sessions):
        yield from _one(f"/sessions/{index}", session, draft)
    yield from _room_twice(draft)
    yield from _too_few_seats(draft)
    yield from map(_taken, known.taken)


def _one(at: str, session: PlannedSession, draft: Draft) -> Iterator[FieldError]:
    if (session.item_code, session.level) not in {(item.code, item.level) for item in draft.items}:
        yield problem(
            f"{at}/item_code",
            "session-item",
            "18(2)",
            Bilingual("方案中没有此场次的职业等级。", "The plan has no such item at this level."),
            Bilingual("请填写方案所列的职业和等级。", "Name an item and level of the plan."),
        )
    first, last = session.starts_at.date(), session.ends_at.date()
    if not timedelta(0) < session.ends_at - session.starts_at <= LONGEST_SESSION:
        yield problem(
            f"{at}/ends_at",
            "session-length",
            "18(2)",
            Bilingual("场次须在开始后 24 小时内结束。", "A session ends after it begins, within 24 hours."),
            Bilingual("请更正起止时间。", "Mend its times."),
        )
    elif first < draft.starts_on or last > draft.ends_on:
        yield problem(
            f"{at}/starts_at",
            "session-outside",
            "18(1)",
            Bilingual("场次不在评价期间内。", "The session lies outside the days of the evaluation."),
            Bilingual(
                f"请安排在 {draft.starts_on} 至 {draft.ends_on} 之间。",
                f"Let it lie between {draft.starts_on} and {draft.ends_on}.",
            ),
        )


def _room_twice(draft: Draft) -> Iterator[FieldError]:
    """The same room of the plan's site for two sittings at one time."""
    for index, session in enumerate(draft.sessions):
        if any(overlap(session, other) and room(session) == room(other) for other in draft.sessions[:index]):
            yield problem(
                f"/sessions/{index}/room",
                "room-twice",
                "18(2)",
                Bilingual("同一考场同一时间安排了两场。", "One room holds two sessions at one time."),
                Bilingual("请更换考场或时间。", "Choose another room or time."),
            )


def _too_few_seats(draft: Draft) -> Iterator[FieldError]:
    for index, item in enumerate(draft.items):
        mine = [one.seats for one in draft.sessions if (one.item_code, one.level) == (item.code, item.level)]
        if sum(mine) < item.headcount:
            yield problem(
                f"/items/{index}/headcount",
                "seats-short",
                "18(2)",
                Bilingual(
                    f"该职业等级各场次共有 {sum(mine)} 个座位,少于预计人数。",
                    f"The sessions of this item and level have {sum(mine)} seats, fewer than candidates expected.",
                ),
                Bilingual("请增加场次或座位。", "Add sessions or seats."),
            )


def booked_elsewhere(pointers: tuple[str, ...], day: date) -> Assessment:
    """What is told of a plan that another one was quicker than."""
    return Assessment(
        tuple(map(_taken, pointers)), last_filing_day=day, earliest_start=day, provisional=False
    )


def _taken(pointer: str) -> FieldError:
    """Whose the other plan is stays untold."""
    return problem(
        pointer,
        "double-booked",
        "18(2)",
        Bilingual(
            "该考场或考评员在此时间已被另一方案占用。",
            "Another plan has this room, or this examiner, at that time.",
        ),
        Bilingual("请更换考场、考评员或时间。", "Choose another room, another examiner, or another time."),
    )


def overlap(one: PlannedSession, other: PlannedSession) -> bool:
    """Whether two sittings share an instant; one may begin when the other ends."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def room(session: PlannedSession) -> str:
    """A room's name whatever its spacing."""
    return "".join(session.room.split()).casefold()
