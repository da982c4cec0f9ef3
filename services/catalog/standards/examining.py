"""Use cases: the committee that examines a draft, its votes, and members whom an interest excludes (Art. 5, 6)."""

from datetime import datetime
from uuid import UUID

from catalog.standards import repository
from catalog.standards.life import EDITABLE, NotNow
from catalog.standards.models import StandardRow, StandardVote
from catalog.standards.proposing import check_applicant
from catalog.standards.recording import round_of, told_in_detail
from catalog.standards.schemas import CommitteeIn, StandardDetail, VoteIn
from common.auth import Caller
from common.errors import Bilingual, FieldError, Violations
from common.preconditions import IfMatch
from common.unit_of_work import UnitOfWork

BEFORE_VOTES = ("planned", "drafting", "under_review")


async def appoint_committee(
    uow: UnitOfWork, standard_id: UUID, body: CommitteeIn, *, caller: Caller, held: IfMatch
) -> StandardDetail:
    """Say who examines the draft: an enterprise forms the committee of its norm before it submits it (Art. 6), the
    authority may appoint another until the first vote. Raises NotFound, NotYours, NotNow, Violations.
    """
    if len(set(body.members)) != len(body.members):
        raise Violations(
            [
                FieldError(
                    code="member-repeated",
                    pointer="/members",
                    article="5",
                    detail=Bilingual("同一专家重复出现。", "A member is there twice."),
                    remedy=Bilingual("每名专家只填写一次。", "Name each member once."),
                )
            ]
        )
    async with uow:
        row = await repository.locked(uow.session, standard_id)
        check_applicant(row, caller)
        held.check(row.version)
        steps = await repository.steps(uow.session, [row.id])
        votes = await repository.votes(uow.session, row.id)
        has_begun = any(vote.round == round_of(steps) for vote in votes) and row.state == "under_review"
        until = EDITABLE if caller.organisation_id is not None else BEFORE_VOTES
        if row.state not in until or has_begun:
            raise NotNow(
                Bilingual(
                    "送审后由主管部门更换委员,投票开始后不再更换。",
                    "After submission the authority changes the committee; once voting has begun, nobody does.",
                ),
                state=row.state,
            )
        row.committee = list(body.members)
        row.version += 1
        await uow.session.flush()
        answer = told_in_detail(row, steps, votes)
        await uow.commit(answer)
    return answer


async def record_vote(
    uow: UnitOfWork, standard_id: UUID, body: VoteIn, *, recorded_by: UUID
) -> StandardDetail:
    """Put a member's vote, or exclusion with its ground, on record; once. Raises NotFound, NotNow, Violations."""
    async with uow:
        row = await repository.locked(uow.session, standard_id)
        steps = await repository.steps(uow.session, [row.id])
        _check_open(row)
        if body.member not in row.committee:
            raise Violations([_stranger()])
        present = round_of(steps)
        votes = [*await repository.votes(uow.session, row.id)]
        if any((vote.round, vote.member) == (present, body.member) for vote in votes):
            raise NotNow(
                Bilingual("该委员已经投票或回避。", "This member has voted, or is excluded, already."),
                state=row.state,
            )
        vote = _vote(row, body, present, recorded_by=recorded_by, recorded_at=uow.clock.now())
        uow.session.add(vote)
        row.version += 1
        answer = told_in_detail(row, steps, [*votes, vote])
        await uow.commit(answer)
    return answer


def _check_open(row: StandardRow) -> None:
    if row.state != "under_review":
        raise NotNow(
            Bilingual("标准不在送审阶段。", "The draft is not under review."),
            state=row.state,
        )


def _vote(
    row: StandardRow, body: VoteIn, present: int, *, recorded_by: UUID, recorded_at: datetime
) -> StandardVote:
    return StandardVote(
        standard_id=row.id,
        round=present,
        member=body.member,
        in_favour=body.in_favour,
        ground=body.ground,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
    )


def _stranger() -> FieldError:
    return FieldError(
        code="not-a-member",
        pointer="/member",
        article="5",
        detail=Bilingual("该专家不是本标准的评审委员。", "No member of the committee of this draft."),
        remedy=Bilingual("请核对专家编号。", "Check the number with the committee."),
    )
