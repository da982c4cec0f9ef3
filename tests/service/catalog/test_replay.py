"""Any sequence of editions, adjustments and corrections, beside a naive replay: every day, as known after every act."""

import copy
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from catalog.items import repository
from catalog.items.domain import in_force
from catalog.items.models import ItemVersion
from catalog.main import create_app
from catalog.settings import CatalogSettings
from local.postgres import Postgres
from tests.service.catalog.world import Catalog, adjustment_body, edition_body
from tests.support.service import owner_connection, running_service

FIRST_DAY, DAYS = date(2024, 3, 1), 8
NAMES = ("甲业", "乙业", "丙业")
ALL_LEVELS = (5, 4, 3, 2, 1)
LEVELS = (ALL_LEVELS, (5, 4), (5,))
TABLES = "item_version, succession, correction, standard, edition"

National = tuple[str, frozenset[str]]
Stand = tuple[str, tuple[int, ...]]  # track, levels
Standing = dict[str, Stand | None]


@dataclass
class Replay:
    """What the list must be, worked out the plainest way: each act paints the days of the items that it changes."""

    painted: dict[str, list[Stand | None]] = field(
        default_factory=lambda: {name: [None] * DAYS for name in NAMES}
    )
    begins: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in NAMES})

    def last(self) -> Standing:
        return {name: days[-1] for name, days in self.painted.items()}

    def paint(self, day: int, changed: Standing) -> None:
        for name, stand in changed.items():
            end = min((begin for begin in self.begins[name] if begin > day), default=DAYS)
            self.painted[name][day:end] = [stand] * (end - day)
            self.begins[name].add(day)

    def on(self, day: int) -> dict[str, Stand]:
        return {name: stand for name, days in self.painted.items() if (stand := days[day]) is not None}


@dataclass
class World:
    """The catalog, the replay beside it, and what both looked like after each act."""

    catalog: Catalog
    replay: Replay = field(default_factory=Replay)
    editions: list[tuple[int, str, str, dict[str, Any]]] = field(default_factory=list)  # day, id, route, body
    levels: dict[str, tuple[int, ...]] = field(default_factory=dict)
    snapshots: list[tuple[datetime, Replay]] = field(default_factory=list)
    dropped: set[tuple[str, int]] = field(default_factory=set)

    async def publish(self, day: int, route: str, body: dict[str, Any], changed: Standing) -> None:
        answer = await self.catalog.post(route, body)
        assert answer.status_code == 201, answer.text
        self.editions.append((day, answer.json()["edition"]["id"], route, body))
        last = self.replay.last()  # what stands so already begins no version
        self.replay.paint(day, {name: stand for name, stand in changed.items() if stand != last[name]})
        self.levels |= {name: stand[1] for name, stand in changed.items() if stand is not None}

    async def national(self, day: int, names: frozenset[str]) -> None:
        """Art. 3: what it names is national, what it does not name any more is a skill level item."""
        changed: Standing = {}
        for name, stand in self.replay.last().items():
            if name in names:
                changed[name] = ("national_qualification", self.levels.get(name, ALL_LEVELS))
            elif stand is not None and stand[0] == "national_qualification":
                changed[name] = ("skill_level", stand[1])
                self.dropped.add((name, day))
        body = edition_body(*sorted(names), name=f"国家版{day}")
        await self.publish(day, "/editions", body | days_of(day), changed)

    async def provincial(self, day: int, rows: dict[str, tuple[int, ...] | None]) -> None:
        """Rows of national items are left out, and withdrawals of what is not listed: they would be refused."""
        last, changed = self.replay.last(), Standing()
        for name, levels in rows.items():
            stand = last[name]
            if stand is not None and stand[0] == "national_qualification":
                continue
            if levels is not None or stand is not None:
                changed[name] = None if levels is None else ("skill_level", levels)
        if changed:
            told = [
                {"name": name, "track": "withdrawn"} if stand is None else {"name": name, "levels": stand[1]}
                for name, stand in changed.items()
            ]
            body = adjustment_body(*told, name=f"省级版{day}")
            await self.publish(day, "/adjustments", body | days_of(day), changed)

    async def correct(self, place: int, name: str, levels: tuple[int, ...]) -> None:
        """It counts from the edition's day until the next version that somebody stated."""
        day, edition, _, _ = self.editions[place % len(self.editions)]
        stand = self.replay.painted[name][day]
        if stand is None:
            return
        code = await self.code(name)
        answer = await self.catalog.post(
            f"/editions/{edition}/corrections", {"item_code": code, "levels": levels, "reason": "勘误"}
        )
        assert answer.status_code == (200 if stand[1] == levels else 201), answer.text
        if stand[1] != levels:
            days = [day, *self.repeating(name, day, stand[1])]
            for one in days:
                kept = self.replay.painted[name][one]
                assert kept is not None
                self.replay.paint(one, {name: (kept[0], levels)})
            is_last = not [begin for begin in self.replay.begins[name] if begin > days[-1]]
            self.levels |= {name: levels} if is_last else {}

    def repeating(self, name: str, day: int, levels: tuple[int, ...]) -> Iterator[int]:
        """Later days on which the list dropped the item and only repeated these levels, until somebody states it."""
        for begin in sorted(one for one in self.replay.begins[name] if one > day):
            if (name, begin) not in self.dropped:
                return
            stand = self.replay.painted[name][begin]
            if stand is not None and stand[1] == levels:
                yield begin

    async def repeat(self, place: int) -> None:
        """Publishing twice changes nothing."""
        _, edition, route, body = self.editions[place % len(self.editions)]
        before = await self.feed()
        answer = await self.catalog.post(route, body)
        assert (answer.status_code, answer.json()["edition"]["id"]) == (200, edition)
        assert await self.feed() == before

    async def code(self, name: str) -> str:
        found = (await self.catalog.read("/items/find", name=name))["items"]
        return str(found[0]["code"])

    async def feed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.catalog.read("/changes", limit=200))["items"]
        return found

    async def remember(self) -> None:
        now = datetime.fromisoformat((await self.catalog.read("/clock"))["now"])
        self.snapshots.append((now, copy.deepcopy(self.replay)))


def days_of(day: int) -> dict[str, str]:
    text = str(FIRST_DAY + timedelta(days=day))
    return {"published_on": text, "effective_on": text}


names = st.sampled_from(NAMES)
levels = st.sampled_from(LEVELS)
acts = st.one_of(
    st.tuples(st.just("national"), st.frozensets(names, min_size=1)),
    st.tuples(st.just("provincial"), st.dictionaries(names, st.none() | levels, min_size=1)),
    st.tuples(st.just("correct"), st.integers(0, 5), names, levels),
    st.tuples(st.just("repeat"), st.integers(0, 5)),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def empty(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Catalog]:
    name = next(database_names)
    async with running_service(
        create_app, CatalogSettings, database_url=postgres.create_database(name), nats_url=new_nats_url()
    ) as service:
        yield Catalog(service)
    postgres.drop_database(name)


@pytest.mark.asyncio(loop_scope="module")
@settings(max_examples=12)
@given(history=st.lists(acts, min_size=1, max_size=DAYS - 1))
async def test_every_day_as_known_after_every_act_is_what_a_naive_replay_gives(
    empty: Catalog, history: Sequence[tuple[Any, ...]]
) -> None:
    async with owner_connection(empty.service.database_url) as connection:
        await connection.execute(text(f"TRUNCATE {TABLES} CASCADE"))
    world = World(empty)
    recorded: list[dict[str, Any]] = []
    for day, (act, *about) in enumerate(history):
        match act:
            case "national":
                await world.national(day, *about)
            case "provincial":
                await world.provincial(day, *about)
            case "correct" if world.editions:
                await world.correct(*about)
            case "repeat" if world.editions:
                await world.repeat(*about)
        feed = await world.feed()
        assert feed[: len(recorded)] == recorded, "what was recorded is never lost"
        recorded = feed
        await world.remember()
    await compare(world)


async def compare(world: World) -> None:
    """The catalog's answer, and that of the pure rule over all rows, to every day and every instant."""
    async with world.catalog.service.platform.sessions() as session:
        codes = (await session.scalars(select(ItemVersion.item_code).distinct())).all()
        versions = [version for code in codes for version in await repository.versions(session, code)]
        for known_at, replay in world.snapshots:
            for number in range(DAYS):
                day = FIRST_DAY + timedelta(days=number)
                asked = await repository.in_force(session, day, known_at=known_at)
                found = {
                    span.version.item.name: (span.version.item.track, span.version.item.levels)
                    for span in asked
                }
                assert found == replay.on(number)
                ruled = in_force(versions, day, known_at=known_at)
                assert {span.version.item.code: span.version for span in asked} == ruled
