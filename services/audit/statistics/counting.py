"""One transaction of counting: what touched facts added before is taken off, what they add now is put on."""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from audit.statistics.contributions import Added, Cell, Plan, Result, of_plan, of_result
from audit.statistics.dimensions import COUNTS
from audit.statistics.models import (
    LIVE,
    CellRow,
    CertificateCounted,
    MonthChanged,
    PlanCounted,
    ResultCounted,
    SupervisionCounted,
)

SLICE: Final = 5_000
ROWS: Final = 1_000  # cells of one statement: a statement takes 32,767 values


class Counting:
    """Facts are changed inside `persons` or `plan`; `keep` writes what the cells gain and lose by it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._added: Added = Added()

    @asynccontextmanager
    async def persons(self, persons: Collection[UUID]) -> AsyncIterator[None]:
        """The block changes results or certificates of these people."""
        self._added.subtract(await self._of_persons(persons))
        yield
        self._added.update(await self._of_persons(persons))

    @asynccontextmanager
    async def plan(self, plan_id: UUID) -> AsyncIterator[None]:
        """The block changes this plan, and so the cells of every result under it."""
        self._added.subtract(await self._under(plan_id))
        yield
        self._added.update(await self._under(plan_id))

    async def keep(self, now: datetime) -> None:
        """Add to the cells what has changed; safe at any time, once."""
        gains: dict[Cell, dict[str, int]] = {}
        for (cell, count), by in self._added.items():
            if by:
                gains.setdefault(cell, {})[count] = by
        self._added.clear()
        rows = [
            {"edition": LIVE} | cell._asdict() | {count: gain.get(count, 0) for count in COUNTS}
            for cell, gain in sorted(gains.items())
        ]
        for part in _parts(rows, ROWS):
            statement = insert(CellRow).values(part)
            raised = {count: CellRow.__table__.c[count] + statement.excluded[count] for count in COUNTS}
            keys = ["edition", *Cell._fields]
            await self.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=raised))
        for month in sorted({cell.month for cell in gains}):
            changed = insert(MonthChanged).values(month=month, changed_at=now)
            await self.session.execute(
                changed.on_conflict_do_update(index_elements=["month"], set_={"changed_at": now})
            )

    async def _of_persons(self, persons: Collection[UUID]) -> Added:
        added = Added()
        for part in _parts(sorted(persons), SLICE):
            for result, plan in await self._results(part):
                added.update(of_result(result, plan))
        return added

    async def _under(self, plan_id: UUID) -> Added:
        """What a plan and the results under it add; people's other results cancel out between before and after."""
        plan = await self._plan(plan_id)
        added = of_plan(plan)
        after = UUID(int=0)
        while True:
            people = (
                await self.session.scalars(
                    select(ResultCounted.person_id)
                    .where(ResultCounted.plan_id == plan_id, ResultCounted.person_id > after)
                    .distinct()
                    .order_by(ResultCounted.person_id)
                    .limit(SLICE)
                )
            ).all()
            if not people:
                return added
            added.update(await self._of_persons(people))
            after = people[-1]

    async def _plan(self, plan_id: UUID) -> Plan | None:
        row = await self.session.get(PlanCounted, plan_id, populate_existing=True)
        if row is None:
            return None
        supervision = await self.session.scalar(
            select(SupervisionCounted.reported).where(SupervisionCounted.plan_id == plan_id)
        )
        needed = "needed" if row.always_supervised or supervision is not None else None
        return Plan(
            row.region,
            row.mode,
            row.organisation_kind,
            row.organisation,
            row.starts_on,
            cancelled=row.cancelled,
            supervision="reported" if supervision else needed,
        )

    async def _results(self, persons: Sequence[UUID]) -> list[tuple[Result, Plan | None]]:
        """Everything that is known of some people's results."""
        result, certificate, plan = ResultCounted, CertificateCounted, PlanCounted
        firsts = (
            select(certificate.number)
            .join(result, result.result_id == certificate.result_id)
            .where(result.person_id.in_(persons))
            .ext(distinct_on(result.person_id))
            .order_by(result.person_id, certificate.issued_on, certificate.number)
            .subquery()
        )
        rows = await self.session.execute(
            select(
                *(getattr(result, name) for name in _RESULT),
                certificate.issued_on,
                certificate.revoked_on,
                func.coalesce(exists().where(firsts.c.number == certificate.number), False).label("is_first"),
                plan.plan_id,
                plan.region,
                plan.mode,
                plan.organisation_kind,
                plan.organisation,
                plan.starts_on,
            )
            .join(certificate, certificate.result_id == result.result_id, isouter=True)
            .join(plan, plan.plan_id == result.plan_id, isouter=True)
            .where(result.person_id.in_(persons))
        )
        return [_read(row) for row in rows]


_RESULT: Final = ("item_code", "level", "track", "outcome", "evaluated_on", "sex", "birth_year")


def _read(row: Any) -> tuple[Result, Plan | None]:
    result = Result(
        **{name: getattr(row, name) for name in _RESULT},
        issued_on=row.issued_on,
        revoked_on=row.revoked_on,
        is_first=row.is_first,
    )
    if row.plan_id is None:
        return result, None
    return result, Plan(row.region, row.mode, row.organisation_kind, row.organisation, row.starts_on)


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
