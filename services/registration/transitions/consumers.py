"""What registration takes in of transitions. Of one cohort the word recorded last counts."""

from sqlalchemy.dialects.postgresql import insert

from common.events.catalog import TransitionPublished
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork
from registration.transitions.models import TransitionWindow


async def on_transition_published(uow: UnitOfWork, event: TransitionPublished) -> None:
    """A cohort, or what is now said of it."""
    said = {
        "enrolled_from": event.enrolled_from,
        "enrolled_before": event.enrolled_before,
        "opens_on": event.opens_on,
        "ends_on": event.ends_on,
        "recorded_at": event.recorded_at,
    }
    statement = insert(TransitionWindow).values(
        item_code=event.item_code, edition_id=event.edition_id, cohort=event.cohort, **said
    )
    await uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=["item_code", "edition_id", "cohort"],
            set_=said,
            where=TransitionWindow.recorded_at <= event.recorded_at,
        )
    )


HANDLERS: Handlers = {TransitionPublished: on_transition_published}
