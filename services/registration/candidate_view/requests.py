"""Use cases: a person asks for a correction; organisation and centre see it; the centre answers (PIPL Art. 46, 50)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, FieldError, NotFound, StateConflict, Violations
from common.events.registration import CandidateRequestAnswered, CandidateRequestAsked
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_keys
from common.schemas import Listing
from common.sealed import Keyring, PersonKey
from common.unit_of_work import UnitOfWork
from registration.candidate_view import repository
from registration.candidate_view.contacts import phone_of
from registration.candidate_view.domain import MOST_REQUESTS, answer_notice
from registration.candidate_view.models import CorrectionRequest, RequestState, Subject
from registration.candidate_view.record import ANSWER, REQUEST, key_of, opened, subject_of
from registration.candidate_view.schemas import (
    AnswerIn,
    AskedOut,
    CorrectionRequestIn,
    RequestKept,
)
from registration.candidate_view.service import Desk, visitor
from registration.persons.repository import FORGOTTEN, masked
from registration.plans.models import PlanFact
from registration.plans.repository import plan_in_charge, plan_in_sight
from registration.reviews.repository import in_charge


class AlreadyAnswered(StateConflict):
    """A request has one answer; whoever is not content asks again."""

    code = "request-answered"
    title = Bilingual("申请已答复", "The request was answered")


class TooManyRequests(StateConflict):
    """Some requests of this person wait for their answers."""

    code = "requests-open"
    title = Bilingual("尚有未答复的申请", "Requests wait for an answer")


async def ask_for_correction(
    uow: UnitOfWork, token: str | None, body: CorrectionRequestIn, *, keyring: Keyring
) -> RequestKept:
    """Tell the plan's organisation and centre what is wrong.

    Raises the problems of `visitor`, NotFound, Violations, TooManyRequests.
    """
    async with uow:
        who = await visitor(uow, token)
        subject, subject_id, plan_id = await _subject(uow.session, who.person_id, body)
        if await repository.open_requests(uow.session, who.person_id) >= MOST_REQUESTS:
            raise TooManyRequests(
                Bilingual(
                    f"已有 {MOST_REQUESTS} 项申请等待答复;请等候答复后再提出。",
                    f"{MOST_REQUESTS} requests wait for an answer; wait for one before asking more.",
                )
            )
        key = await key_of(uow.session, keyring, who.person_id)
        row = CorrectionRequest(
            id=uuid7(),
            plan_id=plan_id,
            person_id=who.person_id,
            subject=subject,
            subject_id=subject_id,
            text=key.seal(REQUEST, {"text": body.text}).ciphertext,
            state="open",
            asked_at=uow.clock.now(),
        )
        uow.session.add(row)
        uow.say(
            CandidateRequestAsked(
                request_id=row.id, plan_id=plan_id, person_id=who.person_id, subject=subject
            )
        )
        answer = _kept(row)
        await uow.commit(answer)
    return answer


async def _subject(
    session: AsyncSession, person_id: UUID, body: CorrectionRequestIn
) -> tuple[Subject, UUID, UUID]:
    """What a request is about: kind, id, plan. Raises Violations: one thing, and of the person's own record."""
    if (body.candidate_id is None) == (body.result_id is None):
        raise Violations([_wrong("subject-ambiguous", "")])
    if body.candidate_id is not None:
        for row, plan in await repository.registrations(session, person_id):
            if row.id == body.candidate_id:
                return "registration", row.id, plan.plan_id
        raise Violations([_wrong("subject-unknown", "/candidate_id")])
    for one in await repository.results(session, person_id):
        if one.result.id == body.result_id:
            return "result", one.result.id, one.plan.plan_id
    raise Violations([_wrong("subject-unknown", "/result_id")])


_TEXTS = {
    "subject-ambiguous": (
        Bilingual("须指明一条登记。", "Name one entry."),
        Bilingual(
            "请填写 candidate_id 或 result_id 之一。", "Fill in candidate_id or result_id, and not both."
        ),
    ),
    "subject-unknown": (
        Bilingual("您的记录中没有这一条。", "Your record has no such entry."),
        Bilingual("请从 /me 重新读取编号。", "Read its id from /me again."),
    ),
}


def _wrong(code: str, pointer: str) -> FieldError:
    detail, remedy = _TEXTS[code]
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer)


async def list_requests(
    session: AsyncSession,
    plan_id: UUID | None,
    page: Page,
    *,
    caller: Caller,
    keyring: Keyring,
    state: RequestState | None,
) -> Listing[AskedOut]:
    """Requests about a plan's record, for its organisation and its centre; about all plans of a centre's region where
    none is named. Raises NotFound.
    """
    if plan_id is None:
        plans = in_charge(caller)
    else:
        plans = PlanFact.plan_id == (await plan_in_sight(session, plan_id, caller)).id
    rows, next_cursor = page.cut(
        await repository.requests_about(session, plans, page, state), lambda row: (row.id,)
    )
    keys = await person_keys(session, keyring, [row.person_id for row in rows])
    items = [await _asked(session, keyring, keys.get(row.person_id), row) for row in rows]
    return Listing(items=items, next=next_cursor)


async def answer_request(
    uow: UnitOfWork, request_id: UUID, body: AnswerIn, *, caller: Caller, desk: Desk
) -> RequestKept:
    """Answer as the centre in charge, and tell the person that there is an answer. Raises NotFound, AlreadyAnswered."""
    async with uow:
        row = await uow.session.get(CorrectionRequest, request_id, with_for_update=True)
        if row is None:
            raise NotFound.of("request")
        await _in_charge(uow.session, row, caller)
        if row.state != "open":
            raise AlreadyAnswered(
                Bilingual("该申请已有答复。", "This request has its answer; its state says which.")
            )
        key = await key_of(uow.session, desk.keyring, row.person_id)
        row.state = "accepted" if body.accepted else "declined"
        row.answer = key.seal(ANSWER, {"text": body.answer}).ciphertext
        row.answered_at, row.answered_by = uow.clock.now(), caller.account_id
        phone = await phone_of(uow.session, desk.keyring, row.person_id)
        uow.say(
            CandidateRequestAnswered(
                request_id=row.id, plan_id=row.plan_id, outcome=row.state, answered_by=caller.account_id
            )
        )
        answer = _kept(row)
        await uow.commit(answer)
    if phone is not None:
        desk.post.put(phone, answer_notice())
    return answer


def _kept(row: CorrectionRequest) -> RequestKept:
    return RequestKept(
        id=row.id,
        plan_id=row.plan_id,
        subject=row.subject,
        subject_id=subject_of(row),
        state=row.state,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
    )


async def _in_charge(session: AsyncSession, row: CorrectionRequest, caller: Caller) -> None:
    """A request about a plan elsewhere is an unknown one. Raises NotFound."""
    try:
        await plan_in_charge(session, row.plan_id, caller)
    except NotFound:
        raise NotFound.of("request") from None


async def _asked(
    session: AsyncSession, keyring: Keyring, key: PersonKey | None, row: CorrectionRequest
) -> AskedOut:
    """A request as others than the person see it: masked, and empty once the person is forgotten."""
    identity = await repository.identity_behind(session, row)
    (person,) = (
        [FORGOTTEN] if identity is None else await masked(session, keyring, [(row.person_id, identity)])
    )
    return AskedOut(
        id=row.id,
        plan_id=row.plan_id,
        subject=row.subject,
        subject_id=subject_of(row),
        state=row.state,
        asked_at=row.asked_at,
        text=(opened(key, REQUEST, row.text) or "") if key else "",
        answer=opened(key, ANSWER, row.answer) if key else None,
        answered_at=row.answered_at,
        name=person.name,
        id_number=person.id_number,
        answered_by=row.answered_by,
    )
