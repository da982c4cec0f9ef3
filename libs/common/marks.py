"""PURE: when a candidate has passed (Art. 7–10; DOMAIN 3): every part its mark, and ethics as a gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from common.errors import Bilingual
from common.grades import Grade

PASS_MARK, MAX_MARK = 60, 100


class PartName(StrEnum):
    """Parts of the ability dimension."""

    THEORY = "theory"
    SKILL = "skill"
    REVIEW = "review"

    @property
    def zh(self) -> str:
        return {"theory": "理论知识", "skill": "技能考核", "review": "综合评审"}[self.value]


class Outcome(StrEnum):
    """What came of it. Absence is an outcome of its own, never a mark of 0."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    MISCONDUCT = "misconduct"


@dataclass(frozen=True, slots=True)
class Part:
    """One part with the mark that passes it, out of 100."""

    name: PartName
    pass_mark: int = PASS_MARK
    max_mark: int = MAX_MARK


@dataclass(frozen=True, slots=True)
class PassRule:
    """All parts must be passed; the rule belongs to a level of a standard."""

    parts: tuple[Part, ...]

    @property
    def names(self) -> tuple[PartName, ...]:
        return tuple(part.name for part in self.parts)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome with its reasons, worded for whoever asks why."""

    outcome: Outcome
    reasons: tuple[Bilingual, ...]

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED


def default_rule(grade: Grade) -> PassRule:
    """The general rule: theory and skill; for 二级 and 一级 a comprehensive review as well, 60 of 100 in each."""
    names = [PartName.THEORY, PartName.SKILL]
    if grade in {Grade.ONE, Grade.TWO}:
        names.append(PartName.REVIEW)
    return PassRule(tuple(map(Part, names)))


def judge(
    rule: PassRule,
    marks: Mapping[PartName, Decimal | int | None],
    *,
    ethics_passed: bool,
    absent: bool = False,
    misconduct: bool = False,
) -> Judgement:
    """Judge one candidate. A part without a mark counts as not passed; marks are validated before (0 … max).

    Misconduct outweighs absence, absence outweighs marks; ethics is a gate whatever the rest (Art. 7).
    """
    if misconduct:
        return Judgement(
            Outcome.MISCONDUCT, (Bilingual("违纪,成绩无效。", "Misconduct: the result is void."),)
        )
    if absent:
        return Judgement(Outcome.ABSENT, (Bilingual("缺考。", "Absent."),))
    reasons = [reason for part in rule.parts if (reason := _shortfall(part, marks.get(part.name)))]
    if not ethics_passed:
        reasons.insert(
            0, Bilingual("职业道德评价不合格(第7条)。", "Professional ethics not passed (Art. 7).")
        )
    if reasons:
        return Judgement(Outcome.FAILED, tuple(reasons))
    return Judgement(Outcome.PASSED, (Bilingual("各部分均合格。", "Every part was passed."),))


def _shortfall(part: Part, mark: Decimal | int | None) -> Bilingual | None:
    if mark is None:
        return Bilingual(f"{part.name.zh}无成绩。", f"No mark for {part.name}.")
    if mark < part.pass_mark:
        return Bilingual(
            f"{part.name.zh}低于合格分 {part.pass_mark}。",
            f"Mark for {part.name} below the pass mark {part.pass_mark}.",
        )
    return None
