"""PURE: the life of a standard, from the year's plan to its end, and how a committee examines it (Art. 5, 6)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final

from common.errors import Bilingual, FieldError, StateConflict
from common.events.catalog import StandardState

STEPS: Final[Mapping[StandardState, tuple[StandardState, ...]]] = {
    "planned": ("drafting", "withdrawn"),
    "drafting": ("under_review", "withdrawn"),
    "under_review": ("approved", "drafting", "withdrawn"),
    "approved": ("filed", "withdrawn"),
    "filed": ("in_force", "withdrawn"),
    "in_force": ("superseded", "withdrawn"),
    "superseded": (),
    "withdrawn": (),
}
# The draft, the committee's minutes, the record of filing, the announcement.
WITH_DOCUMENT: Final[frozenset[StandardState]] = frozenset({"under_review", "approved", "filed", "in_force"})
# What an enterprise may do with a norm that it applied for; the rest is the authority's (Art. 6).
OF_APPLICANTS: Final[Mapping[StandardState, frozenset[StandardState]]] = {
    "planned": frozenset({"drafting", "withdrawn"}),
    "drafting": frozenset({"under_review", "withdrawn"}),
    "under_review": frozenset({"drafting", "withdrawn"}),
}
EDITABLE: Final[frozenset[StandardState]] = frozenset({"planned", "drafting"})
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
    excluded: int
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
    excluded = len(counted) - len(cast)
    return Examination(
        entitled=len(committee) - excluded,
        excluded=excluded,
        cast=len(cast),
        in_favour=sum(vote.in_favour is True for vote in cast),
    )


def check_step(state: StandardState, to: StandardState, examination: Examination) -> None:
    """Raises NotNow when the step is none from this state, or when the committee has not passed the draft."""
    if to not in STEPS[state]:
        raise not_now(
            state,
            Bilingual(
                "标准不能由当前状态直接进入该状态;可进入的状态见 allowed。",
                "A standard does not go there from where it stands; allowed lists where it may go.",
            ),
        )
    if to == "approved" and not examination.is_passed:
        raise NotNow(
            Bilingual(
                f"专家委员会未通过:有权投票 {examination.entitled} 人,法定票数 {examination.quorum},"
                f"已投 {examination.cast} 票,赞成 {examination.in_favour} 票;赞成须达三分之二。",
                f"The committee has not passed it: {examination.entitled} may vote, {examination.quorum} must, "
                f"{examination.cast} did, {examination.in_favour} in favour; two thirds are needed.",
            ),
            state=state,
            quorum=examination.quorum,
            cast=examination.cast,
            in_favour=examination.in_favour,
        )


def not_now(state: StandardState, detail: Bilingual) -> NotNow:
    return NotNow(detail, state=state, allowed=STEPS[state])


def step_problems(to: StandardState, *, has_document: bool, has_reason: bool) -> Iterator[FieldError]:
    """What a step lacks: the document that it is taken on, the reason for an end."""
    if to in WITH_DOCUMENT and not has_document:
        yield FieldError(
            code="document-missing",
            pointer="/document_sha256",
            article="5",
            detail=Bilingual("此步骤须附文件。", "This step is taken on a document."),
            remedy=Bilingual(
                "请先上传送审稿、评审纪要、备案材料或公告,再填写其 SHA-256。",
                "Send the draft, minutes, record of filing or announcement first, then name its SHA-256.",
            ),
        )
    if to == "withdrawn" and not has_reason:
        yield FieldError(
            code="reason-missing",
            pointer="/reason",
            article="5",
            detail=Bilingual("终止须说明理由。", "An end is given its reason."),
            remedy=Bilingual("请填写理由。", "Tell why it is withdrawn."),
        )
