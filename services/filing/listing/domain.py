"""PURE: items and standards as plans are checked against them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the list on one day: its track decides the certificate (Art. 1).

    `edition_id`: the edition of the list that this version comes from, which decisions name; none for what was heard
    before editions were kept here.
    """

    code: str
    name: str
    track: str
    levels: frozenset[int]
    edition_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NormScope:
    """Whom an enterprise norm serves (Art. 6): `enterprises` by their credit codes, at these posts."""

    posts: tuple[str, ...]
    enterprises: frozenset[str]
    enterprise_class: str | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard with its kind (Art. 4), the levels it describes and its validity; `scope`: of an enterprise norm."""

    id: UUID
    name: str
    kind: str
    item_code: str
    levels: frozenset[int]
    valid_from: date
    valid_to: date | None
    scope: NormScope | None = None

    def serves(self, uscc: str) -> bool:
        """Whether an enterprise may evaluate by it: a norm serves those that it names, any other standard everybody."""
        return self.scope is None or uscc in self.scope.enterprises

    def in_force_on(self, day: date) -> bool:
        """Both ends of the validity belong to it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
