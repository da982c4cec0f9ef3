"""PURE: the conditions of a standard: its own table, or the general one of the regulation that it follows (Art. 4)."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from common.eligibility import Claims, Finding, Regulation, Table, evaluate, national_table, table_from
from common.eligibility.table import AgeClause
from common.grades import Grade

DIRECT: Final = "Art. 14"
NEWEST: Final[Regulation] = "2023"


class Rules:
    """A table that is asked of many candidates, most of whom say much the same."""

    def __init__(self, table: Table) -> None:
        self.regulation = table.regulation
        self._table = table
        self._known = lru_cache(maxsize=1_024)(self._evaluated)

    def finding(self, claims: Claims, grade: Grade, day: date, *, waives_seniority: bool) -> Finding:
        """What the table says."""
        return self._known(claims, grade, day, waives_seniority)

    def asks_age(self, grade: Grade) -> bool:
        """Whether it matters when somebody was born."""
        clauses = (clause for rule in self._table.rules(grade) for clause in rule.clauses)
        return any(isinstance(clause, AgeClause) for clause in clauses)

    def _evaluated(self, claims: Claims, grade: Grade, day: date, waives_seniority: bool) -> Finding:
        return evaluate(self._table, claims, grade, day, direct_channel=DIRECT if waives_seniority else None)


def rules_of(regulation: Regulation = NEWEST, own: Mapping[str, Any] | None = None) -> Rules:
    """Those of a standard with a table of its own, or without one."""
    return _rules(regulation, None if own is None else json.dumps(own, sort_keys=True))


@lru_cache(maxsize=32)
def _rules(regulation: Regulation, own: str | None) -> Rules:
    return Rules(national_table(regulation) if own is None else table_from(json.loads(own)))
