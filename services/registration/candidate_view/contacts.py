"""Telephone numbers of candidates: kept sealed with the person's key, read only to send something there."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.events import Sealed
from common.person_keys import person_keys
from common.sealed import Keyring, PersonKey
from registration.candidate_view.domain import Contact, contact_of
from registration.candidate_view.models import Contact as ContactRow
from registration.plans.models import PlanFact
from registration.rosters.models import Candidate

_PURPOSE = "phone"


async def keep_phones(
    session: AsyncSession, keys: Mapping[UUID, PersonKey], phones: Iterable[tuple[UUID, UUID, str | None]]
) -> None:
    """Keep numbers of candidates just registered; `phones`: candidate, person, number or None."""
    rows = [
        {
            "candidate_id": candidate_id,
            "person_id": person_id,
            "phone": keys[person_id].seal(_PURPOSE, {"phone": phone}).ciphertext,
        }
        for candidate_id, person_id, phone in phones
        if phone
    ]
    if rows:
        statement = insert(ContactRow)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["candidate_id"], set_={"phone": statement.excluded.phone}
            ),
            rows,
        )


async def phone_of(session: AsyncSession, keyring: Keyring, person_id: UUID) -> str | None:
    """Where messages to a person go; None where nobody recorded a number, or the person is forgotten."""
    rows = await session.execute(
        select(PlanFact.organisation_id, ContactRow.phone)
        .join(Candidate, Candidate.id == ContactRow.candidate_id)
        .join(PlanFact, PlanFact.plan_id == Candidate.plan_id)
        .where(ContactRow.person_id == person_id)
        .order_by(ContactRow.candidate_id)
    )
    contact = contact_of(Contact(organisation_id, phone) for organisation_id, phone in rows)
    key = (await person_keys(session, keyring, [person_id])).get(person_id)
    if contact is None or key is None:
        return None
    return key.open(_PURPOSE, Sealed(person_id=person_id, ciphertext=contact.phone))["phone"]
