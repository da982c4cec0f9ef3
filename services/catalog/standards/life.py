"""PURE: the life of a standard, from the year's plan to its end, and how a committee examines it (Art. 5, 6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, Literal

from common.errors import Bilingual, StateConflict

State = Literal[
    "planned", "drafting", "under_review", "approved", "filed", "in_force", "superseded", "withdrawn"
]
STEPS: Final[Mapping[State, tuple[State, ...]]] = {
    "planned": ("drafting", "withdrawn"),
    "drafting": ("under_review", "withdrawn"),
    "under_review": ("approved", "drafting", "withdrawn"),
    "approved": ("filed", "withdrawn"),
    "filed": ("in_force", "withdrawn"),
    "in_force": ("superseded", "withdrawn"),
    "superseded": (),
    "withdrawn": (),
}
WITH_DOCUMENT: Final[frozenset[State]] = frozenset({"under_review", "filed"})
WITH_REASON: Final[frozenset[State]] = frozenset({"withdrawn", "superseded"})
SHARE: Final = Fraction(2, 3)  # of the members who may vote, and of the votes (decision record 24)
FEWEST_VOTES: Final = 3


class NotNow(StateConflict):
    """The standard's state does not allow it."""

    article: ClassVar[str | None] = "5"
    title: ClassVar[Bilingual] = Bilingual("当前状态不允许", "Not in this state")


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's vote; None: excluded for a conflict of interest, which is said with its ground."""

    member: str
    in_favour: bool | None


@dataclass(frozen=True, slots=True)
class Examination:
    """What a committee's votes come to. Members with a conflict of interest are neither counted nor waited for."""

    entitled: int
    cast: int
    in_favour: int

    @property
    def quorum(self) -> int:
        return max(FEWEST_VOTES, -(-self.entitled * SHARE.numerator // SHARE.denominator))

    @property
    def has_quorum(self) -> bool:
        return self.cast >= self.quorum

    @property
    def is_passed(self) -> bool:
        return self.has_quorum and self.in_favour >= self.cast * SHARE


def examine(committee: Collection[str], votes: Collection[Vote]) -> Examination:
    """Count the votes of a committee's members."""
    counted = [vote for vote in votes if vote.member in committee]
    cast = [vote for vote in counted if vote.in_favour is not None]
    return Examination(
        entitled=len(committee) - (len(counted) - len(cast)),
        cast=len(cast),
        in_favour=sum(vote.in_favour is True for vote in cast),
    )


def check_step(state: State, to: State, examination: Examination) -> None:
    """Raises NotNow when the step is none from this state, or when the committee has not passed the draft."""
    if to not in STEPS[state]:
        raise NotNow(
            Bilingual(
                "标准不能由当前状态直接进入该状态;可进入的状态见 allowed。",
                "A standard does not go there from where it stands; allowed lists where it may go.",
            ),
            state=state,
            allowed=tuple(STEPS[state]),
        )
    if to == "approved" and not examination.is_passed:
        raise NotNow(
            Bilingual(
                f"专家委员会未通过:应到 {examination.entitled} 人,法定票数 {examination.quorum},"
                f"已投 {examination.cast} 票,赞成 {examination.in_favour} 票;赞成须达三分之二。",
                f"The committee has not passed it: {examination.entitled} may vote, {examination.quorum} must, "
                f"{examination.cast} did, {examination.in_favour} in favour; two thirds are needed.",
            ),
            state=state,
            quorum=examination.quorum,
            cast=examination.cast,
            in_favour=examination.in_favour,
        )
