"""PURE: recognition of results (Art. 17) as gates over facts, and the decision that follows from them.

A gate passes, fails or waits for a fact. All pass: the rule recognises. Some wait: nothing is decided yet. None waits
and some fail: a named person decides, with a reason. Facts only arrive, so no order of arrival changes the outcome.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.events.audit import Gate, GateState
from common.workdays import WorkCalendar

# Working days after the evaluation for batches whose event names no limit; registration's dated table has the rest.
RECORDING_WORKDAYS = {"employer": 10, "social": 5, "school": 5}


class Decision(StrEnum):
    """Where the decision on a batch stands."""

    WAITING = "waiting"
    NEEDS_PERSON = "needs_person"
    RECOGNISED = "recognised"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    kind: str
    filed_on: date
    last_filing_day: date
    standards_named: bool
    admitted_late: str | None = None  # the published reason


@dataclass(frozen=True, slots=True)
class RosterFacts:
    approved: int
    refused: int
    pending: int


@dataclass(frozen=True, slots=True)
class SupervisionFacts:
    """`required` is None while the draw for an employer's plan has not been revealed."""

    required: bool | None
    assigned: bool = False
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """`workdays_allowed`: as registration counted it; None for batches of the time before it told the limit."""

    evaluation_ended_on: date
    received_on: date
    workdays_allowed: int | None = None
    admitted_late: str | None = None  # the published reason
    public_until: date | None = None  # before the public until then; None: the province asks for no publicity
    objections: int | None = None  # None until the publicity has ended
    objections_upheld: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything recognition looks at; what has not arrived is None."""

    batch: BatchFacts
    plan: PlanFacts | None
    roster: RosterFacts | None
    supervision: SupervisionFacts


def gates(facts: Facts, calendar: WorkCalendar) -> tuple[Gate, ...]:
    """Every condition of Art. 17, explained, in the order of the article."""
    return (
        _standard(facts.plan),
        _filed_in_time(facts.plan),
        _candidates_reviewed(facts.plan, facts.roster),
        _supervision(facts.plan, facts.supervision),
        _recorded_in_time(facts.plan, facts.batch, calendar),
        *_publicity(facts.batch),
    )


def decide(found: tuple[Gate, ...]) -> Decision:
    """What follows from the gates when no person has decided."""
    states = {gate.state for gate in found}
    if "waiting" in states:
        return Decision.WAITING
    return Decision.NEEDS_PERSON if "fail" in states else Decision.RECOGNISED


def _gate(name: str, state: GateState, article: str, zh: str, en: str) -> Gate:
    return Gate(gate=name, state=state, article=article, detail_zh=zh, detail_en=en)


def _no_plan(name: str, article: str) -> Gate:
    return _gate(name, "waiting", article, "尚未收到评价方案的备案信息。", "The plan has not arrived yet.")


def _standard(plan: PlanFacts | None) -> Gate:
    if plan is None:
        return _no_plan("standard", "4, 17")
    if plan.standards_named:
        zh = "方案中每个项目均指明当日有效的标准。"
        return _gate(
            "standard", "pass", "4, 17", zh, "Every item of the plan names a standard in force on the day."
        )
    zh = "方案中有项目未指明有效标准。"
    return _gate("standard", "fail", "4, 17", zh, "An item of the plan names no standard in force.")


def _filed_in_time(plan: PlanFacts | None) -> Gate:
    if plan is None:
        return _no_plan("filed_in_time", "18(1)")
    zh = f"方案于 {plan.filed_on} 备案,最迟备案日为 {plan.last_filing_day}。"
    en = f"The plan was filed on {plan.filed_on}; the last day to file was {plan.last_filing_day}."
    is_in_time = plan.filed_on <= plan.last_filing_day
    if not is_in_time and plan.admitted_late is not None:
        zh += f"经指定人员准予逾期备案,理由已公布:{plan.admitted_late}"
        en += f" A named officer admitted it late; the published reason: {plan.admitted_late}"
        is_in_time = True
    return _gate("filed_in_time", "pass" if is_in_time else "fail", "18(1)", zh, en)


def _candidates_reviewed(plan: PlanFacts | None, roster: RosterFacts | None) -> Gate:
    if plan is None:
        return _no_plan("candidates_reviewed", "18(2)")
    if plan.kind == "employer":
        zh, en = (
            "企业自主评价,无须中心逐人审核。",
            "Employer evaluation: no review of each candidate by the centre.",
        )
        return _gate("candidates_reviewed", "pass", "18(1)", zh, en)
    if roster is None or roster.pending or not roster.approved:
        zh, en = "考生报名资格审核尚未完成。", "The review of the candidates is not complete."
        return _gate("candidates_reviewed", "waiting", "18(2)", zh, en)
    zh = f"中心已审核:通过 {roster.approved} 人,不通过 {roster.refused} 人。"
    en = f"The centre reviewed the candidates: {roster.approved} approved, {roster.refused} refused."
    return _gate("candidates_reviewed", "pass", "18(2)", zh, en)


def _supervision(plan: PlanFacts | None, supervision: SupervisionFacts) -> Gate:
    if plan is None:
        return _no_plan("supervision", "17, 18")
    article = "17, 18(1)" if plan.kind == "employer" else "17, 18(2)"
    if supervision.required is None:
        zh, en = "督导抽取结果尚未公布。", "The draw for supervision has not been revealed yet."
        return _gate("supervision", "waiting", article, zh, en)
    if not supervision.required:
        zh, en = "企业接受随机督导,本方案未被抽中。", "Open to random supervision; this plan was not drawn."
        return _gate("supervision", "pass", article, zh, en)
    if supervision.verdict is None:
        if supervision.assigned:
            zh, en = (
                "已派遣督导员,督导报告尚未提交。",
                "A supervisor was sent; the report has not been filed yet.",
            )
        else:
            zh, en = "须派遣督导员,尚未派遣。", "A supervisor must be sent and has not been yet."
        return _gate("supervision", "waiting", article, zh, en)
    if supervision.verdict == "normal":
        return _gate(
            "supervision", "pass", article, "督导结论:正常。", "Supervision found the session in order."
        )
    zh = "督导结论:需整改。" if supervision.verdict == "rectify" else "督导结论:终止。"
    en = f"Supervision concluded: {supervision.verdict}."
    return _gate("supervision", "fail", article, zh, en)


def _recorded_in_time(plan: PlanFacts | None, batch: BatchFacts, calendar: WorkCalendar) -> Gate:
    """Results that a named officer admitted late count as recorded, with the published reason (decision 65)."""
    if plan is None:
        return _no_plan("recorded_in_time", "17")
    allowed = batch.workdays_allowed or RECORDING_WORKDAYS[plan.kind]
    used = calendar.workdays_between(batch.evaluation_ended_on, batch.received_on)
    zh = (
        f"评价于 {batch.evaluation_ended_on} 结束,结果于 {batch.received_on}(其后第 {used} 个工作日)登记,"
        f"限 {allowed} 个工作日。"
    )
    en = (
        f"The evaluation ended on {batch.evaluation_ended_on}; the results came on {batch.received_on}, working day "
        f"{used} after it (limit {allowed})."
    )
    is_in_time = used <= allowed
    if not is_in_time and batch.admitted_late is not None:
        zh += f"经指定人员准予逾期登记,理由已公布:{batch.admitted_late}"
        en += f" A named officer admitted them late; the published reason: {batch.admitted_late}"
        is_in_time = True
    return _gate("recorded_in_time", "pass" if is_in_time else "fail", "17", zh, en)


def _publicity(batch: BatchFacts) -> tuple[Gate, ...]:
    """A gate only where results are put before the public (公示): days over, every objection decided, none upheld."""
    if batch.public_until is None:
        return ()
    if batch.objections is None:
        zh = f"结果公示至 {batch.public_until},公示期满且异议处理完毕后认定。"
        en = f"Before the public until {batch.public_until}, and until every objection is decided."
        return (_gate("publicity", "waiting", "17", zh, en),)
    zh = f"公示至 {batch.public_until} 已结束,异议 {batch.objections} 件,成立 {batch.objections_upheld} 件。"
    en = (
        f"Was before the public until {batch.public_until}: {batch.objections} objections, "
        f"{batch.objections_upheld} upheld."
    )
    return (_gate("publicity", "fail" if batch.objections_upheld else "pass", "17", zh, en),)
