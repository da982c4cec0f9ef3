"""The lives of keys: a list for staff, and alarms 30, 7 and 1 days before an end, each told once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from prometheus_client import Gauge
from sqlalchemy import Label, Subquery, Text, cast, func, literal, null, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from certificate.keys.domain import OVERLAP
from certificate.keys.models import KeyAlarm, KeyCompromise, PlatformKey, SigningKey
from certificate.keys.schemas import KeyLifeOut, KeyState
from common.pagination import Page
from common.platform import Platform
from common.schemas import Listing
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("keys")
ALARM_DAYS: Final = (30, 7, 1)
PAUSE_SECONDS: Final = 60.0


async def list_lives(session: AsyncSession, page: Page, *, now: datetime) -> Listing[KeyLifeOut]:
    """Keys in order of their ends."""
    keys = _keys()
    statement = select(keys).order_by(keys.c.valid_to, keys.c.kid).limit(page.fetch)
    if page.after is not None:
        statement = statement.where(tuple_(keys.c.valid_to, keys.c.kid) > tuple_(*page.after))
    kept, cursor = page.cut((await session.execute(statement)).all(), lambda row: (row.valid_to, row.kid))
    told = await _told(session, [row.kid for row in kept])
    items = [
        KeyLifeOut(
            kid=row.kid,
            scope=row.scope,
            used_for=row.used_for,
            issuer=row.issuer,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            days_left=(row.valid_to - now).days,
            state=_state(now, row.valid_to, is_newest=row.is_newest, is_compromised=row.is_compromised),
            told_at_days=told.get(row.kid, []),
        )
        for row in kept
    ]
    return Listing[KeyLifeOut].of(items, cursor)


def _state(now: datetime, valid_to: datetime, *, is_newest: bool, is_compromised: bool) -> KeyState:
    if is_compromised:
        return "compromised"
    if valid_to < now:
        return "ended"
    if not is_newest:
        return "replaced"
    return "ending" if valid_to <= now + OVERLAP else "signing"


def _keys() -> Subquery:
    """Keys of bodies and of the platform; the newest of each is the one that signs."""
    of_bodies = select(
        SigningKey.kid,
        literal("body").label("scope"),
        SigningKey.register.label("used_for"),
        SigningKey.issuer,
        SigningKey.valid_from,
        SigningKey.valid_to,
        _is_newest(SigningKey.organisation_id, SigningKey.register, end=SigningKey.valid_to),
    )
    of_platform = select(
        PlatformKey.kid,
        literal("platform").label("scope"),
        PlatformKey.purpose.label("used_for"),
        cast(null(), Text).label("issuer"),
        PlatformKey.valid_from,
        PlatformKey.valid_to,
        _is_newest(PlatformKey.purpose, PlatformKey.algorithm, end=PlatformKey.valid_to),
    )
    every = union_all(of_bodies, of_platform).subquery("every")
    is_compromised = (
        select(KeyCompromise.kid).where(KeyCompromise.kid == every.c.kid).exists().label("is_compromised")
    )
    return select(every, is_compromised).subquery("lives")


def _is_newest(*same: InstrumentedAttribute[Any], end: InstrumentedAttribute[datetime]) -> Label[bool]:
    rank = func.row_number().over(partition_by=same, order_by=end.desc())
    return (rank == 1).label("is_newest")


async def _told(session: AsyncSession, kids: Sequence[str]) -> dict[str, list[int]]:
    rows = await session.execute(
        select(KeyAlarm.kid, KeyAlarm.days).where(KeyAlarm.kid.in_(kids)).order_by(KeyAlarm.days.desc())
    )
    told: dict[str, list[int]] = {}
    for kid, days in rows:
        told.setdefault(kid, []).append(days)
    return told


async def watch_ends(platform: Platform) -> None:
    """For ever: tell of ends that come near, and count them for the metrics."""
    ending = platform.metrics.gauge(
        "signing_keys_ending", "keys without a successor that end within so many days", ("days",)
    )
    while True:
        await tell_ends(UnitOfWork(platform.sessions, platform.clock), ending)
        await asyncio.sleep(PAUSE_SECONDS)


async def tell_ends(uow: UnitOfWork, ending: Gauge) -> list[tuple[str, int]]:
    """Tell, once for each number of days, of keys that end and that no other has replaced; what was told now."""
    async with uow:
        keys, now = _keys(), uow.clock.now()
        rows = (
            await uow.session.execute(
                select(keys.c.kid, keys.c.used_for, keys.c.valid_to).where(
                    keys.c.is_newest,
                    ~keys.c.is_compromised,
                    keys.c.valid_to > now,
                    keys.c.valid_to <= now + timedelta(days=ALARM_DAYS[0]),
                )
            )
        ).all()
        news = []
        for kid, used_for, valid_to in rows:
            due = [days for days in ALARM_DAYS if valid_to <= now + timedelta(days=days)]
            added = await uow.session.scalars(
                insert(KeyAlarm).on_conflict_do_nothing().returning(KeyAlarm.days),
                [{"kid": kid, "days": days, "told_at": now} for days in due],
            )
            if due[-1] in added.all():
                log.warning(
                    "signing key ends", kid=kid, used_for=used_for, days=due[-1], ends=valid_to.isoformat()
                )
                news.append((kid, due[-1]))
        for days in ALARM_DAYS:
            near = [valid_to for _, _, valid_to in rows if valid_to <= now + timedelta(days=days)]
            ending.labels(str(days)).set(len(near))
        await uow.commit()
        return news
