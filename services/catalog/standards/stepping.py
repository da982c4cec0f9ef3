"""Use cases: a standard takes the next step of its life; an enterprise of its class is let into a norm (Art. 5, 6)."""

from collections.abc import Sequence
from datetime import date
from typing import Final, cast
from uuid import UUID

from catalog.standards import repository
from catalog.standards.domain import content_problems
from catalog.standards.life import OF_APPLICANTS, NotNow, check_step, not_now, step_problems
from catalog.standards.models import StandardRow, StandardStep
from catalog.standards.proposing import NotYours, check_applicant
from catalog.standards.recording import (
    document_problems,
    enter,
    examination,
    first_day_problems,
    supersede,
    told,
    told_in_detail,
)
from catalog.standards.schemas import StandardDetail, StandardOut, StepIn
from common.auth import Caller
from common.errors import Bilingual, FieldError, Violations
from common.events.catalog import Component, StandardState
from common.unit_of_work import UnitOfWork

MOST_ENTERPRISES: Final = 5_000


async def take_step(
    uow: UnitOfWork, standard_id: UUID, body: StepIn, *, caller: Caller, today: date
) -> StandardDetail:
    """Let a standard go where the body says, on its document. Raises NotFound, NotYours, NotNow, Violations."""
    async with uow:
        row = await repository.locked(uow.session, standard_id)
        state = cast(StandardState, row.state)
        check_applicant(row, caller)
        _check_powers(state, body.to, caller)
        steps = await repository.steps(uow.session, [row.id])
        votes = await repository.votes(uow.session, row.id)
        check_step(state, body.to, examination(row, steps, votes))
        _check_content(row, body.to)
        predecessor = await _predecessor(uow, row, body.to)
        problems = [
            *step_problems(
                body.to, has_document=body.document_sha256 is not None, has_reason=body.reason is not None
            ),
            *await document_problems(uow.session, body.document_sha256),
            *_day_problems(row, body, today, predecessor),
        ]
        if problems:
            raise Violations(problems)
        await _go(uow, row, body, steps, predecessor, taken_by=caller.account_id, today=today)
        await uow.session.flush()
        answer = told_in_detail(row, await repository.steps(uow.session, [row.id]), votes)
        await uow.commit(answer)
    return answer


def _check_powers(state: StandardState, to: StandardState, caller: Caller) -> None:
    """An enterprise drafts and submits its norm; examining, filing and putting in force is the authority's."""
    if caller.organisation_id is not None and to not in OF_APPLICANTS.get(state, frozenset()):
        raise NotYours(
            Bilingual(
                "该步骤由主管部门办理;企业可以起草、送审和撤回。",
                "This step is the authority's; enterprises draft, submit and withdraw.",
            )
        )


def _check_content(row: StandardRow, to: StandardState) -> None:
    if to != "under_review":
        return
    parts = {
        level: [Component.model_validate(part) for part in of_level]
        for level, of_level in row.components.items()
    }
    if [*content_problems(row.levels, parts)]:
        raise not_now(
            "drafting",
            Bilingual(
                "内容尚不完整:请先为每一等级填写组成和权重。",
                "The draft is not whole: give components and weights of every level first.",
            ),
        )


async def _predecessor(uow: UnitOfWork, row: StandardRow, to: StandardState) -> StandardRow | None:
    """The standard that this one ends, locked. Raises NotNow when it is not in force any more."""
    if to != "in_force" or row.supersedes is None:
        return None
    found = await repository.locked(uow.session, row.supersedes)
    if found.state != "in_force":
        raise NotNow(
            Bilingual(
                "所修订的标准已不在施行。",
                "The standard that it revises is not in force any more; propose it anew without.",
            ),
            state=row.state,
        )
    return found


def _day_problems(
    row: StandardRow, body: StepIn, today: date, predecessor: StandardRow | None
) -> Sequence[FieldError]:
    if body.to == "in_force":
        return first_day_problems(body.valid_from or today, today, predecessor)
    if body.to == "withdrawn" and row.valid_from is not None:
        last_day = body.last_day or today
        if last_day < max(today, row.valid_from):
            return [_LAST_DAY_PASSED]
    return []


async def _go(
    uow: UnitOfWork,
    row: StandardRow,
    body: StepIn,
    steps: Sequence[StandardStep],
    predecessor: StandardRow | None,
    *,
    taken_by: UUID,
    today: date,
) -> None:
    """The step itself, and what the others are told."""
    digest = bytes.fromhex(body.document_sha256) if body.document_sha256 else None
    row.version += 1
    if body.to == "in_force":
        row.valid_from = body.valid_from or today
    if body.to == "withdrawn" and row.valid_from is not None:
        row.valid_to = body.last_day or today
    if predecessor is not None and digest is not None and row.valid_from is not None:
        await supersede(uow, predecessor, row.id, row.valid_from, taken_by=taken_by, sha256=digest)
    enter(
        uow,
        row,
        body.to,
        number=len(steps) + 1,
        taken_by=taken_by,
        reason=body.reason,
        sha256=digest,
    )
    if row.valid_from is not None:
        uow.say(repository.told_in_force(row, row.valid_from))


async def admit_enterprise(uow: UnitOfWork, standard_id: UUID, enterprise: str) -> tuple[StandardOut, bool]:
    """Let an enterprise of the class that a norm names evaluate by it; whether it is new (Art. 6).

    Raises NotFound, NotNow.
    """
    async with uow:
        row = await repository.locked(uow.session, standard_id)
        if row.state != "in_force" or row.scope is None or row.scope["enterprise_class"] is None:
            raise NotNow(
                Bilingual(
                    "只有在施行中且载明企业类别的规范可以增列企业。",
                    "Enterprises are let into a norm in force that names their class.",
                ),
                state=row.state,
            )
        known = row.scope["enterprises"]
        if enterprise in known:
            return told(row), False
        if len(known) >= MOST_ENTERPRISES:
            raise NotNow(
                Bilingual("企业数量已满。", "It has as many enterprises as it can."), state=row.state
            )
        row.scope = row.scope | {"enterprises": [*known, enterprise]}
        row.version += 1
        if row.valid_from is not None:
            uow.say(repository.told_in_force(row, row.valid_from))
        answer = told(row)
        await uow.commit(answer)
    return answer, True


_LAST_DAY_PASSED: Final = FieldError(
    code="last-day-passed",
    pointer="/last_day",
    article="5",
    detail=Bilingual(
        "最后施行日早于今天或早于施行日期。", "The last day has passed, or is before the first one."
    ),
    remedy=Bilingual("请填写今天或以后的日期。", "Give today or a later day."),
)
