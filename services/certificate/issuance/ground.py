"""What a chunk is issued on: the batch, its plan, its body, the people in it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.issuance.domain import CHUNK, Holder
from certificate.issuance.models import Batch, IssuanceRefusal, IssuingBody, PassedResult, PlanFact
from certificate.keys.service import Signers
from certificate.measures.service import holds
from common.certificate_code import CHINA
from common.events import Sealed
from common.person_keys import person_keys
from common.sealed import Keyring, Unreadable

IDENTITY: Final = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """What issuing needs besides a unit of work."""

    signers: Signers
    keyring: Keyring
    index_key: bytes
    status_key: bytes
    labour_province: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The batch, held for this transaction, the plan it was held under, the body that issues, and the day."""

    batch: Batch
    plan: PlanFact
    body: IssuingBody
    issued_on: date

    @property
    def has_recorded(self) -> bool:
        """Whether something is recorded that is still to be signed."""
        return self.batch.recorded_to > self.batch.last_position


async def take_batch(session: AsyncSession, *, today: date) -> Ground | None:
    """The ready batch that was recognised first, held for this transaction; other workers take the next.

    What a listed body has in flight stands still (Art. 22).
    """
    row = (
        await session.execute(
            select(Batch, PlanFact, IssuingBody)
            .join(PlanFact, PlanFact.plan_id == Batch.plan_id)
            .join(IssuingBody, IssuingBody.organisation_id == PlanFact.organisation_id)
            .where(Batch.state == "ready", ~holds(PlanFact.organisation_id, today))
            .order_by(Batch.recognised_at)
            .limit(1)
            .with_for_update(of=Batch, skip_locked=True)
        )
    ).first()
    if row is None:
        return None
    batch, plan, body = row
    recognised_at = cast(datetime, batch.recognised_at)  # no batch is ready without it
    return Ground(batch, plan, body, recognised_at.astimezone(CHINA).date())


async def next_results(session: AsyncSession, batch: Batch) -> list[PassedResult]:
    """The next results that have neither a certificate nor a refusal, in the order in which they were entered."""
    statement = select(PassedResult).where(
        PassedResult.batch_id == batch.batch_id,
        PassedResult.position > batch.last_position,
        ~exists().where(Certificate.result_id == PassedResult.result_id),
        ~exists().where(IssuanceRefusal.result_id == PassedResult.result_id),
    )
    found = await session.scalars(statement.order_by(PassedResult.position).limit(CHUNK))
    return list(found)


async def open_identities(
    session: AsyncSession, keyring: Keyring, results: Iterable[PassedResult]
) -> dict[UUID, Holder]:
    """Holders by result; results whose identity cannot be opened (the person was forgotten) are missing."""
    rows = list(results)
    keys = await person_keys(session, keyring, [row.person_id for row in rows])
    holders = {}
    for row in rows:
        with suppress(KeyError, Unreadable):
            sealed = Sealed(person_id=row.person_id, ciphertext=row.identity)
            plain = keys[row.person_id].open(IDENTITY, sealed)
            holders[row.result_id] = Holder(plain["name"], plain["id_type"], plain["id_number"])
    return holders
