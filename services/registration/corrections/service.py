"""Use cases: ask for a correction, and show what was asked and what it came to (DOMAIN 4.5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual
from common.events import Sealed
from common.grades import Grade
from common.identifiers.documents import mask
from common.identifiers.names import mask_name
from common.ids import uuid7
from common.marks import default_rule
from common.pagination import Page
from common.person_keys import Erased, person_key, person_keys
from common.schemas import Listing
from common.sealed import Keyring, PersonKey
from common.unit_of_work import UnitOfWork
from registration.corrections import repository
from registration.corrections.domain import (
    About,
    NotCorrectable,
    Standing,
    check_evidence,
    read_identity,
    refusal,
    with_new_marks,
)
from registration.corrections.models import Correction
from registration.corrections.schemas import (
    CorrectedPersonOut,
    CorrectionIn,
    CorrectionOut,
    MarksOut,
    ResultVersionOut,
)
from registration.evidence.repository import missing
from registration.persons.repository import known_persons, other_names, staged
from registration.plans.domain import Plan
from registration.plans.repository import plan_in_sight
from registration.results.domain import rules_from_data
from registration.results.models import Batch, Result
from registration.results.repository import recorded

REASON, PROPOSED = "correction-reason", "correction-identity"
_PLAIN = ("name", "id_type", "id_number", "sex", "birth_year", "id_index", "name_index")


async def request_correction(
    uow: UnitOfWork,
    result_id: UUID,
    body: CorrectionIn,
    *,
    caller: Caller,
    keyring: Keyring,
    index_key: bytes,
    today: date,
) -> CorrectionOut:
    """Put a request before the centre; the result stays as it is. Raises NotFound, NotCorrectable, Violations."""
    async with uow:
        result, batch, plan = await repository.result_in_sight(uow.session, result_id, caller)
        await _check_open(uow.session, result, batch)
        about: About = "marks" if body.marks is not None else "identity"
        check_evidence(about, body.evidence.kind)
        await _check_kept(uow.session, plan, body.evidence.sha256)
        versions = (await repository.versions_of(uow.session, [result.id])).get(result.id, [])
        standing = repository.standing_of(result, versions)
        key = await key_of(uow.session, keyring, standing.person_id)
        row = Correction(
            id=uuid7(),
            result_id=result.id,
            plan_id=plan.id,
            person_id=standing.person_id,
            about=about,
            state="requested",
            before=standing.as_data(),
            proposed=_new_marks(body, standing, result, batch, plan, today=today),
            identity=await _new_identity(
                uow.session, body, standing, result, plan, key, index_key=index_key, today=today
            ),
            reason=key.seal(REASON, {"text": body.reason}).ciphertext,
            evidence_kind=body.evidence.kind,
            evidence_sha256=body.evidence.sha256,
            asked_at=uow.clock.now(),
            asked_by=caller.account_id,
        )
        uow.session.add(row)
        await uow.session.flush()
        answer = shown(row, key)
        await uow.commit(answer)
    return answer


async def key_of(session: AsyncSession, keyring: Keyring, person_id: UUID) -> PersonKey:
    """Raises NotCorrectable: what was recorded of a person who was forgotten stays as it is."""
    try:
        return await person_key(session, keyring, person_id)
    except Erased:
        raise NotCorrectable(
            Bilingual(
                "此人的信息已删除,不能更正。", "The person's data was erased; nothing is to be corrected."
            )
        ) from None


async def _check_open(session: AsyncSession, result: Result, batch: Batch) -> None:
    """The result has taken effect, and no other correction of it waits. Raises NotCorrectable."""
    await session.refresh(result, with_for_update=True)  # of two requests at once, one hears of the other
    if batch.state != "recorded":
        raise NotCorrectable(
            Bilingual(
                "该批次尚在登记中,登记完成后方可申请更正。",
                "The batch is still being recorded; ask when it is done.",
            )
        )
    if await repository.waits(session, result.id):
        raise NotCorrectable(
            Bilingual(
                "该结果已有一项更正申请等待审批。",
                "A correction of this result waits for its decision already.",
            )
        )


async def _check_kept(session: AsyncSession, plan: Plan, sha256: str) -> None:
    if await missing(session, plan.id, [sha256]):
        raise refusal("evidence-not-kept", "/evidence/sha256")


def _new_marks(
    body: CorrectionIn, standing: Standing, result: Result, batch: Batch, plan: Plan, *, today: date
) -> dict[str, Any] | None:
    if body.marks is None:
        return None
    rules = rules_from_data(batch.rules)
    rule = rules.get((result.item_code, result.level)) or default_rule(Grade(result.level))
    return with_new_marks(standing, body.marks.model_dump(), rule, plan, today=today).as_data()


async def _new_identity(
    session: AsyncSession,
    body: CorrectionIn,
    standing: Standing,
    result: Result,
    plan: Plan,
    key: PersonKey,
    *,
    index_key: bytes,
    today: date,
) -> str | None:
    """Whom the result should name, sealed with the key of whom it names now."""
    if body.identity is None:
        return None
    given = body.identity.model_dump()
    applicant = read_identity(given, result.item_code, result.level, plan, today=today)
    row = staged(applicant, index_key) | {"row": 0}
    await check_person(session, row, standing, result)
    return key.seal(
        PROPOSED, {name: "" if row[name] is None else str(row[name]) for name in _PLAIN}
    ).ciphertext


async def check_person(
    session: AsyncSession, row: Mapping[str, Any], standing: Standing, result: Result
) -> None:
    """The person named instead is nobody else's number, and has no result of the kind yet. Raises Violations."""
    known = await known_persons(session, [dict(row)])
    person = known.get(row["id_index"])
    if person is None:
        return
    if person.id == standing.person_id:
        if person.name_index.hex() == row["name_index"]:
            raise refusal("correction-changes-nothing", "/identity")
        return
    if other_names([dict(row)], known):
        raise refusal("id-other-name", "/identity/name")
    earlier = await recorded(session, result.plan_id, [person.id])
    if (person.id, result.item_code, result.level) in earlier:
        raise refusal("already-recorded", "/identity/id_number")


def opened_identity(row: Correction, key: PersonKey) -> dict[str, Any]:
    """The person that a request names, as a row of a sheet stages one."""
    plain: dict[str, Any] = key.open(PROPOSED, Sealed(person_id=row.person_id, ciphertext=row.identity or ""))
    plain["birth_year"] = int(plain["birth_year"]) if plain["birth_year"] else None
    return plain


async def read_correction(
    session: AsyncSession, correction_id: UUID, *, caller: Caller, keyring: Keyring
) -> CorrectionOut:
    """One request, for its organisation and its centre. Raises NotFound."""
    row, _ = await repository.correction_in_sight(session, correction_id, caller)
    keys = await person_keys(session, keyring, [row.person_id])
    return shown(row, keys.get(row.person_id))


async def list_corrections(
    session: AsyncSession, plan_id: UUID, page: Page, *, caller: Caller, keyring: Keyring
) -> Listing[CorrectionOut]:
    """A plan's requests in the order in which they came. Raises NotFound."""
    plan = await plan_in_sight(session, plan_id, caller)
    kept, cursor = page.cut(await repository.corrections_of(session, plan.id, page), lambda row: (row.id,))
    keys = await person_keys(session, keyring, [row.person_id for row in kept])
    return Listing[CorrectionOut].of([shown(row, keys.get(row.person_id)) for row in kept], cursor)


async def list_versions(
    session: AsyncSession, result_id: UUID, *, caller: Caller
) -> Sequence[ResultVersionOut]:
    """A result as it was recorded, and as each correction left it. Raises NotFound."""
    result, batch, _ = await repository.result_in_sight(session, result_id, caller)
    versions = (await repository.versions_of(session, [result.id])).get(result.id, [])
    first = ResultVersionOut(
        version=1, correction_id=None, recorded_at=batch.recorded_at, marks=MarksOut.model_validate(result)
    )
    return [
        first,
        *(
            ResultVersionOut(
                version=one.version,
                correction_id=one.correction_id,
                recorded_at=one.recorded_at,
                marks=MarksOut.model_validate(one),
            )
            for one in versions
        ),
    ]


def shown(row: Correction, key: PersonKey | None) -> CorrectionOut:
    """A request as lists show it; a person who was forgotten has neither name nor reason."""
    reason = identity = None
    if key is not None:
        reason = key.open(REASON, Sealed(person_id=row.person_id, ciphertext=row.reason))["text"]
        if row.identity is not None:
            plain = opened_identity(row, key)
            identity = CorrectedPersonOut(
                name=mask_name(plain["name"]), id_type=plain["id_type"], id_number=mask(plain["id_number"])
            )
    return CorrectionOut(
        id=row.id,
        result_id=row.result_id,
        plan_id=row.plan_id,
        state=row.state,
        about=row.about,
        before=MarksOut.model_validate(row.before),
        proposed=None if row.proposed is None else MarksOut.model_validate(row.proposed),
        identity=identity,
        reason=reason,
        evidence_kind=row.evidence_kind,
        evidence_sha256=row.evidence_sha256,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decision=row.decision,
        version=row.version,
    )
