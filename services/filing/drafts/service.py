"""Use cases: keep, change, copy, throw away and file drafts of plans."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound, PolicyError
from common.events import Sealed
from common.ids import uuid7
from common.mistakes import describe
from common.pagination import Page
from common.person_keys import erase, person_key
from common.preconditions import IfMatch
from common.problems import Language, Mistake, Problem
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from filing.drafts.domain import copied
from filing.drafts.models import PlanDraft
from filing.drafts.schemas import DraftIn, DraftOut, DraftSummary, NewDraftIn
from filing.plans.checking import own_organisation
from filing.plans.repository import plan_in_sight
from filing.plans.schemas import FieldProblem, PlanIn, PlanOut
from filing.plans.service import assess, check_is_not_direct, put_on_record
from filing.plans.showing import opened_contact

SEALED_FOR = "plan-draft"


async def keep_draft(
    uow: UnitOfWork, body: NewDraftIn, *, caller: Caller, today: date, keyring: Keyring
) -> DraftSummary:
    """A new draft. Raises Forbidden, OrganisationListed, NotFound."""
    async with uow:
        organisation = await own_organisation(uow.session, caller, today)
        content = dict(body.content or {})
        if body.copy_of is not None:
            content = await _copy(uow.session, body, caller=caller, keyring=keyring) | content
        draft = PlanDraft(
            id=uuid7(),
            organisation_id=organisation.id,
            version=1,
            changed_at=uow.clock.now(),
            changed_by=caller.account_id,
        )
        draft.sealed = await _sealed(uow.session, keyring, draft.id, content)
        uow.session.add(draft)
        answer = DraftSummary.model_validate(draft)
        await uow.commit(answer)
    return answer


async def _copy(
    session: AsyncSession, body: NewDraftIn, *, caller: Caller, keyring: Keyring
) -> dict[str, Any]:
    if body.copy_of is None:
        return {}
    plan = await plan_in_sight(session, body.copy_of, caller, lock=True)
    return copied(plan.content, body.starts_on) | {"contact": await opened_contact(session, keyring, plan)}


async def change_draft(
    uow: UnitOfWork, draft_id: UUID, body: DraftIn, *, caller: Caller, held: IfMatch, keyring: Keyring
) -> int:
    """Let a draft say something else; its new version. Raises NotFound, the problem `precondition-failed`."""
    async with uow:
        draft = await _own(uow.session, draft_id, caller, lock=True)
        held.check(draft.version)
        draft.sealed = await _sealed(uow.session, keyring, draft.id, body.content)
        draft.version += 1
        draft.changed_at, draft.changed_by = uow.clock.now(), caller.account_id
        await uow.commit()
    return draft.version


async def throw_away(uow: UnitOfWork, draft_id: UUID, *, caller: Caller) -> None:
    """Forget a draft, and the key that it was sealed with. Raises NotFound."""
    async with uow:
        await _forget(uow.session, await _own(uow.session, draft_id, caller, lock=True))
        await uow.commit()


async def file_draft(
    uow: UnitOfWork,
    draft_id: UUID,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
    keyring: Keyring,
) -> PlanOut:
    """File what a draft says; the draft is gone then. Raises NotFound, and what filing a plan raises."""
    async with uow:
        draft = await _own(uow.session, draft_id, caller, lock=True)
        try:
            body = PlanIn.model_validate(await _content(uow.session, keyring, draft))
        except ValidationError as wrong:
            raise Problem("validation", errors=_mistakes(wrong)) from None
        check_is_not_direct(body)
        organisation = await own_organisation(uow.session, caller, today)
        answer = await put_on_record(
            uow, organisation, body, caller=caller, today=today, calendar=calendar, keyring=keyring
        )
        await _forget(uow.session, draft)
        await uow.commit(answer)
    return answer


async def read_draft(
    session: AsyncSession,
    draft_id: UUID,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
    keyring: Keyring,
    language: Language,
) -> tuple[DraftOut, int]:
    """A draft with its problems as of today, and its version. Raises NotFound."""
    draft = await _own(session, draft_id, caller)
    content = await _content(session, keyring, draft)
    problems = await _problems(
        session, content, caller=caller, today=today, calendar=calendar, language=language
    )
    earliest = calendar.earliest_start(today)
    return (
        DraftOut(
            **{name: getattr(draft, name) for name in DraftSummary.model_fields},
            content=content,
            problems=problems,
            earliest_start=earliest.day,
            provisional=earliest.provisional,
        ),
        draft.version,
    )


async def list_drafts(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[DraftSummary]:
    """The organisation's drafts, newest first."""
    query = (
        select(PlanDraft)
        .where(PlanDraft.organisation_id == caller.organisation_id)
        .order_by(PlanDraft.id.desc())
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(PlanDraft.id < page.after[0])
    kept, cursor = page.cut((await session.scalars(query)).all(), lambda row: (row.id,))
    return Listing.of([DraftSummary.model_validate(row) for row in kept], cursor)


async def _problems(
    session: AsyncSession,
    content: Mapping[str, Any],
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
    language: Language,
) -> list[FieldProblem]:
    """What is wrong with its form; where nothing is, what the rules say."""
    try:
        body = PlanIn.model_validate(content)
    except ValidationError as wrong:
        return [FieldProblem.of(one, language=language) for one in _mistakes(wrong)]
    try:
        found = await assess(session, body, caller=caller, today=today, calendar=calendar)
    except PolicyError as refused:  # the organisation may not file, or not this kind
        return [
            FieldProblem(
                pointer=None,
                code=refused.code,
                detail=getattr(refused.detail, language),
                remedy=getattr(refused.detail, language),
                article=refused.article,
            )
        ]
    return [FieldProblem.of(one, language=language) for one in found.problems]


def _mistakes(wrong: ValidationError) -> tuple[Mistake, ...]:
    return describe([{**error, "loc": ("body", *error["loc"])} for error in wrong.errors()])


async def _own(session: AsyncSession, draft_id: UUID, caller: Caller, *, lock: bool = False) -> PlanDraft:
    query = select(PlanDraft).where(
        PlanDraft.id == draft_id, PlanDraft.organisation_id == caller.organisation_id
    )
    found: PlanDraft | None = await session.scalar(query.with_for_update() if lock else query)
    if found is None or caller.organisation_id is None:
        raise NotFound.of("draft")
    return found


async def _sealed(session: AsyncSession, keyring: Keyring, draft_id: UUID, content: Mapping[str, Any]) -> str:
    key = await person_key(session, keyring, draft_id, create=True)
    return key.seal(SEALED_FOR, dict(content)).ciphertext


async def _content(session: AsyncSession, keyring: Keyring, draft: PlanDraft) -> dict[str, Any]:
    key = await person_key(session, keyring, draft.id)
    return dict(key.open(SEALED_FOR, Sealed(person_id=draft.id, ciphertext=draft.sealed)))


async def _forget(session: AsyncSession, draft: PlanDraft) -> None:
    await session.delete(draft)
    await erase(session, draft.id)
