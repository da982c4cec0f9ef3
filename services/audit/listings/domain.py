"""PURE: the life of a case against a body: proposed → listed or dropped → appealed → stands, annulled or removed.

Nobody decides on what he proposed, and nobody on an appeal against his own decision (Art. 22).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from audit.listings.rules import APPEAL_DAYS, GROUNDS
from common.errors import Bilingual, Forbidden, StateConflict

State = Literal["proposed", "dropped", "listed", "appealed", "annulled", "removed"]
BEGINNING: Final = 100


class CaseState(StateConflict):
    """The act does not fit the state of the case."""

    article = "22"
    title = Bilingual("案件状态不符", "Not in this state of the case")


class SamePerson(Forbidden):
    """Two persons answer for a measure."""

    article = "22"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "提出或作出决定的人员不得再就同一案件作出下一决定。",
                "Whoever proposed or decided a case does not take the next decision on it.",
            )
        )


@dataclass(frozen=True, slots=True)
class Case:
    """What rules look at in a case."""

    state: State
    ground: str
    proposed_by: UUID | None
    heard_until: date
    has_statement: bool
    decided_by: UUID | None = None
    decided_on: date | None = None


def check_statement(case: Case) -> None:
    """The body is heard until the decision. Raises CaseState."""
    if case.state != "proposed":
        raise CaseState(
            Bilingual("案件已作出决定，不能再提交陈述。", "The case is decided: nothing more is heard.")
        )


def check_decision(case: Case, *, by: UUID, today: date) -> None:
    """Raises CaseState, SamePerson; also while the body may still be heard and has not been."""
    if case.state != "proposed":
        raise CaseState(Bilingual("案件已作出决定。", "The case is decided already."))
    if case.proposed_by == by:
        raise SamePerson
    if GROUNDS[case.ground].is_heard_first and not case.has_statement and today <= case.heard_until:
        raise CaseState(
            Bilingual(
                f"听取陈述期限至 {case.heard_until}，期满或收到陈述后方可决定。",
                f"The body is heard until {case.heard_until}; decide after that, or after its statement.",
            )
        )


def check_no_appeal_open(appealed: tuple[str, ...]) -> None:
    """A graver measure waits for the appeals against those it rests on. Raises CaseState."""
    if appealed:
        raise CaseState(
            Bilingual(
                f"案件 {appealed[0]} 的申诉尚未处理，处理后方可列入黑名单。",
                f"The appeal of case {appealed[0]} is open; decide it before the blacklist.",
            )
        )


def check_appeal(case: Case, *, today: date) -> None:
    """Within sixty days of the decision. Raises CaseState."""
    if case.state != "listed" or case.decided_on is None:
        raise CaseState(
            Bilingual(
                "只有已列入且未申诉的案件可以申诉。", "Only a case that was decided, and once, is appealed."
            )
        )
    last = case.decided_on + timedelta(days=APPEAL_DAYS)
    if today > last:
        raise CaseState(Bilingual(f"申诉期限已于 {last} 届满。", f"The time to appeal ended on {last}."))


def check_appeal_decision(case: Case, *, by: UUID) -> None:
    """Raises CaseState, SamePerson."""
    if case.state != "appealed":
        raise CaseState(Bilingual("该案件没有待处理的申诉。", "There is no appeal to decide."))
    if by in (case.proposed_by, case.decided_by):
        raise SamePerson


def check_removal(case: Case, *, measure: str) -> None:
    """A measure ends early when its cause is put right; an exit does not end so. Raises CaseState."""
    if case.state != "listed" or measure == "exited":
        raise CaseState(
            Bilingual(
                "只有生效中的名录措施可以提前移出。", "Only a measure in force on a list is removed early."
            )
        )


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points that a body lost, by the case that explains them."""

    case: str
    ground: str
    points: int


def credit(deductions: tuple[Deduction, ...]) -> int:
    """The credit of a body: a hundred less what cases of the last three years explain, never below nought."""
    return max(0, BEGINNING - sum(deduction.points for deduction in deductions))
