"""Wrong names were tried at a certificate's number: its holder hears of it at the number on record."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from client.sample import people
from common.events.certificate import GuessingNoticed
from tests.service.registration.visits import Visitor
from tests.service.registration.world import Registration, entry
from tests.support.service import owner_connection
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHONE = "13800138054"
(HOLDER,) = people(1, seed=54)


async def test_the_holder_of_a_guessed_number_is_told(shared: Registration) -> None:
    plan = await shared.accepted("social")
    await shared.roster(plan, [entry(HOLDER, phone=PHONE)])
    async with owner_connection(shared.service.database_url) as connection:
        person_id = await connection.scalar(text("SELECT person_id FROM contact"))
    await shared.hear(
        GuessingNoticed(
            number="Y000032000017463000001",
            person_id=person_id,
            misses=20,
            noticed_at=datetime(2046, 11, 23, 2, 5, tzinfo=UTC),
        )
    )

    async def told() -> str | None:
        texts = [one["text"] for one in await Visitor(shared).notices() if one["address"] == PHONE]
        return texts[0] if texts else None

    notice = await eventually(told)
    assert "wrong names at the number of your certificate" in notice
    assert "按编号查询已暂停" in notice
    assert "Y000032000017463000001" not in notice
