"""PURE: what a correction may change, on what evidence, and who may decide it (DOMAIN 4.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from common.errors import Bilingual, FieldError, Forbidden, StateConflict, Violations
from common.marks import Outcome, PartName, PassRule, judge
from common.tabular.rows import RawRow
from registration.persons.domain import Applicant, Fields, read_applicant
from registration.plans.domain import Plan
from registration.results.domain import read_scores

About = Literal["marks", "identity"]
CorrectionState = Literal["requested", "approved", "refused"]
EvidenceKind = Literal[
    "score_sheet", "examiners_statement", "misconduct_decision", "police_document", "court_decision"
]
OF_IDENTITY: Final = frozenset({"police_document", "court_decision"})
_FLAGS: Final = ("ethics_passed", "absent", "misconduct")


class SamePerson(Forbidden):
    """Whoever asked does not decide: two persons answer for every correction."""

    code = "permission-denied"
    article = "18(3)"
    title = Bilingual("须由他人审批", "Another account must decide")


class NotCorrectable(StateConflict):
    """There is nothing to be corrected now."""

    code = "state-conflict"
    article = "18(3)"
    title = Bilingual("当前不能更正", "Cannot be corrected now")


@dataclass(frozen=True, slots=True)
class Standing:
    """A result as it stands: as recorded, or as its newest correction left it."""

    version: int
    person_id: UUID
    identity: str
    marks: Mapping[PartName, Decimal | None]
    ethics_passed: bool
    absent: bool
    misconduct: bool
    outcome: Outcome
    was_passed: bool = False  # in this version or an earlier one

    def as_data(self) -> dict[str, Any]:
        """What a correction of marks changes, as it is kept with the request."""
        marks = {part.value: None if mark is None else str(mark) for part, mark in self.marks.items()}
        return marks | {name: getattr(self, name) for name in _FLAGS} | {"outcome": self.outcome.value}

    def with_marks(self, data: Mapping[str, Any]) -> "Standing":
        """The result with what a correction of marks proposed."""
        marks = {part: None if data[part.value] is None else Decimal(data[part.value]) for part in PartName}
        return replace(
            self, marks=marks, outcome=Outcome(data["outcome"]), **{name: data[name] for name in _FLAGS}
        )


def with_new_marks(
    standing: Standing, given: Mapping[str, Any], rule: PassRule, plan: Plan, *, today: date
) -> Standing:
    """The result as it would be, judged by the rule kept with its batch. Raises Violations, NotCorrectable."""
    texts = {
        **{part.value: None if given[part.value] is None else str(given[part.value]) for part in PartName},
        "ethics": None
        if given["ethics_passed"] is None
        else ("合格" if given["ethics_passed"] else "不合格"),
        "absent": "是" if given["absent"] else None,
        "misconduct": "是" if given["misconduct"] else None,
    }
    fields = Fields(RawRow(0, texts))
    scores = read_scores(fields, rule, plan, today)
    if fields.errors:
        raise Violations(_at("/marks", fields.errors))
    verdict = judge(
        rule,
        scores.marks,
        ethics_passed=scores.ethics_passed,
        absent=scores.absent,
        misconduct=scores.misconduct,
    )
    after = replace(
        standing,
        marks=scores.marks,
        ethics_passed=scores.ethics_passed,
        absent=scores.absent,
        misconduct=scores.misconduct,
        outcome=verdict.outcome,
    )
    if after == standing:
        raise Violations([_wrong("correction-changes-nothing", "/marks")])
    if verdict.passed and not standing.outcome == Outcome.PASSED and standing.was_passed:
        raise NotCorrectable(
            Bilingual(
                "该结果曾为合格,后更正为不合格,证书已撤销且不可恢复;确需恢复的须重新评价。",
                "The result was passed once and corrected since; its certificate is revoked for good. It takes a new "
                "evaluation.",
            )
        )
    return after


def read_identity(
    given: Mapping[str, str], item_code: str, level: int, plan: Plan, *, today: date
) -> Applicant:
    """The person as a correction names them, read as a row of a sheet is. Raises Violations."""
    fields = Fields(RawRow(0, {**given, "item": item_code, "level": str(level)}))
    applicant = read_applicant(fields, plan, today=today)
    if applicant is None or fields.errors:
        raise Violations(_at("/identity", fields.errors))
    return applicant


def check_evidence(about: About, kind: EvidenceKind) -> None:
    """Name and number are changed on what the police or a court certifies. Raises Violations."""
    if about == "identity" and kind not in OF_IDENTITY:
        raise Violations([_wrong("evidence-of-identity", "/evidence/kind")])


def check_decider(asked_by: UUID, decider: UUID) -> None:
    """Raises SamePerson."""
    if asked_by == decider:
        raise SamePerson(
            Bilingual(
                "更正须由提出申请以外的另一账户审批。",
                "A correction is decided by another account than the one that asked for it.",
            )
        )


def _at(pointer: str, errors: Sequence[FieldError]) -> list[FieldError]:
    """Mistakes of a row, told at members of a body."""
    names = {"ethics": "ethics_passed"}
    return [
        replace(
            error,
            row=None,
            column=None,
            pointer=f"{pointer}/{names.get(error.column, error.column)}" if error.column else pointer,
        )
        for error in errors
    ]


_TEXTS: Final = {
    "correction-changes-nothing": (
        Bilingual("更正后的内容与现有记录相同。", "The correction changes nothing."),
        Bilingual("请核对需要更正的内容。", "See what is to be changed."),
    ),
    "evidence-of-identity": (
        Bilingual(
            "更正姓名或证件号码须有公安机关证明或法院裁判文书。",
            "A name or number is corrected on a document of the police or a court.",
        ),
        Bilingual(
            "请提供户籍变更证明等文件,并据实填写证明种类。",
            "Hand in such a document, and name its kind as it is.",
        ),
    ),
    "evidence-not-kept": (
        Bilingual("该方案下没有此摘要的证明材料。", "The plan has no evidence with this hash."),
        Bilingual("请先在该方案下上传证明材料。", "Send the file as evidence of the plan first."),
    ),
    "id-other-name": (
        Bilingual("该证件号码已登记在其他姓名之下。", "The number is registered under another name."),
        Bilingual("请核对证件原件。", "Check the document."),
    ),
    "already-recorded": (
        Bilingual(
            "此人在本方案同一项目、等级下已有结果。",
            "This person has a result for the item and level under this plan.",
        ),
        Bilingual("请核对两条结果各属何人。", "See whose each of the two results is."),
    ),
}


def _wrong(code: str, pointer: str) -> FieldError:
    detail, remedy = _TEXTS[code]
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article="18(3)")


def refusal(code: str, pointer: str) -> Violations:
    """One of the refusals that the records decide."""
    return Violations([_wrong(code, pointer)])
