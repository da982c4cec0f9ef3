"""PURE: retakes (补考): whoever failed one part repeats that part alone, while the passed ones are valid (DOMAIN 3)."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from common.ids import decode_id, encode_id
from common.marks import PartName, PassRule

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Earlier:
    """A failed result of the same person, item and level, with the rule that it was judged by."""

    result_id: UUID
    evaluated_on: date
    marks: Mapping[PartName, Decimal | None]
    rule: PassRule


@dataclass(frozen=True, slots=True)
class Carried:
    """A mark that still counts, and the result that it is of."""

    part: PartName
    mark: Decimal
    result_id: UUID

    def as_text(self) -> str:
        """As it is kept with the result."""
        return f"{self.part.value}:{encode_id('result', self.result_id)}"


@dataclass(frozen=True, slots=True)
class CarriedPart:
    """Where a kept mark came from."""

    part: str
    result_id: UUID

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The inverse of `Carried.as_text`."""
        part, _, result_id = text.partition(":")
        return cls(part, decode_id("result", result_id))


def valid_until(evaluated_on: date, months: int) -> date:
    """The last day on which a part passed on a day still counts: the same day of the month, so many months later."""
    number = evaluated_on.month - 1 + months
    year, month = evaluated_on.year + number // MONTHS_OF_YEAR, number % MONTHS_OF_YEAR + 1
    return date(year, month, min(evaluated_on.day, monthrange(year, month)[1]))


def carried_marks(
    wanted: Iterable[PartName], earlier: Iterable[Earlier], *, evaluated_on: date, months: int
) -> dict[PartName, Carried]:
    """The newest passed mark of each part that is still valid; parts without one are missing."""
    valid = sorted(
        (one for one in earlier if one.evaluated_on <= evaluated_on <= valid_until(one.evaluated_on, months)),
        key=lambda one: one.evaluated_on,
    )
    return {
        part: Carried(part, mark, one.result_id)
        for part in wanted
        for one in valid  # the newest comes last and stays
        if (mark := _passed(one, part)) is not None
    }


def _passed(earlier: Earlier, part: PartName) -> Decimal | None:
    mark = earlier.marks.get(part)
    described = next((one for one in earlier.rule.parts if one.name is part), None)
    return mark if mark is not None and described is not None and mark >= described.pass_mark else None


def without(rule: PassRule, parts: Iterable[PartName]) -> PassRule:
    """The rule over what was examined this time."""
    left_out = set(parts)
    return PassRule(tuple(part for part in rule.parts if part.name not in left_out))
