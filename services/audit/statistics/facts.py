"""From events to facts as they stand. Each event of a journal is taken in once, in the journal's order."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from audit.statistics.counting import Counting
from audit.statistics.models import (
    CertificateCounted,
    OccupationName,
    PlanCounted,
    ResultCounted,
    SupervisionCounted,
)
from audit.supervision.domain import ALWAYS_SUPERVISED
from common.clock import SHANGHAI
from common.events import Event
from common.events.audit import SupervisionAssigned, SupervisionReported
from common.events.catalog import ItemListed, ItemTrackChanged, ItemWithdrawn
from common.events.certificate import CertificateRevoked, CertificatesIssued, StatusesChanged
from common.events.filing import PlanAccepted, PlanAmended, PlanCancelled
from common.events.registration import ResultCorrected, ResultsRecorded
from common.ids import encode_id

Taking = Callable[[Counting, Any], Awaitable[None]]
_OF_RESULT: Final = ("result_id", "person_id", "item_code", "level", "track", "sex", "birth_year")


async def on_plan(counting: Counting, event: PlanAccepted) -> None:
    """A plan as it was accepted, or as it was amended since."""
    row = {
        "plan_id": event.plan_id,
        "region": event.region,
        "mode": event.mode,
        "organisation_kind": event.organisation_kind,
        "organisation": encode_id("organisation", event.organisation_id),
        "organisation_name": event.organisation_name,
        "starts_on": event.starts_on,
        "always_supervised": event.kind in ALWAYS_SUPERVISED,
    }
    async with counting.plan(event.plan_id):
        statement = insert(PlanCounted).values(**row, cancelled=False)
        await counting.session.execute(statement.on_conflict_do_update(index_elements=["plan_id"], set_=row))


async def on_plan_cancelled(counting: Counting, event: PlanCancelled) -> None:
    async with counting.plan(event.plan_id):
        await counting.session.execute(
            update(PlanCounted).where(PlanCounted.plan_id == event.plan_id).values(cancelled=True)
        )


async def on_results(counting: Counting, event: ResultsRecorded) -> None:
    rows = [
        {name: getattr(row, name) for name in (*_OF_RESULT, "outcome", "evaluated_on")}
        | {"plan_id": event.plan_id}
        for row in event.rows
    ]
    if rows:
        async with counting.persons({row.person_id for row in event.rows}):
            await counting.session.execute(insert(ResultCounted).on_conflict_do_nothing(), rows)


async def on_result_corrected(counting: Counting, event: ResultCorrected) -> None:
    """A result as it stands now; its day stays."""
    before = await counting.session.scalar(
        select(ResultCounted.person_id).where(ResultCounted.result_id == event.result_id)
    )
    async with counting.persons({event.person_id} | ({before} if before else set())):
        now = {name: getattr(event, name) for name in _OF_RESULT} | {"outcome": event.after}
        await counting.session.execute(
            update(ResultCounted).where(ResultCounted.result_id == event.result_id).values(now)
        )


async def on_certificates(counting: Counting, event: CertificatesIssued) -> None:
    issued = event.certificates
    rows = [{"number": one.number, "result_id": one.result_id, "issued_on": one.issued_on} for one in issued]
    if rows:
        async with counting.persons(await _holders(counting, [one.result_id for one in issued])):
            await counting.session.execute(insert(CertificateCounted).on_conflict_do_nothing(), rows)


async def on_revoked(counting: Counting, event: CertificateRevoked) -> None:
    await _be_revoked(counting, {event.number: event.revoked_at})


async def on_statuses(counting: Counting, event: StatusesChanged) -> None:
    """Revocations in bulk, and those that an appeal annulled."""
    await _be_revoked(
        counting,
        {change.number: change.since if change.status == "revoked" else None for change in event.changes},
    )


async def _be_revoked(counting: Counting, at: Mapping[str, datetime | None]) -> None:
    known = (
        await counting.session.scalars(
            select(CertificateCounted).where(CertificateCounted.number.in_(list(at)))
        )
    ).all()
    async with counting.persons(await _holders(counting, [row.result_id for row in known])):
        for row in known:
            moment = at[row.number]
            row.revoked_on = _day(moment) if moment else None
        await counting.session.flush()


async def _holders(counting: Counting, results: Collection[UUID]) -> set[UUID]:
    found = await counting.session.scalars(
        select(ResultCounted.person_id).where(ResultCounted.result_id.in_(results))
    )
    return set(found)


async def on_assigned(counting: Counting, event: SupervisionAssigned) -> None:
    async with counting.plan(event.plan_id):
        statement = insert(SupervisionCounted).values(plan_id=event.plan_id, reported=False)
        await counting.session.execute(statement.on_conflict_do_nothing())


async def on_reported(counting: Counting, event: SupervisionReported) -> None:
    async with counting.plan(event.plan_id):
        statement = insert(SupervisionCounted).values(plan_id=event.plan_id, reported=True)
        await counting.session.execute(
            statement.on_conflict_do_update(index_elements=["plan_id"], set_={"reported": True})
        )


async def on_item(counting: Counting, event: ItemListed | ItemTrackChanged) -> None:
    await _name(counting, event.item_code, event.name, ())


async def on_item_withdrawn(counting: Counting, event: ItemWithdrawn) -> None:
    await _name(counting, event.item_code, event.name, event.successors)


async def _name(counting: Counting, code: str, name: str, successors: tuple[str, ...]) -> None:
    row = {"name": name, "successors": list(successors)}
    statement = insert(OccupationName).values(code=code, **row)
    await counting.session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=row))


def _day(moment: datetime) -> date:
    """The day in China: figures of 31 December end at midnight there."""
    return moment.astimezone(SHANGHAI).date()


TAKEN: Final[Mapping[type[Event], Taking]] = MappingProxyType(
    {
        PlanAccepted: on_plan,
        PlanAmended: on_plan,
        PlanCancelled: on_plan_cancelled,
        ResultsRecorded: on_results,
        ResultCorrected: on_result_corrected,
        CertificatesIssued: on_certificates,
        CertificateRevoked: on_revoked,
        StatusesChanged: on_statuses,
        SupervisionAssigned: on_assigned,
        SupervisionReported: on_reported,
        ItemListed: on_item,
        ItemTrackChanged: on_item,
        ItemWithdrawn: on_item_withdrawn,
    }
)
