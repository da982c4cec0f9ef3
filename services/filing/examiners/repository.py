"""Questions to the register."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from filing.examiners.models import ExaminerCard
from filing.plans.rules.draft import Card


async def cards(session: AsyncSession, numbers: Iterable[str]) -> dict[str, Card]:
    """Those of the named cards that the register has."""
    rows = await session.scalars(select(ExaminerCard).where(ExaminerCard.card_number.in_(set(numbers))))
    return {
        row.card_number: Card(
            grade="senior_examiner" if row.grade == "senior_examiner" else "examiner",
            item_codes=frozenset(row.item_codes),
            employer=row.employer_uscc,
            trains_for=frozenset(row.trains_for_uscc),
            valid_from=row.valid_from,
            valid_to=row.last_day,
        )
        for row in rows
    }
