"""PURE: the errors that a plan is refused with."""

from typing import Final

from common.errors import Bilingual, Fact, StateConflict, Violations
from filing.plans.rules.draft import Assessment


class PlanRefused(Violations):
    """A plan with problems of several kinds, or of a kind that is told by its entries alone."""

    article = "18(1)"


class FiledTooLate(PlanRefused):
    """Fewer than 15 working days before the first day of evaluation."""

    code = "filed-too-late"
    title = Bilingual("备案过晚", "Filed too late")


class OutOfScope(PlanRefused):
    """Not what the organisation was approved for."""

    code, article = "out-of-scope", "12"
    title = Bilingual("超出获批评价范围", "Out of the approved scope")


class StandardNotUsable(PlanRefused):
    """A standard that does not serve this item, level or day."""

    code, article = "standard-not-usable", "4"
    title = Bilingual("标准不可用", "Standard not usable")


class ModeProfileViolated(PlanRefused):
    """Dimensions, weights or methods that the mode does not allow."""

    code, article = "mode-profile-violated", "11"
    title = Bilingual("不符合评价方式的要求", "Mode profile violated")


class AgainstTrack(PlanRefused):
    """An item whose track the organisation may not evaluate on its own (Art. 1)."""

    code, article = "policy", "1"
    title = Bilingual("不符合政策规定", "Refused by the policy")


class ExaminerUnfit(PlanRefused):
    """An examiner who may not examine under this plan (DOMAIN 5)."""

    code, article = "examiner-unfit", "22"
    title = Bilingual("考评员不符合条件", "Examiner unfit")


class DoubleBooked(StateConflict):
    """A room or an examiner that another plan has at that time."""

    code, article = "double-booked", "18(2)"
    title = Bilingual("考场或考评员时间冲突", "Booked by another plan")


_REFUSALS: Final[dict[str, type[PlanRefused]]] = {
    "filed-too-late": FiledTooLate,
    "out-of-scope": OutOfScope,
    "standard-not-usable": StandardNotUsable,
    "policy": AgainstTrack,
    "examiner-unfit": ExaminerUnfit,
} | dict.fromkeys(
    (
        "mode-of-another-kind",
        "methods-missing",
        "ethics-not-gated",
        "weights-sum",
        "weight-too-low",
        "method-not-allowed",
    ),
    ModeProfileViolated,
)


def refusal(found: Assessment) -> PlanRefused | DoubleBooked:
    """The error that tells all problems; where they are all of one kind, it bears that kind's name."""
    dates: dict[str, Fact] = {
        "last_filing_day": found.last_filing_day,
        "earliest_start": found.earliest_start,
        "provisional": found.provisional,
    }
    if {problem.code for problem in found.problems} == {"double-booked"}:
        return DoubleBooked(
            Bilingual(
                "另一方案在该时间占用了考场或考评员,请按 errors 逐项更换。",
                "Another plan has the room or the examiner at that time; change what errors[] names.",
            ),
            errors=found.problems,
            **dates,
        )
    kinds = {_REFUSALS.get(problem.code, PlanRefused) for problem in found.problems}
    kind = kinds.pop() if len(kinds) == 1 else PlanRefused
    return kind(found.problems, **dates)
