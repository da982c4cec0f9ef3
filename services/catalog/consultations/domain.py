"""PURE: until when opinions are taken, what an opinion needs, when a consultation is over (the letter)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal

from common.errors import Bilingual, FieldError, RuleViolation, StateConflict, Violations

Subject = Literal["edition", "standard", "document"]
Stance = Literal["support", "object", "amend"]
Verdict = Literal["accepted", "partly", "not_accepted"]
WHOLE: Final = 0  # the clause that stands for the whole draft


class DeadlinePassed(RuleViolation):
    """The last day is over; it is that of the server's clock in China, until midnight."""

    code: ClassVar[str] = "deadline-passed"
    title: ClassVar[Bilingual] = Bilingual("已过截止日期", "The deadline has passed")


class NotYet(StateConflict):
    """The consultation cannot be closed as it stands."""

    title: ClassVar[Bilingual] = Bilingual("征求意见尚不能结束", "The consultation cannot be closed yet")


class Over(StateConflict):
    """The consultation is closed, and what was published of it does not change any more."""

    title: ClassVar[Bilingual] = Bilingual("征求意见已结束", "The consultation is closed")


@dataclass(frozen=True, slots=True)
class Weighed:
    """An opinion as a summary counts it."""

    clause: int
    stance: Stance
    verdict: Verdict | None


def check_open(deadline: date, today: date, *, is_closed: bool) -> None:
    """Opinions are taken through the last day, 23:59:59.999 in China. Raises DeadlinePassed, Over."""
    if is_closed:
        raise Over(Bilingual("征求意见已结束,不再接收意见。", "It is closed and takes no more opinions."))
    if today > deadline:
        raise DeadlinePassed(
            Bilingual(
                f"征求意见已于 {deadline} 截止;可关注后续公布的情况。",
                f"Opinions were taken until {deadline}; what came of them will be published.",
            ),
            deadline=deadline,
        )


def check_opinion(clauses: Iterable[int], clause: int, stance: Stance, proposal: str | None) -> None:
    """An opinion is on a clause that there is; who would amend it says how. Raises Violations."""
    errors = []
    if clause != WHOLE and clause not in set(clauses):
        errors.append(_error("/clause", "clause-unknown", *CLAUSE_UNKNOWN))
    if stance == "amend" and not proposal:
        errors.append(_error("/proposal", "proposal-missing", *PROPOSAL_MISSING))
    if errors:
        raise Violations(errors)


def check_extension(deadline: date, wished: date) -> None:
    """A deadline moves forward only: nobody who relied on it comes too late. Raises Violations."""
    if wished <= deadline:
        raise Violations([_error("/deadline", "deadline-not-later", *NOT_LATER)])


def check_closure(deadline: date, today: date, unanswered: int) -> None:
    """After the last day, when every opinion has its answer. Raises NotYet."""
    if today <= deadline:
        raise NotYet(
            Bilingual(
                f"意见征集至 {deadline},之后方可结束。",
                f"Opinions are taken until {deadline}; close it after.",
            ),
            deadline=deadline,
        )
    if unanswered:
        raise NotYet(
            Bilingual(
                f"还有 {unanswered} 条意见未答复;每条意见都须答复。",
                f"{unanswered} opinions have no answer yet; each is answered.",
            ),
            unanswered=unanswered,
        )


def summarise(opinions: Iterable[Weighed]) -> list[Mapping[str, int | str]]:
    """How many of each stance and answer there were on each clause, in the order of the clauses."""
    counted = Counter((one.clause, one.stance, one.verdict or "") for one in opinions)
    return [
        {"clause": clause, "stance": stance, "verdict": verdict, "opinions": number}
        for (clause, stance, verdict), number in sorted(counted.items())
    ]


def _error(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer)


CLAUSE_UNKNOWN: Final = (
    Bilingual("草案没有这一条。", "The draft has no such clause."),
    Bilingual("请填写草案中的条目编号;对全文的意见填 0。", "Give the number of a clause; 0 for the whole."),
)
PROPOSAL_MISSING: Final = (
    Bilingual("修改意见须写明修改后的文字。", "Who would amend it says how it should read."),
    Bilingual("请填写建议的文字。", "Write the wording that you propose."),
)
NOT_LATER: Final = (
    Bilingual("截止日期只能推迟。", "A deadline is only ever moved to a later day."),
    Bilingual("请填写更晚的日期。", "Give a later day."),
)
