"""PURE: may this person sit for this level on this day? Every rule, every clause of it, and the day from which on.

A clause is `met` by what is proven, `needs_evidence` where it is met by what is only claimed, `not_met` otherwise. What
time brings, it never takes away: once a clause is met it stays so (decision record 26).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from common.eligibility.claims import TITLE_RANKS, Certificate, Claims, Diploma, Title, TitleGrade
from common.eligibility.counting import first_day, full_months, months_after, months_before, reached, worked
from common.eligibility.table import (
    AgeClause,
    ApprenticeshipClause,
    CertificateClause,
    Clause,
    DiplomaClause,
    PreparatoryClause,
    Rule,
    StudentClause,
    Table,
    TitleClause,
    WorkClause,
    WorkingClause,
)
from common.eligibility.texts import of_clause
from common.errors import Bilingual
from common.grades import Grade

Status = Literal["met", "needs_evidence", "not_met", "waived"]
FINAL_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ClauseFinding:
    """One condition. `earliest`: first day on which it is met if all goes on as it is; `months`: worked so far."""

    clause: Clause
    text: Bilingual
    status: Status
    earliest: date | None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One way to be eligible, with each of its conditions."""

    rule: Rule
    status: Status
    clauses: tuple[ClauseFinding, ...]
    earliest: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a table says of a person, a level and a day. `earliest`: by the rule that is met first."""

    grade: Grade
    day: date
    status: Status
    rules: tuple[RuleFinding, ...]
    earliest: date | None
    waiver: str | None = None

    @property
    def best(self) -> RuleFinding | None:
        """The rule that decides: the first one met, else one that lacks nothing but evidence, else the nearest."""
        return min(self.rules, key=_nearness, default=None)


def evaluate(
    table: Table, claims: Claims, grade: Grade, day: date, *, direct_channel: str | None = None
) -> Finding:
    """Hold every rule of a level against what is known of a person on the day of evaluation.

    `direct_channel`: the reason for which the department waives what takes years (Art. 14); it stays with the finding.
    """
    proven = _proven(claims)
    rules = tuple(
        _rule(rule, claims, proven, day, waives=direct_channel is not None) for rule in table.rules(grade)
    )
    best = min(rules, key=_nearness, default=None)
    days = [rule.earliest for rule in rules if rule.earliest is not None]
    return Finding(
        grade=grade,
        day=day,
        status=best.status if best else "not_met",
        rules=rules,
        earliest=min(days, default=None),
        waiver=direct_channel,
    )


def _nearness(found: RuleFinding) -> tuple[int, date]:
    return ("met", "needs_evidence", "not_met").index(found.status), found.earliest or date.max


def _proven(claims: Claims) -> Claims:
    """What is left when everything goes that is only said."""
    return replace(
        claims,
        born_on=claims.born_on if claims.born_proof != "claimed" else None,
        work=tuple(one for one in claims.work if one.proof != "claimed"),
        certificates=tuple(one for one in claims.certificates if one.proof != "claimed"),
        diplomas=tuple(one for one in claims.diplomas if one.proof != "claimed"),
        titles=tuple(one for one in claims.titles if one.proof != "claimed"),
        apprenticed_on=claims.apprenticed_on if claims.apprenticeship_proof != "claimed" else None,
        preparatory_on=claims.preparatory_on if claims.preparatory_proof != "claimed" else None,
    )


def _rule(rule: Rule, claims: Claims, proven: Claims, day: date, *, waives: bool) -> RuleFinding:
    clauses = tuple(_clause(clause, claims, proven, day, waives=waives) for clause in rule.clauses)
    statuses = {clause.status for clause in clauses}
    status: Status = "met"
    if "not_met" in statuses:
        status = "not_met"
    elif "needs_evidence" in statuses:
        status = "needs_evidence"
    days = [clause.earliest for clause in clauses]
    return RuleFinding(rule, status, clauses, None if None in days else max(filter(None, days)))


def _clause(clause: Clause, claims: Claims, proven: Claims, day: date, *, waives: bool) -> ClauseFinding:
    text, months = of_clause(clause), _months(clause, claims, day)
    if waives and isinstance(clause, WorkClause):
        return ClauseFinding(clause, text, "waived", day, months)
    asked = clause
    if waives and isinstance(clause, CertificateClause):  # held since so many years: seniority as well
        asked = clause.model_copy(update={"held_years": 0})
    status: Status = "not_met"
    if _holds(asked, proven, day):
        status = "met"
    elif _holds(asked, claims, day):
        status = "needs_evidence"
    return ClauseFinding(clause, text, status, first_day(lambda on: _holds(asked, claims, on)), months)


def _months(clause: Clause, claims: Claims, day: date) -> int | None:
    if not isinstance(clause, WorkClause):
        return None
    since = _since(clause, claims, day)
    return 0 if since is None else full_months(worked(claims.work, day, since=since))


# ── what each clause asks: a question to the claims and a day ────────────────────────────────
def _holds(clause: Clause, claims: Claims, day: date) -> bool:
    return _TESTS[type(clause)](clause, claims, day)


def _is_of_age(clause: AgeClause, claims: Claims, day: date) -> bool:
    return claims.born_on is not None and months_after(claims.born_on, 12 * clause.years) <= day


def _works(_: WorkingClause, claims: Claims, day: date) -> bool:
    return bool(worked(claims.work, day))


def _is_certified(clause: CertificateClause, claims: Claims, day: date) -> bool:
    held = 12 * clause.held_years
    return any(months_after(one.issued_on, held) <= day for one in _at_least(clause.level, claims))


def _is_titled(clause: TitleClause, claims: Claims, day: date) -> bool:
    return any(one.granted_on <= day for one in _titled(clause.grade, claims))


def _has_finished(clause: DiplomaClause, claims: Claims, day: date) -> bool:
    return any(_finishes(clause, one, day) for one in claims.diplomas)


def _goes_to(clause: StudentClause, claims: Claims, day: date) -> bool:
    return any(
        one.school in clause.schools and (one.enrolled_on or _final_year(one)) <= day
        for one in claims.diplomas
    )


def _was_apprenticed(_: ApprenticeshipClause, claims: Claims, day: date) -> bool:
    return claims.apprenticed_on is not None and claims.apprenticed_on <= day


def _is_preparatory(_: PreparatoryClause, claims: Claims, day: date) -> bool:
    return claims.preparatory_on is not None and claims.preparatory_on <= day


def _has_worked(clause: WorkClause, claims: Claims, day: date) -> bool:
    since = _since(clause, claims, day)
    return since is not None and reached(worked(claims.work, day, since=since), 12 * clause.years)


def _since(clause: WorkClause, claims: Claims, day: date) -> date | None:
    """From which day on work counts; None while what it has to follow is not there."""
    if clause.after_certificate is not None:
        days = [one.issued_on for one in _at_least(clause.after_certificate, claims)]
    elif clause.after_title is not None:
        days = [one.granted_on for one in _titled(clause.after_title, claims)]
    else:
        return date.min
    return min((one for one in days if one <= day), default=None)


def _at_least(level: int, claims: Claims) -> list[Certificate]:
    """Certificates of this level or a higher one; a national qualification counts as its level (Art. 2)."""
    wanted = Grade(level)
    return [one for one in claims.certificates if one.is_related and not wanted.outranks(one.grade)]


def _titled(grade: TitleGrade, claims: Claims) -> list[Title]:
    return [one for one in claims.titles if TITLE_RANKS[one.grade] >= TITLE_RANKS[grade]]


def _finishes(clause: DiplomaClause, diploma: Diploma, day: date) -> bool:
    """Finished by that day; where students of the final year are taken, a year earlier."""
    fits = diploma.school in clause.schools or (
        diploma.school in clause.assessed_schools and diploma.is_assessed
    )
    if not fits or not diploma.is_related:
        return False
    if diploma.graduated_on <= day:
        return True
    return clause.final_year and max(diploma.enrolled_on or date.min, _final_year(diploma)) <= day


def _final_year(diploma: Diploma) -> date:
    """Its first day: who leaves a school within a year goes to it, also where nobody asked since when."""
    return months_before(diploma.graduated_on, FINAL_YEAR_MONTHS)


_TESTS: Final[Mapping[type[Any], Callable[[Any, Claims, date], bool]]] = {
    AgeClause: _is_of_age,
    WorkingClause: _works,
    WorkClause: _has_worked,
    CertificateClause: _is_certified,
    TitleClause: _is_titled,
    DiplomaClause: _has_finished,
    StudentClause: _goes_to,
    ApprenticeshipClause: _was_apprenticed,
    PreparatoryClause: _is_preparatory,
}
