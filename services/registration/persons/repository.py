"""Persons found and made in bulk, with their identities sealed and shown masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, LargeBinary, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import FieldError
from common.events import Sealed
from common.identifiers.documents import mask
from common.identifiers.names import mask_name, name_key
from common.ids import uuid7
from common.jobs.files import Row
from common.person_keys import person_keys
from common.sealed import Keyring, PersonKey, blind_index
from registration.mistakes import mistake
from registration.persons.domain import Applicant
from registration.persons.models import Person

IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Known:
    """A person that the province knows."""

    id: UUID
    name_index: bytes


@dataclass(frozen=True, slots=True)
class Masked:
    """A person as lists show them."""

    name: str
    id_type: str | None
    id_number: str | None


FORGOTTEN = Masked("***", None, None)


def staged(applicant: Applicant, index_key: bytes) -> Row:
    """What is kept of who a row is about, until it is recorded."""
    document = applicant.document
    return {
        "name": applicant.name,
        "id_type": document.type.value,
        "id_number": document.number,
        "sex": document.sex,
        "birth_year": document.birth_date.year if document.birth_date else None,
        "item_code": applicant.item.code,
        "level": applicant.item.level,
        "id_index": blind_index(index_key, "person", document.index_text).hex(),
        "name_index": blind_index(index_key, "name", name_key(applicant.name)).hex(),
    }


async def known_persons(session: AsyncSession, rows: Iterable[Row]) -> dict[str, Known]:
    """Index (hex) → person, for the rows whose persons are known."""
    indexes = {bytes.fromhex(row["id_index"]) for row in rows}
    found = await session.execute(
        select(Person.id_index, Person.id, Person.name_index).where(Person.id_index.in_(indexes))
    )
    return {index.hex(): Known(person_id, name_index) for index, person_id, name_index in found}


def other_names(rows: Iterable[Row], known: Mapping[str, Known]) -> list[FieldError]:
    """Rows whose number is registered under another name."""
    return [
        mistake("id-other-name", row["row"], "name")
        for row in rows
        if (person := known.get(row["id_index"])) and person.name_index.hex() != row["name_index"]
    ]


async def registered(session: AsyncSession, rows: Sequence[Row], *, now: datetime) -> dict[str, UUID]:
    """Index (hex) → person id, for all rows; persons met for the first time are entered."""
    known = await known_persons(session, rows)
    missing = {row["id_index"]: row["name_index"] for row in rows if row["id_index"] not in known}
    if missing:
        await session.execute(
            _ENTER,
            {
                "ids": [uuid7() for _ in missing],
                "indexes": [bytes.fromhex(index) for index in sorted(missing)],  # in one order: no deadlocks
                "names": [bytes.fromhex(missing[index]) for index in sorted(missing)],
                "now": now,
            },
        )
        known = await known_persons(session, rows)
    return {index: person.id for index, person in known.items()}


# One statement of three arrays: an INSERT of as many VALUES would be compiled anew for each chunk.
_ENTER = text(
    "INSERT INTO person (id, id_index, name_index, registered_at)"
    " SELECT new.*, :now FROM unnest(:ids, :indexes, :names) AS new ON CONFLICT (id_index) DO NOTHING"
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("indexes", type_=ARRAY(LargeBinary)),
    bindparam("names", type_=ARRAY(LargeBinary)),
    bindparam("now", type_=DateTime(timezone=True)),
)


async def sealed_identities(
    session: AsyncSession, keyring: Keyring, rows: Sequence[Row], persons: Mapping[str, UUID]
) -> tuple[list[Sealed], dict[UUID, PersonKey]]:
    """Each row's name and document, sealed with the person's key; and the keys."""
    keys = await person_keys(session, keyring, [persons[row["id_index"]] for row in rows], create=True)
    plain = ("name", "id_type", "id_number")
    return [
        keys[persons[row["id_index"]]].seal(IDENTITY, {name: row[name] for name in plain}) for row in rows
    ], keys


async def masked(session: AsyncSession, keyring: Keyring, sealed: Sequence[tuple[UUID, str]]) -> list[Masked]:
    """Persons as lists show them, in order. `sealed`: person and ciphertext of the identity."""
    keys = await person_keys(session, keyring, [person_id for person_id, _ in sealed])
    return [_masked(keys.get(person_id), person_id, ciphertext) for person_id, ciphertext in sealed]


def _masked(key: PersonKey | None, person_id: UUID, ciphertext: str) -> Masked:
    if key is None:
        return FORGOTTEN
    plain: dict[str, Any] = key.open(IDENTITY, Sealed(person_id=person_id, ciphertext=ciphertext))
    return Masked(mask_name(plain["name"]), plain["id_type"], mask(plain["id_number"]))
