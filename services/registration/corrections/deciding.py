"""Use case: the centre decides a correction; approved, it leaves a new fact beside the old one (DOMAIN 4.5)."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from common.auth import Caller
from common.errors import Bilingual, NotFound
from common.events import Sealed
from common.events.registration import ResultCorrected
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.corrections import repository
from registration.corrections.domain import NotCorrectable, Standing, check_decider
from registration.corrections.models import Correction, ResultVersion
from registration.corrections.schemas import CorrectionDecisionIn, CorrectionOut
from registration.corrections.service import check_person, key_of, opened_identity, shown
from registration.persons.models import Person
from registration.persons.repository import registered, sealed_identities
from registration.plans.domain import Plan
from registration.plans.repository import plan_in_charge
from registration.results.models import Result


async def decide_correction(
    uow: UnitOfWork,
    correction_id: UUID,
    body: CorrectionDecisionIn,
    *,
    caller: Caller,
    keyring: Keyring,
) -> CorrectionOut:
    """Approve or refuse a request of another account. Raises NotFound, SamePerson, NotCorrectable, Violations."""
    async with uow:
        row, plan = await _take(uow, correction_id, caller)
        row.state = "approved" if body.approve else "refused"
        row.decided_at, row.decided_by, row.decision = uow.clock.now(), caller.account_id, body.reason
        if body.approve:
            await _correct(uow, row, plan, keyring)
        answer = shown(row, await key_of(uow.session, keyring, row.person_id))
        await uow.commit(answer)
    return answer


async def _take(uow: UnitOfWork, correction_id: UUID, caller: Caller) -> tuple[Correction, Plan]:
    """The request, held for this transaction, where this account may decide it."""
    row, _ = await repository.correction_in_sight(uow.session, correction_id, caller, lock=True)
    check_decider(row.asked_by, caller.account_id)
    try:
        plan = await plan_in_charge(uow.session, row.plan_id, caller, lock=True)
    except NotFound:
        raise NotFound.of("correction") from None
    if row.state != "requested":
        raise NotCorrectable(
            Bilingual("该更正申请已有决定。", "The request was decided already."), state=row.state
        )
    return row, plan


async def _correct(uow: UnitOfWork, row: Correction, plan: Plan, keyring: Keyring) -> None:
    """Keep the new fact and tell it; what was recorded before stays."""
    result = await uow.session.get_one(Result, row.result_id)
    versions = (await repository.versions_of(uow.session, [result.id])).get(result.id, [])
    before = repository.standing_of(result, versions)
    after, person_id, identity = before, before.person_id, before.identity
    about: dict[str, Any] = {}
    if row.proposed is not None:
        after = before.with_marks(row.proposed)
    else:
        person_id, identity, about = await _renamed(uow, row, before, result, keyring)
    row.version = before.version + 1
    uow.session.add(
        ResultVersion(
            result_id=result.id,
            version=row.version,
            correction_id=row.id,
            person_id=person_id,
            identity=identity,
            recorded_at=row.decided_at,
            **{part.value: mark for part, mark in after.marks.items()},
            ethics_passed=after.ethics_passed,
            absent=after.absent,
            misconduct=after.misconduct,
            outcome=after.outcome.value,
        )
    )
    await uow.session.flush()
    item = next(one for one in plan.items if (one.code, one.level) == (result.item_code, result.level))
    uow.say(
        ResultCorrected(
            correction_id=row.id,
            result_id=result.id,
            batch_id=result.batch_id,
            plan_id=plan.id,
            version=row.version,
            about=row.about,
            before=before.outcome.value,
            after=after.outcome.value,
            person_id=person_id,
            identity=Sealed(person_id=person_id, ciphertext=identity),
            item_code=item.code,
            item_name=item.name,
            track=item.track,
            level=item.level,
            evidence_kind=row.evidence_kind,
            evidence_sha256=row.evidence_sha256,
            asked_by=row.asked_by,
            approved_by=row.decided_by,
            corrected_at=row.decided_at,
            **about,
        ),
        persons=[person_id],
    )


async def _renamed(
    uow: UnitOfWork, row: Correction, before: Standing, result: Result, keyring: Keyring
) -> tuple[UUID, str, dict[str, Any]]:
    """The person that the result names from now on: another one where the number changes, else under the new name."""
    key = await key_of(uow.session, keyring, row.person_id)
    staged = opened_identity(row, key) | {"row": 0}
    await check_person(uow.session, staged, before, result)
    persons = await registered(uow.session, [staged], now=uow.clock.now())
    (sealed,), _ = await sealed_identities(uow.session, keyring, [staged], persons)
    if sealed.person_id == before.person_id:
        await uow.session.execute(
            update(Person)
            .where(Person.id == sealed.person_id)
            .values(name_index=bytes.fromhex(staged["name_index"]))
        )
    return sealed.person_id, sealed.ciphertext, {"sex": staged["sex"], "birth_year": staged["birth_year"]}
