"""PURE: from the whole table of a question to its answer: cut, suppressed for the public, its measures worked out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from audit.statistics.dimensions import RATIOS, Count, Measure
from audit.statistics.question import Question
from audit.statistics.suppression import Key, hidden_cells

PEOPLE: Final[frozenset[Count]] = frozenset(
    {"candidates", "passed", "failed", "absent", "misconduct", "certificates", "revoked", "persons"}
)
_PLACES: Final = Decimal("0.0001")
Value = int | str | None
Sums = Mapping[Key, Mapping[Count, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the answer. `hidden`: too few people to be shown, or needed to hide such a line."""

    key: Key
    values: Mapping[Measure, Value]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    rows: tuple[Row, ...]
    total: Row


def answer(question: Question, table: Sums, *, for_public: bool) -> Answer:
    """The rows in the order of their keys, and the total of what was asked for.

    `table`: the sums of every combination of `question.table`, filtered by nothing but the months.
    """
    hidden = _hidden(question, table) if for_public else frozenset()
    places = [question.table.index(dimension) for dimension in question.where]
    kept = {
        key: sums
        for key, sums in table.items()
        if all(
            key[place] in question.where[dimension]
            for place, dimension in zip(places, question.where, strict=True)
        )
    }
    width = len(question.by)
    rows: dict[Key, Counter[Count]] = {}
    veiled: set[Key] = set()
    total: Counter[Count] = Counter()
    for key, sums in kept.items():
        rows.setdefault(key[:width], Counter()).update(sums)
        total.update(sums)
        if key in hidden:
            veiled.add(key[:width])
    shown = tuple(_row(question, key, rows[key], hidden=key in veiled) for key in sorted(rows))
    return Answer(
        shown, _row(question, (), total, hidden=for_public and _total_is_telling(question, kept, hidden))
    )


def _hidden(question: Question, table: Sums) -> frozenset[Key]:
    found: frozenset[Key] = frozenset()
    for count in question.counts:
        if count in PEOPLE and question.table:
            found |= hidden_cells({key: sums.get(count, 0) for key, sums in table.items()})
    return found


def _total_is_telling(question: Question, kept: Sums, hidden: frozenset[Key]) -> bool:
    """A filtered total over one hidden cell alone is that cell; a total of under five people says who they are."""
    left_out = [key for key in kept if key in hidden]
    if question.where and len(left_out) == 1:
        return True
    people = [
        sum(sums.get(count, 0) for sums in kept.values()) for count in question.counts if count in PEOPLE
    ]
    return any(0 < count < 5 for count in people)


def _row(question: Question, key: Key, sums: Mapping[Count, int], *, hidden: bool) -> Row:
    if hidden:
        return Row(key, dict.fromkeys(question.measures), hidden=True)
    return Row(key, {measure: measured(measure, sums) for measure in question.measures})


def measured(measure: Measure, sums: Mapping[Count, int]) -> Value:
    """A measure's value: a whole number, a quotient as decimal text with four places, null where nothing is divided."""
    if measure in RATIOS:
        ratio = RATIOS[measure]
        under = sums.get(ratio.under, 0)
        if not under:
            return None
        quotient = Decimal(sums.get(ratio.over, 0)) / Decimal(under)
        return str(quotient.quantize(_PLACES, ROUND_HALF_UP))
    if measure == "valid":
        return exact(sums.get("certificates", 0) - sums.get("revoked", 0))
    return exact(sum(value for count, value in sums.items() if count == measure))


def exact(number: int) -> int | str:
    """A number as every reader of JSON takes it exactly: as text where a double could not hold it."""
    return number if abs(number) < 1 << 53 else str(number)


def values_of(rows: Iterable[Row], measure: Measure) -> dict[Key, Value]:
    return {row.key: row.values[measure] for row in rows}
