"""The platform's clock: real time, moved forward in a sandbox, where nobody can wait 15 working days.

Rules take dates as arguments; this module is the only one that reads a clock. Policy days are those of Asia/Shanghai.
Access tokens and rate limits go by `real_now()`.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.events.catalog import ClockMoved
from common.unit_of_work import UnitOfWork

SHANGHAI = ZoneInfo("Asia/Shanghai")


class PlatformClockRow(Shared):
    """How far this service's platform time stands ahead of real time; one row, none in production."""

    __tablename__ = "platform_clock"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    offset_seconds: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[datetime]


class Clock:
    """Tells the platform's time. Only a movable (sandbox) clock can stand anywhere but on real time."""

    def __init__(self, *, movable: bool = False) -> None:
        self.movable = movable
        self._offset = timedelta()

    @property
    def offset_seconds(self) -> int:
        return int(self._offset.total_seconds())

    def set_offset(self, seconds: int) -> None:
        """Stand this many seconds ahead of real time. A clock that is not movable stays where it is.

        It never goes back: news of an earlier move that comes late changes nothing.
        """
        if self.movable:
            self._offset = max(self._offset, timedelta(seconds=seconds))

    def now(self) -> datetime:
        """The platform's instant, UTC."""
        return self.real_now() + self._offset

    def today(self) -> date:
        """The platform's day in China."""
        return self.now().astimezone(SHANGHAI).date()

    @staticmethod
    def real_now() -> datetime:
        return datetime.now(UTC)


async def on_clock_moved(uow: UnitOfWork, event: ClockMoved) -> None:
    """Store the offset that the catalog announced. Safe twice: the event names the offset, not a step."""
    row = {"id": 1, "offset_seconds": event.offset_seconds, "moved_at": Clock.real_now()}
    statement = insert(PlatformClockRow).values(row)
    is_later = PlatformClockRow.offset_seconds < event.offset_seconds
    await uow.session.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=row, where=is_later)
    )


async def stored_offset(session: AsyncSession) -> int:
    return await session.scalar(select(PlatformClockRow.offset_seconds)) or 0
