"""PURE: the machine's decision on a candidate: claims and facts held against the table by clause (Art. 2, 14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from common.eligibility import (
    Certificate,
    Claims,
    Diploma,
    Finding,
    Period,
    RuleFinding,
    Title,
)
from common.eligibility.counting import months_before
from common.errors import Bilingual, FieldError
from common.grades import Grade
from registration.claims.domain import Stated
from registration.claims.rules import Rules
from registration.mistakes import mistake
from registration.rosters.domain import Eligible

NOTICES: Final = frozenset({"prior-unknown"})
"""Codes that are told of a row and do not refuse it."""
UNKNOWN_DAY = date(1900, 1, 1)  # of a document whose day nobody named: the reviewer sees it on the document


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of this platform."""

    number: str
    person_id: UUID
    item_code: str
    level: int
    issued_on: date
    is_revoked: bool = False
    is_level: bool = True  # a special ability is certified without one


@dataclass(frozen=True, slots=True)
class Question:
    """A candidate as the rules see one. `person_id`: none when the province meets the person for the first time;
    `is_birth_claimed`: not every document tells the day of birth.
    """

    row: int
    item_code: str
    level: int
    day: date
    born_on: date | None
    stated: Stated
    person_id: UUID | None = None
    waives_seniority: bool = False
    is_birth_claimed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say, and what is told of the row. `finding`: none where there was nothing to hold against them."""

    eligible: Eligible
    finding: Mapping[str, Any] | None
    errors: Sequence[FieldError]


def decide(question: Question, rules: Rules, own: Sequence[Held], named: Held | None) -> Decision:
    """`own`: certificates of the person; `named`: the platform's certificate of the number that the row names."""
    grade = Grade(question.level)
    errors = [*_of_own(question, own), *_of_named(question, named)]
    claims = _claims(question, own, is_known=named is not None)
    if not rules.asks_age(grade):  # nor is one finding told from another by it
        claims = replace(claims, born_on=None)
    finding = rules.finding(claims, grade, question.day, waives_seniority=question.waives_seniority)
    eligible: Eligible = "met" if finding.status in ("met", "waived") else "needs_evidence"
    is_open = (
        question.stated.prior_number is not None and named is None and question.stated.prior_level is None
    )
    asks_nothing = not finding.rules  # that a machine could tell: whoever reviews reads the standard
    if finding.status == "not_met" and question.stated.is_case and not is_open and not asks_nothing:
        eligible = "not_met"
        if not errors:
            errors.append(_not_eligible(question, finding))
    is_told = eligible == "met" or own or question.stated != Stated()
    return Decision(eligible, _as_data(finding, rules) if is_told else None, errors)


def _of_own(question: Question, own: Sequence[Held]) -> list[FieldError]:
    wanted = Grade(question.level)
    for one in own:
        is_other = one.item_code != question.item_code or not one.is_level
        if one.is_revoked or is_other or wanted.outranks(Grade(one.level)):
            continue
        return [mistake("level-held", question.row, "level", level=one.level, number=f"…{one.number[-4:]}")]
    return []


def _of_named(question: Question, named: Held | None) -> list[FieldError]:
    if question.stated.prior_number is None:
        return []
    if named is None:
        return [mistake("prior-unknown", question.row, "prior_number")]
    if named.person_id != question.person_id:
        return [mistake("prior-other-person", question.row, "prior_number")]
    return [mistake("prior-revoked", question.row, "prior_number")] if named.is_revoked else []


def _certificate(held: Held, question: Question) -> Certificate:
    """A fact. Of another occupation, whoever names it claims that it is a related one; else it brings nothing here."""
    if held.item_code == question.item_code:
        return Certificate(Grade(held.level), held.issued_on, proof="registry")
    is_named = held.number == question.stated.prior_number
    return Certificate(Grade(held.level), held.issued_on, is_related=is_named)


def _claims(question: Question, own: Sequence[Held], *, is_known: bool) -> Claims:
    """Facts of the registry beside what is only said. A certificate that the registry knows is not claimed as well."""
    said = question.stated
    certificates = [_certificate(one, question) for one in own if one.is_level and not one.is_revoked]
    if said.prior_level is not None and not is_known:
        certificates.append(Certificate(Grade(said.prior_level), said.prior_issued_on or UNKNOWN_DAY))
    began = said.work_began_on
    if said.work_months is not None:  # the years in this occupation say more than the first day at work
        began = months_before(question.day, said.work_months)
    return Claims(
        born_on=question.born_on or UNKNOWN_DAY,
        born_proof="claimed" if question.is_birth_claimed or question.born_on is None else "documented",
        work=() if began is None or began >= question.day else (Period(began),),
        certificates=tuple(certificates),
        diplomas=()
        if said.school is None
        else (Diploma(said.school, said.graduated_on or UNKNOWN_DAY, said.enrolled_on),),
        titles=() if said.title is None else (Title(said.title, said.title_granted_on or UNKNOWN_DAY),),
        apprenticed_on=said.apprenticed_on,
    )


_STATUS: Final = {
    "met": Bilingual("已满足", "met"),
    "needs_evidence": Bilingual("待证明", "needs evidence"),
    "not_met": Bilingual("未满足", "not met"),
    "waived": Bilingual("已豁免", "waived"),
}


def _not_eligible(question: Question, finding: Finding) -> FieldError:
    """Every clause with its status, and the first day on which the person will qualify."""
    rules = [_told(one) for one in finding.rules]
    earliest = finding.earliest
    when = (
        Bilingual("仅凭时间推移不会满足。", "Time alone does not bring it.")
        if earliest is None
        else Bilingual(f"最早 {earliest} 满足。", f"Met on {earliest} at the earliest.")
    )
    return FieldError(
        code="not-eligible",
        detail=Bilingual(
            f"不符合{Grade(question.level).zh}的任何一条申报条件。{''.join(one.zh for one in rules)}{when.zh}",
            f"None of the conditions of level {question.level} is met. "
            f"{' '.join(one.en for one in rules)} {when.en}",
        ),
        remedy=Bilingual(
            "请核对工作年限、已持证书和学历;所缺条件满足后再申报,或改报较低等级。",
            "Check years of work, certificate and school; come back when it is met, or seek a lower level.",
        ),
        row=question.row,
        column="level",
        article="4",
    )


def _told(rule: RuleFinding) -> Bilingual:
    zh = ",".join(f"{one.text.zh}({_STATUS[one.status].zh})" for one in rule.clauses)
    en = ", ".join(f"{one.text.en} ({_STATUS[one.status].en})" for one in rule.clauses)
    return Bilingual(f"{rule.rule.id}:{zh}。", f"{rule.rule.id}: {en}.")


def _as_data(finding: Finding, rules: Rules) -> dict[str, Any]:
    """What is kept and shown of a finding: by which rule, each clause, from when on."""
    best = finding.best
    return {
        "regulation": rules.regulation,
        "on": finding.day.isoformat(),
        "status": finding.status,
        "rule": best.rule.id if best else None,
        "earliest": finding.earliest.isoformat() if finding.earliest else None,
        "waiver": finding.waiver,
        "rules": [
            {
                "id": rule.rule.id,
                "status": rule.status,
                "clauses": [
                    {"zh": one.text.zh, "en": one.text.en, "status": one.status} for one in rule.clauses
                ],
            }
            for rule in finding.rules
        ],
    }
