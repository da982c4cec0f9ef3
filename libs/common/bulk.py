"""Many rows at once: COPY in the transaction of a session, for what a row-by-row INSERT would take seconds."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase


async def copy_rows(
    session: AsyncSession, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put rows into a model's table. All rows name the same columns; values are what asyncpg takes for their types."""
    if not rows:
        return
    columns = list(rows[0])
    connection = await (await session.connection()).get_raw_connection()
    driver: Any = connection.driver_connection
    await driver.copy_records_to_table(
        model.__tablename__, columns=columns, records=[[row[name] for name in columns] for row in rows]
    )
