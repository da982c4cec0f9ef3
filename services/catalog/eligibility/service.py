"""Use cases: answer whether somebody may sit for a level, by the table that counts (Art. 2, 4)."""

from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.eligibility.schemas import FindingOut, QuestionIn
from catalog.standards.models import StandardRow
from catalog.standards.service import choose_standard
from common.eligibility import Regulation, Table, evaluate, national_table, table_from
from common.errors import NotFound
from common.grades import Grade

NEWEST: Regulation = "2023"


async def calculate(session: AsyncSession, question: QuestionIn) -> FindingOut:
    """Every rule of the level, held against what was said. Raises NotFound for what is not known."""
    table, name = await _table(session, question)
    finding = evaluate(table, question.claims(), Grade(question.level), question.on)
    return FindingOut.of(finding, table=name)


async def _table(session: AsyncSession, question: QuestionIn) -> tuple[Table, str]:
    """The table of the standard named or chosen, else the general one of a regulation, with what it is called."""
    standard_id = question.standard_id
    if question.item_code is not None:
        choice = await choose_standard(
            session, item_code=question.item_code, level=question.level, day=question.on, enterprise=None
        )
        standard_id = choice.chosen
    if standard_id is None:
        return _general(question.regulation or NEWEST)
    standard = await session.get(StandardRow, standard_id)
    if standard is None:
        raise NotFound.of("standard")
    if standard.eligibility is None:
        table, name = _general(cast(Regulation, standard.regulation))
        return table, f"{standard.name} · {name}"
    return table_from(standard.eligibility), standard.name


def _general(regulation: Regulation) -> tuple[Table, str]:
    return national_table(regulation), f"国家职业标准编制技术规程({regulation}年版)"
