"""PURE: what will be signed, and the lint that it must pass before it is (as certificate authorities do)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, get_args
from uuid import UUID

from common.certificate_code import (
    Claims,
    Kind,
    PublishedKey,
    fitted_name,
    kind_of,
    level_of,
    read_payload,
    register_of,
)
from common.identifiers.names import normalise_name

CHUNK: Final = 500
SHORTEST_PAYLOAD, LONGEST_PAYLOAD = 24, 255
LEVELS: Final = range(1, 6)
LONGEST_ITEM_CODE: Final = 24


@dataclass(frozen=True, slots=True)
class Holder:
    """The person a certificate names; opened for signing and indexing, never stored in clear."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate before its signature."""

    result_id: UUID
    person_id: UUID
    identity: str
    holder: Holder = field(repr=False)
    kind: Kind
    level: int
    item_code: str
    item_name: str
    number: str
    issued_on: date
    status_index: int

    @property
    def claims(self) -> Claims:
        return Claims(self.number, self.item_code, self.holder.name, self.issued_on, self.status_index)


def unfit_for_number(track: str, level: int) -> str | None:
    """Why no number rule has a number for such a result; None when one has."""
    if track not in get_args(Kind):
        return "track-unknown"
    if track != "special_ability" and level not in LEVELS:
        return "level-outside-rule"
    return None


def lint(draft: Draft, key: PublishedKey, *, today: date) -> str | None:
    """Why a draft must not be signed; None when nothing speaks against it."""
    try:
        kind, level, register = kind_of(draft.number), level_of(draft.number), register_of(draft.number)
    except ValueError:
        return "number-shape"
    checks = {
        "number-kind": kind == draft.kind,
        "number-level": level in (None, draft.level),
        "number-register": register == key.register,
        "number-year": str(draft.issued_on.year % 100).zfill(2) == _year_digits(draft.number),
        "issue-date": draft.issued_on <= today and key.covers(draft.issued_on),
        "item-code": draft.item_code.isascii() and 0 < len(draft.item_code) <= LONGEST_ITEM_CODE,
        "holder-name": bool(draft.holder.name) and normalise_name(draft.holder.name) == draft.holder.name,
        "status-index": 0 <= draft.status_index < 1 << 32,
    }
    failed = next((reason for reason, holds in checks.items() if not holds), None)
    return failed or _lint_payload(draft)


def _lint_payload(draft: Draft) -> str | None:
    """What will be signed says what the draft says, reads back the same, and holds no ID number."""
    payload = draft.claims.payload()
    if not SHORTEST_PAYLOAD <= len(payload) <= LONGEST_PAYLOAD:
        return "payload-size"
    if draft.holder.id_number.encode() in payload:
        return "payload-identity"
    expected = Claims(
        draft.number, draft.item_code, fitted_name(draft.holder.name), draft.issued_on, draft.status_index
    )
    return None if read_payload(payload) == expected else "payload-differs"


def _year_digits(number: str) -> str:
    return number[13:15] if kind_of(number) == "skill_level" else number[:2]
