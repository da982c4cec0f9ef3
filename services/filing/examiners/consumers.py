"""What filing takes in of examiners' cards. Safe twice: a card is kept as it was last told."""

from datetime import timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from common.events import Event
from common.events.audit import ExaminerRegistered
from common.unit_of_work import UnitOfWork
from filing.examiners.models import ExaminerCard


async def on_examiner_registered(uow: UnitOfWork, event: ExaminerRegistered) -> None:
    last_day = event.valid_to
    if event.withdrawn_on is not None:
        last_day = min(last_day, event.withdrawn_on - timedelta(days=1))
    row = {
        "card_number": event.card_number,
        "grade": event.grade,
        "item_codes": list(event.item_codes),
        "employer_uscc": event.employer_uscc,
        "trains_for_uscc": list(event.trains_for_uscc),
        "valid_from": event.valid_from,
        "last_day": last_day,
    }
    statement = insert(ExaminerCard).values(row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["card_number"], set_=row))


HANDLERS: dict[type[Event], Any] = {ExaminerRegistered: on_examiner_registered}
