"""Use case: show candidates' documents in clear, and keep in the journal who looked, why, and at how many."""

from uuid import UUID

from common.auth import Caller
from common.events import Sealed
from common.events.registration import IdentitiesRevealed
from common.pagination import Page
from common.person_keys import person_keys
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.persons.repository import IDENTITY
from registration.plans.repository import plan_in_charge
from registration.reveals.domain import Purpose, PurposeRequired
from registration.reveals.schemas import IdentityOut
from registration.rosters import repository


async def reveal_identities(
    uow: UnitOfWork,
    plan_id: UUID,
    page: Page,
    *,
    purpose: Purpose | None,
    caller: Caller,
    keyring: Keyring,
) -> Listing[IdentityOut]:
    """A page of a plan's candidates in clear, for its centre. Raises PurposeRequired, NotFound.

    Nothing is shown before the journal has it: each page is one entry.
    """
    if purpose is None:
        raise PurposeRequired.told()
    async with uow:
        plan = await plan_in_charge(uow.session, plan_id, caller)
        kept, next_cursor = page.cut(
            await repository.page_of(uow.session, plan.id, page, None), lambda row: (row.id,)
        )
        keys = await person_keys(uow.session, keyring, [row.person_id for row in kept])
        items = []
        for row in kept:
            key = keys.get(row.person_id)
            sealed = Sealed(person_id=row.person_id, ciphertext=row.identity)
            plain = {} if key is None else key.open(IDENTITY, sealed)
            about = {name: plain.get(name) for name in ("name", "id_type", "id_number")}
            items.append(IdentityOut(candidate_id=row.id, **about))
        uow.say(
            IdentitiesRevealed(
                plan_id=plan.id,
                purpose=purpose,
                people=len(items),
                revealed_at=uow.clock.now(),
                revealed_by=caller.account_id,
            )
        )
        await uow.commit()
    return Listing(items=items, next=next_cursor)
