"""Use case: import certificates of the time before (Art. 2)."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from certificate.certificates.models import Certificate
from certificate.legacy.domain import doubled, issued_here, row_mistakes
from certificate.legacy.models import LegacyCertificate
from certificate.legacy.schemas import ClashOut, LegacyImportOut, LegacyIn, LegacyRowIn
from common.auth import Caller
from common.errors import Violations
from common.events.certificate import LegacyImported
from common.identifiers.certificate_number import shape_of
from common.identifiers.documents import IdDocument, normalise
from common.identifiers.names import name_key
from common.ids import uuid7
from common.person_keys import person_keys
from common.sealed import Keyring, PersonKey, blind_index
from common.unit_of_work import UnitOfWork

IDENTITY = "identity"


async def import_legacy(
    uow: UnitOfWork, body: LegacyIn, *, caller: Caller, keyring: Keyring, index_key: bytes, today: date
) -> LegacyImportOut:
    """Take in all rows or, with every mistake told, none. Safe to send twice. Raises Violations."""
    mistakes = [
        mistake
        for place, row in enumerate(body.rows)
        for mistake in row_mistakes(f"/rows/{place}", row.number, row.level, row.issued_on, today)
    ]
    seen: set[tuple[str, str]] = set()
    for place, row in enumerate(body.rows):
        if (same := (row.number, name_key(row.name))) in seen:
            mistakes.append(doubled(f"/rows/{place}"))
        seen.add(same)
    if mistakes:
        raise Violations(mistakes)
    async with uow:
        await _refuse_our_own(uow, body)
        persons = [uuid7() for _ in body.rows]
        keys = await person_keys(uow.session, keyring, persons, create=True)
        rows = [
            _row(row, keys[person], index_key)
            | {
                "source": body.source,
                "evidence": body.evidence,
                "document_sha256": body.document_sha256,
                "imported_at": uow.clock.now(),
                "imported_by": caller.account_id,
            }
            for row, person in zip(body.rows, persons, strict=True)
        ]
        taken = await uow.session.scalars(
            insert(LegacyCertificate).on_conflict_do_nothing().returning(LegacyCertificate.id), rows
        )
        imported = len(taken.all())
        numbers = [row.number for row in body.rows]
        answer = LegacyImportOut(
            imported=imported, known=len(rows) - imported, clashes=await _clashes(uow, numbers)
        )
        if imported:
            uow.say(
                LegacyImported(
                    taken_from=body.source,
                    evidence=body.evidence,
                    certificates=imported,
                    document_sha256=body.document_sha256,
                    imported_by=caller.account_id,
                    import_id=uuid7(),
                )
            )
        await uow.commit(answer)
    return answer


def _row(row: LegacyRowIn, key: PersonKey, index_key: bytes) -> dict[str, Any]:
    document = None if row.id_number is None else IdDocument(row.id_type, normalise(row.id_number))
    identity = {"name": row.name, "id_type": row.id_type.value, "id_number": row.id_number or ""}
    return {
        "id": uuid7(),
        "number": row.number,
        "shape": shape_of(row.number),
        "item_name": row.item_name,
        "level": row.level,
        "issuer": row.issuer,
        "issued_on": row.issued_on,
        "person_id": key.person_id,
        "identity": key.seal(IDENTITY, identity).ciphertext,
        "name_index": blind_index(index_key, "name", name_key(row.name)),
        "id_index": None if document is None else blind_index(index_key, "id", document.index_text),
    }


async def _refuse_our_own(uow: UnitOfWork, body: LegacyIn) -> None:
    numbers = {row.number for row in body.rows}
    issued = await uow.session.scalars(select(Certificate.number).where(Certificate.number.in_(numbers)))
    if ours := set(issued):
        raise Violations(
            [
                issued_here(f"/rows/{place}/number")
                for place, row in enumerate(body.rows)
                if row.number in ours
            ]
        )


async def _clashes(uow: UnitOfWork, numbers: list[str]) -> tuple[ClashOut, ...]:
    persons = func.count(LegacyCertificate.name_index.distinct())
    rows = await uow.session.execute(
        select(LegacyCertificate.number, persons)
        .where(LegacyCertificate.number.in_(set(numbers)))
        .group_by(LegacyCertificate.number)
        .having(persons > 1)
        .order_by(LegacyCertificate.number)
    )
    return tuple(ClashOut(number=number, persons=count) for number, count in rows)
