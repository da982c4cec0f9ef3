"""Use cases: show what is before the public, take objections, decide them, and end the publicity (DOMAIN 4.4)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.events import Sealed
from common.events.registration import ObjectionDecided, ObjectionRaised, ResultsPublicityEnded
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_key, person_keys
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.persons.repository import masked
from registration.plans.repository import plan_in_charge
from registration.publicity import repository
from registration.publicity.domain import check_open, check_room, check_undecided
from registration.publicity.models import Objection
from registration.publicity.schemas import (
    ObjectionDecisionIn,
    ObjectionDetail,
    ObjectionIn,
    ObjectionOut,
    PublishedBatchOut,
    PublishedResultOut,
)

OBJECTION = "objection"


async def list_published(session: AsyncSession, page: Page, *, today: date) -> Listing[PublishedBatchOut]:
    """Batches that are before the public today, newest first."""
    found = await repository.published_on(session, today, page)
    kept, cursor = page.cut(found, lambda row: (row[0].id,))
    items = [
        PublishedBatchOut(
            batch_id=batch.id,
            plan_id=plan.plan_id,
            plan_number=plan.number,
            plan_name=plan.name,
            region=plan.region,
            passed=batch.outcomes.get("passed", 0),
            recorded_on=batch.recorded_on,
            public_until=batch.public_until,
        )
        for batch, plan in kept
    ]
    return Listing[PublishedBatchOut].of(items, cursor)


async def list_results(
    session: AsyncSession, batch_id: UUID, page: Page, *, keyring: Keyring, today: date
) -> Listing[PublishedResultOut]:
    """Who passed, masked, while the batch is before the public. Raises NotFound."""
    batch, until = await repository.published(session, batch_id)
    if today > until:
        raise NotFound.of("batch")
    kept, cursor = page.cut(await repository.passed(session, batch.id, page), lambda row: (row[0].id,))
    standing = [newest or result for result, newest in kept]
    people = await masked(session, keyring, [(row.person_id, row.identity) for row in standing])
    items = [
        PublishedResultOut(name=person.name, item_code=result.item_code, level=result.level)
        for (result, _), person in zip(kept, people, strict=True)
    ]
    return Listing[PublishedResultOut].of(items, cursor)


async def raise_objection(
    uow: UnitOfWork, batch_id: UUID, body: ObjectionIn, *, keyring: Keyring, today: date
) -> ObjectionOut:
    """Take an objection from anybody. Raises NotFound, PublicityOver, TooManyObjections."""
    async with uow:
        batch, until = await repository.published(uow.session, batch_id, lock=True)
        check_open(until, today)
        check_room(await repository.waiting(uow.session, batch.id))
        row = Objection(id=uuid7(), batch_id=batch.id, state="raised", raised_at=uow.clock.now())
        key = await person_key(uow.session, keyring, row.id, create=True)
        row.sealed = key.seal(OBJECTION, {"reason": body.reason, "contact": body.contact}).ciphertext
        uow.session.add(row)
        uow.say(
            ObjectionRaised(
                objection_id=row.id, batch_id=batch.id, plan_id=batch.plan_id, raised_at=row.raised_at
            )
        )
        answer = ObjectionOut.model_validate(row)
        await uow.commit(answer)
    return answer


async def read_objection(session: AsyncSession, objection_id: UUID) -> ObjectionOut:
    """How an objection stands. Raises NotFound."""
    return ObjectionOut.model_validate(await repository.objection(session, objection_id))


async def list_objections(
    session: AsyncSession, batch_id: UUID, page: Page, *, caller: Caller, keyring: Keyring
) -> Listing[ObjectionDetail]:
    """A batch's objections with text and contact, for the centre in charge. Raises NotFound."""
    batch, _ = await repository.published(session, batch_id)
    try:
        await plan_in_charge(session, batch.plan_id, caller)
    except NotFound:
        raise NotFound.of("batch") from None
    kept, cursor = page.cut(await repository.objections_of(session, batch.id, page), lambda row: (row.id,))
    keys = await person_keys(session, keyring, [row.id for row in kept])
    items = []
    for row in kept:
        key = keys.get(row.id)
        plain = key.open(OBJECTION, Sealed(person_id=row.id, ciphertext=row.sealed)) if key else {}
        about = {"reason": plain.get("reason"), "contact": plain.get("contact")}
        columns = {name: getattr(row, name) for name in ObjectionDetail.model_fields if name not in about}
        items.append(ObjectionDetail(**columns, **about))
    return Listing[ObjectionDetail].of(items, cursor)


async def acknowledge(uow: UnitOfWork, objection_id: UUID, *, caller: Caller) -> ObjectionOut:
    """Tell whoever objected that the centre looks into it. Raises NotFound, ObjectionDecided."""
    async with uow:
        row = await repository.objection_in_charge(uow.session, objection_id, caller)
        check_undecided(row.state)
        if row.state == "raised":
            row.state = "acknowledged"
            row.acknowledged_at, row.acknowledged_by = uow.clock.now(), caller.account_id
        answer = ObjectionOut.model_validate(row)
        await uow.commit(answer)
    return answer


async def decide_objection(
    uow: UnitOfWork, objection_id: UUID, body: ObjectionDecisionIn, *, caller: Caller
) -> ObjectionOut:
    """Decide as the centre in charge; the batch waits for it. Raises NotFound, ObjectionDecided."""
    async with uow:
        row = await repository.objection_in_charge(uow.session, objection_id, caller)
        check_undecided(row.state)
        row.state = "upheld" if body.uphold else "dismissed"
        row.decided_at, row.decided_by, row.decision = uow.clock.now(), caller.account_id, body.reason
        uow.say(
            ObjectionDecided(
                objection_id=row.id,
                batch_id=row.batch_id,
                upheld=body.uphold,
                decided_at=row.decided_at,
                decided_by=caller.account_id,
            )
        )
        answer = ObjectionOut.model_validate(row)
        await uow.commit(answer)
    return answer


async def end_next(uow: UnitOfWork, *, today: date) -> bool:
    """End the publicity of one batch whose days are over; False when none is. Several workers may call it."""
    async with uow:
        batch = await repository.next_to_close(uow.session, today)
        if batch is None or batch.public_until is None:
            return False
        batch.publicity_ended_at = uow.clock.now()
        found = await repository.outcomes(uow.session, batch.id)
        uow.say(
            ResultsPublicityEnded(
                batch_id=batch.id,
                plan_id=batch.plan_id,
                public_until=batch.public_until,
                objections=sum(found.values()),
                upheld=found.get("upheld", 0),
                ended_at=batch.publicity_ended_at,
            )
        )
        await uow.commit()
        return True
