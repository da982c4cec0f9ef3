"""PURE: rows of results: marks, the ethics gate, absence, misconduct; who may enter them (Art. 7-10, 18)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from common.errors import Bilingual, FieldError, Forbidden
from common.marks import MAX_MARK, Judgement, Outcome, Part, PartName, PassRule, judge
from common.tabular.columns import Column
from common.tabular.rows import RawRow
from registration.mistakes import mistake
from registration.persons.domain import (
    PERSON_COLUMNS,
    Applicant,
    Doubles,
    Fields,
    read_applicant,
    read_day,
)
from registration.plans.domain import Plan
from registration.results.retakes import without
from registration.rosters.domain import CandidateState

LONGEST_REMARK: Final = 200
_YES = {"是", "yes", "y", "true", "1", "√", "缺考", "违纪", "absent"}
_NO = {"否", "no", "n", "false", "0", "无", "正常"}
_PASS = {"合格", "pass", "passed", "通过", "yes", "true", "是"}
_FAIL = {"不合格", "fail", "failed", "未通过", "no", "false", "否"}
_MARK = re.compile(r"-?\d{1,9}(?:\.(\d+))?", re.ASCII)
_DECIMALS = 2
_BETWEEN = re.compile(r"[\s,;/\u3001\uff0c\uff1b]+")

COLUMNS = (
    *PERSON_COLUMNS,
    Column("theory", ("理论成绩", "理论知识成绩", "理论")),
    Column("skill", ("技能成绩", "操作技能成绩", "实操成绩", "技能")),
    Column(
        "review",
        ("综合评审成绩", "综合评审", "综合成绩"),
        note=Bilingual("二级、一级填写", "levels 2 and 1 only"),
    ),
    Column("ethics", ("职业道德", "职业道德评价"), options=("合格", "不合格")),
    Column(
        "passed",
        ("是否合格", "评定结果", "评定成绩"),
        options=("合格", "不合格"),
        note=Bilingual(
            "可不填;以平台按标准判定的为准", "may be left out: the platform decides by the standard"
        ),
    ),
    Column("absent", ("缺考", "是否缺考"), options=("是", "否")),
    Column("misconduct", ("违纪", "是否违纪", "舞弊"), options=("是", "否")),
    Column(
        "retake",
        ("补考", "是否补考"),
        options=("是", "否"),
        note=Bilingual(
            "补考只填写本次考核的部分;此前合格且仍在有效期内的部分留空",
            "only the parts examined this time; parts passed before and still valid stay empty",
        ),
    ),
    Column("evaluated_on", ("评价日期", "考试日期", "评定日期")),
    Column(
        "examiners",
        ("考评员", "考评员编号"),
        note=Bilingual("方案中考评员的卡号,以顿号分隔", "cards of the plan's examiners, separated by commas"),
        width=24,
    ),
    Column("remark", ("备注",), width=24),
)


class NotBatchOwner(Forbidden):
    """The plan names the account that enters its results (Art. 18(2)(3): 考评组长)."""

    code = "not-batch-owner"
    article = "18(3)"
    title = Bilingual("不是该批次的登记账户", "Not the account that enters this batch")


@dataclass(frozen=True, slots=True)
class Scores:
    """What a row says of the evaluation."""

    marks: Mapping[PartName, Decimal | None]
    ethics_passed: bool
    absent: bool
    misconduct: bool
    evaluated_on: date
    remark: str | None
    examiners: tuple[str, ...] = ()
    carried: tuple[PartName, ...] = ()  # not examined this time, passed before


@dataclass(frozen=True, slots=True)
class Result:
    """One candidate's result, judged."""

    applicant: Applicant
    scores: Scores
    outcome: Outcome


def check_recorder(plan: Plan, account_id: UUID) -> None:
    """Where the plan names an account for its results, no other enters them. Raises NotBatchOwner."""
    if plan.recorder_account_id not in (None, account_id):
        raise NotBatchOwner(
            Bilingual(
                "该方案指定了登记结果的专用账户,请使用该账户登记。",
                "The plan names the account that enters its results; use that one.",
            )
        )


def results_judge(
    plan: Plan, rules: Mapping[tuple[str, int], PassRule], *, today: date
) -> Callable[[RawRow], tuple[Result | None, Sequence[FieldError]]]:
    """The validator of a sheet's rows, for one file: it remembers who stood in it before."""
    doubles = Doubles()

    def judged(raw: RawRow) -> tuple[Result | None, Sequence[FieldError]]:
        fields = Fields(raw)
        applicant = read_applicant(fields, plan, today=today)
        rule = None
        if applicant is not None:
            doubles.check(fields, applicant)
            rule = rules[applicant.item.code, applicant.item.level]
        scores = read_scores(fields, rule, plan, today)
        if applicant is None or rule is None or fields.errors:
            return None, fields.errors
        verdict = judge(
            without(rule, scores.carried),
            scores.marks,
            ethics_passed=scores.ethics_passed,
            absent=scores.absent,
            misconduct=scores.misconduct,
        )
        _check_claim(fields, verdict)
        return None if fields.errors else Result(applicant, scores, verdict.outcome), fields.errors

    return judged


def read_scores(fields: Fields, rule: PassRule | None, plan: Plan, today: date) -> Scores:
    """What a row says of the evaluation; read as far as can be when the item, and so the rule, is not known."""
    absent = _answer(fields, "absent", _YES, _NO) or False
    misconduct = _answer(fields, "misconduct", _YES, _NO) or False
    marks = {part: _mark(fields, part.value) for part in PartName}
    ethics = _answer(fields, "ethics", _PASS, _FAIL)
    is_retake = _answer(fields, "retake", _YES, _NO) or False
    carried: tuple[PartName, ...] = ()
    if not (absent or misconduct):
        if ethics is None:
            fields.wrong("ethics-missing", "ethics")
        if rule is not None:
            if is_retake and any(marks[part] is not None for part in rule.names):
                carried = tuple(part for part in rule.names if marks[part] is None)
            _check_parts(fields, without(rule, carried), marks)
    elif absent and not misconduct:
        _check_no_marks(fields, marks)
    evaluated_on = _evaluated_on(fields, plan, today)
    return Scores(
        marks,
        bool(ethics),
        absent,
        misconduct,
        evaluated_on,
        _remark(fields),
        _examiners(fields, plan),
        carried,
    )


def _check_claim(fields: Fields, verdict: Judgement) -> None:
    """A sheet may say who passed; where it says otherwise than the rule, one of the two is wrong (Art. 4)."""
    claimed = _answer(fields, "passed", _PASS, _FAIL)
    if claimed is not None and claimed != verdict.passed:
        fields.wrong("pass-contradiction", "passed")


def _examiners(fields: Fields, plan: Plan) -> tuple[str, ...]:
    """Cards of those who examined the candidate, each on the plan."""
    cards = tuple(card for card in _BETWEEN.split(fields.text("examiners") or "") if card)
    if not plan.examiners.issuperset(cards):
        fields.wrong("examiner-unknown", "examiners")
    return cards


def _check_no_marks(fields: Fields, marks: Mapping[PartName, Decimal | None]) -> None:
    for part in PartName:
        if marks[part] is not None:
            fields.wrong("mark-of-absent", part.value)


def _check_parts(fields: Fields, rule: PassRule, marks: Mapping[PartName, Decimal | None]) -> None:
    """Every part of the standard has its mark, within the full marks of it, and no other has."""
    expected = rule.names
    for part in PartName:
        if part in expected and marks[part] is None:
            fields.wrong("mark-missing", part.value)
        elif part not in expected and marks[part] is not None:
            fields.wrong("mark-not-expected", part.value)
    for described in rule.parts:
        if (marks[described.name] or 0) > described.max_mark:
            fields.wrong("value-range", described.name.value, least=0, most=described.max_mark)


def _mark(fields: Fields, column: str) -> Decimal | None:
    """A mark of 0 to 100 with two decimal places at most; never rounded."""
    text = fields.text(column)
    if text is None:
        return None
    match = _MARK.fullmatch(text)
    if match is None:
        fields.wrong("value-type", column)
        return None
    mark = Decimal(text)
    if not 0 <= mark <= MAX_MARK:
        fields.wrong("value-range", column, least=0, most=MAX_MARK)
    elif len((match[1] or "").rstrip("0")) > _DECIMALS:
        fields.wrong("value-precision", column)
    else:
        return mark
    return None


def _answer(fields: Fields, column: str, yes: set[str], no: set[str]) -> bool | None:
    text = fields.text(column)
    if text is None:
        return None
    word = text.casefold()
    if word not in yes | no:
        fields.wrong("choice-unknown", column)
        return None
    return word in yes


def _evaluated_on(fields: Fields, plan: Plan, today: date) -> date:
    """The day of the evaluation: the plan's last day where the row names none."""
    text = fields.text("evaluated_on")
    if text is None:
        return plan.ends_on
    day = read_day(text)
    if day is None:
        fields.wrong("value-type", "evaluated_on")
        return plan.ends_on
    latest = min(plan.ends_on, today)
    if not plan.starts_on <= day <= latest:
        fields.wrong("value-range", "evaluated_on", least=plan.starts_on, most=latest)
    return day


def _remark(fields: Fields) -> str | None:
    remark = fields.text("remark")
    if remark is not None and len(remark) > LONGEST_REMARK:
        fields.wrong("too-long", "remark", most=LONGEST_REMARK)
    return remark


def rules_as_data(rules: Mapping[tuple[str, int], PassRule]) -> list[dict[str, Any]]:
    """Pass rules as they are kept with a batch."""
    return [
        {
            "item_code": code,
            "level": level,
            "parts": [
                {"part": part.name.value, "pass_mark": part.pass_mark, "full_marks": part.max_mark}
                for part in rule.parts
            ],
        }
        for (code, level), rule in rules.items()
    ]


def rules_from_data(data: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], PassRule]:
    """The inverse of `rules_as_data`."""
    return {
        (rule["item_code"], rule["level"]): PassRule(
            tuple(Part(PartName(one["part"]), one["pass_mark"], one["full_marks"]) for one in rule["parts"])
        )
        for rule in data
    }


def admission_error(state: CandidateState | None, row: int) -> FieldError | None:
    """Why the plan's roster does not admit a result, or None when it does (Art. 18(2))."""
    match state:
        case "approved":
            return None
        case "refused":
            return mistake("not-admitted", row, "id_number")
        case "pending" | "evidence_asked":
            return mistake("not-reviewed", row, "id_number")
        case None:
            return mistake("not-registered", row, "id_number")
