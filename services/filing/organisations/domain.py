"""PURE: what an organisation may evaluate, where and until when (Art. 12), and its certificate register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from common.events.filing import Mode, OrganisationKind
from common.regions import covers

State = Literal["applied", "approved", "refused"]
RequestKind = Literal["application", "change", "renewal"]
Act = Literal["apply", "approve", "refuse"]

# DOMAIN: numbers, position 1. `Y` evaluates its own staff, `S` whoever comes.
REGISTER_CATEGORY: Final[dict[OrganisationKind, str]] = {
    "employer": "Y",
    "third_party_agency": "S",
    "industry_body": "S",
    "school": "S",
    "government_centre": "S",
    "foreign_body": "S",
}
# Art. 11, 12: employers evaluate their own; the others whoever comes; schools certify their students, too.
MODES_OF: Final[dict[OrganisationKind, frozenset[Mode]]] = {
    "employer": frozenset({"enterprise"}),
    "third_party_agency": frozenset({"social", "competition"}),
    "industry_body": frozenset({"social", "competition"}),
    "school": frozenset({"school", "social"}),
    "government_centre": frozenset({"social", "competition"}),
    "foreign_body": frozenset({"social"}),
}


@dataclass(frozen=True, slots=True)
class ScopePart:
    """Items × levels × regions × modes. No item code: every item of the list."""

    item_codes: frozenset[str]
    levels: frozenset[int]
    regions: frozenset[str]
    modes: frozenset[str]

    def allows_mode(self, mode: str) -> bool:
        return mode in self.modes

    def allows_region(self, county: str) -> bool:
        """A city or the province covers its counties."""
        return any(covers(office, county) for office in self.regions)

    def allows_item(self, item_code: str) -> bool:
        return not self.item_codes or item_code in self.item_codes

    def allows_level(self, level: int) -> bool:
        return level in self.levels


@dataclass(frozen=True, slots=True)
class Scope:
    """One approval: its parts and its validity, both days included."""

    number: int
    parts: tuple[ScopePart, ...]
    valid_from: date
    valid_to: date


def scope_on(approvals: Iterable[Scope], day: date) -> Scope | None:
    """The scope that counts on a day: the newest approval that has begun, while it lasts.

    A newer approval replaces an older one from its first day on, also where it is narrower.
    """
    begun = [scope for scope in approvals if scope.valid_from <= day]
    newest = max(begun, key=lambda scope: scope.number, default=None)
    return newest if newest is not None and day <= newest.valid_to else None


@dataclass(frozen=True, slots=True)
class Register:
    """Positions 1–13 of certificate numbers (DOMAIN: numbers)."""

    category: str
    organisation_code: str
    province: str
    site_serial: str


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as it is checked. `register`: none, where the organisation keeps the one it has."""

    parts: tuple[ScopePart, ...]
    register: Register | None
    valid_from: date | None
    valid_to: date | None


# A refused organisation applies again; an approved one is approved anew when its scope changes.
TRANSITIONS: Final[dict[tuple[State, Act], State]] = {
    ("applied", "approve"): "approved",
    ("applied", "refuse"): "refused",
    ("approved", "approve"): "approved",
    ("refused", "apply"): "applied",
}
