"""Use cases: open a consultation, take opinions, answer them, close it with what came of it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.consultations import repository
from catalog.consultations.domain import (
    Over,
    Weighed,
    check_closure,
    check_extension,
    check_open,
    check_opinion,
    summarise,
)
from catalog.consultations.models import Answer, Consultation, Deadline, Opinion
from catalog.consultations.schemas import (
    AnsweredOut,
    AnswerOut,
    AnswersIn,
    ConsultationIn,
    ConsultationOut,
    ContactIn,
    ExtensionIn,
    OpinionIn,
    OpinionLine,
    OpinionOut,
    PublishedOpinion,
    ReceiptOut,
    SummaryOut,
)
from catalog.documents.models import Document
from common.auth import Caller
from common.clock import SHANGHAI
from common.errors import Bilingual, FieldError, NotFound, Violations
from common.events import Sealed
from common.events.catalog import ConsultationClosed, ConsultationOpened
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_key, person_keys
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork

CONTACT = "contact"


async def open_consultation(uow: UnitOfWork, body: ConsultationIn, *, opened_by: UUID) -> ConsultationOut:
    """Put a draft before the public. Raises Violations, DeadlinePassed."""
    async with uow:
        now = uow.clock.now()
        check_open(body.deadline, day_of(now), is_closed=False)
        digest = bytes.fromhex(body.document_sha256) if body.document_sha256 else None
        if digest is not None and await uow.session.get(Document, digest) is None:
            raise Violations([_mistake("/document_sha256", "document-unknown", *DOCUMENT_UNKNOWN)])
        opened = Consultation(
            id=uuid7(),
            title=body.title,
            subject=body.subject,
            document_sha256=digest,
            clauses=list(body.clauses),
            opened_at=now,
            opened_by=opened_by,
        )
        uow.session.add(opened)
        await uow.session.flush()
        uow.session.add(_deadline(opened.id, 1, body.deadline, None, now, opened_by))
        uow.say(
            ConsultationOpened(
                consultation_id=opened.id,
                title=opened.title,
                subject=body.subject,
                clauses=len(opened.clauses),
                deadline=body.deadline,
            )
        )
        answer = told(opened, body.deadline, now)
        await uow.commit(answer)
    return answer


async def extend(
    uow: UnitOfWork, consultation_id: UUID, body: ExtensionIn, *, extended_by: UUID
) -> ConsultationOut:
    """Move the last day to a later one. Raises NotFound, Over, Violations."""
    async with uow:
        found = await repository.consultation(uow.session, consultation_id, lock=True)
        _check_not_over(found)
        last = (await repository.deadlines(uow.session, [found.id]))[found.id]
        check_extension(last.deadline, body.deadline)
        now = uow.clock.now()
        uow.session.add(_deadline(found.id, last.number + 1, body.deadline, body.reason, now, extended_by))
        answer = told(found, body.deadline, now)
        await uow.commit(answer)
    return answer


def _deadline(
    consultation_id: UUID, number: int, day: date, reason: str | None, now: datetime, by: UUID
) -> Deadline:
    return Deadline(
        consultation_id=consultation_id,
        number=number,
        deadline=day,
        reason=reason,
        recorded_at=now,
        recorded_by=by,
    )


async def give_opinion(
    uow: UnitOfWork, consultation_id: UUID, body: OpinionIn, *, keyring: Keyring, caller: Caller | None
) -> ReceiptOut:
    """Take an opinion until the last day is over. Raises NotFound, DeadlinePassed, Over, Violations."""
    async with uow:
        found = await repository.consultation(uow.session, consultation_id)
        now = uow.clock.now()
        last = await repository.deadline_of(uow.session, found.id)
        check_open(last, day_of(now), is_closed=found.closed_at is not None)
        check_opinion(range(1, len(found.clauses) + 1), body.clause, body.stance, body.proposal)
        receipt = secrets.token_urlsafe(24)
        opinion = Opinion(
            id=uuid7(),
            receipt_sha256=hashlib.sha256(receipt.encode()).digest(),
            consultation_id=found.id,
            clause=body.clause,
            stance=body.stance,
            text=body.text,
            proposal=body.proposal,
            organisation_id=caller.organisation_id if caller else None,
            account_id=caller.account_id if caller else None,
            given_at=now,
        )
        if body.contact is not None:
            opinion.person_id = uuid7()
            key = await person_key(uow.session, keyring, opinion.person_id, create=True)
            opinion.sealed_contact = key.seal(CONTACT, body.contact.model_dump()).ciphertext
        uow.session.add(opinion)
        answer = ReceiptOut(receipt=receipt, given_at=now)
        await uow.commit(answer)
    return answer


async def withdraw(uow: UnitOfWork, receipt: str) -> OpinionOut:
    """Take an opinion back, until the last day is over. Raises NotFound, DeadlinePassed, Over."""
    async with uow:
        opinion, answer = await repository.by_receipt(uow.session, receipt, lock=True)
        found = await repository.consultation(uow.session, opinion.consultation_id)
        last = await repository.deadline_of(uow.session, found.id)
        check_open(last, day_of(uow.clock.now()), is_closed=found.closed_at is not None)
        opinion.withdrawn_at = opinion.withdrawn_at or uow.clock.now()
        shown = OpinionOut.model_validate(_shown(opinion, answer))
        await uow.commit(shown)
    return shown


async def read_opinion(session: AsyncSession, receipt: str) -> OpinionOut:
    """An opinion with its answer, for whoever has the receipt. Raises NotFound."""
    return OpinionOut.model_validate(_shown(*await repository.by_receipt(session, receipt)))


def _shown(opinion: Opinion, answer: Answer | None) -> dict[str, object]:
    return {
        "consultation_id": opinion.consultation_id,
        "clause": opinion.clause,
        "stance": opinion.stance,
        "text": opinion.text,
        "proposal": opinion.proposal,
        "given_at": opinion.given_at,
        "withdrawn_at": opinion.withdrawn_at,
        "answer": AnswerOut.model_validate(answer) if answer else None,
    }


async def list_opinions(
    session: AsyncSession, consultation_id: UUID, page: Page, *, keyring: Keyring
) -> Listing[OpinionLine]:
    """Opinions in order of arrival, for whoever answers them. Raises NotFound."""
    await repository.consultation(session, consultation_id)
    rows = await repository.opinions(session, consultation_id, page)
    kept, cursor = page.cut(rows, lambda row: (row[0].id,))
    keys = await person_keys(
        session, keyring, [row.person_id for row, _ in kept if row.person_id is not None], create=False
    )
    lines = []
    for opinion, answer in kept:
        contact = None
        if opinion.person_id is not None and opinion.sealed_contact is not None:
            sealed = Sealed(person_id=opinion.person_id, ciphertext=opinion.sealed_contact)
            contact = ContactIn.model_validate(keys[opinion.person_id].open(CONTACT, sealed))
        about = {"id": opinion.id, "organisation_id": opinion.organisation_id, "contact": contact}
        lines.append(OpinionLine.model_validate(_shown(opinion, answer) | about))
    return Listing.of(lines, cursor)


async def answer_opinions(
    uow: UnitOfWork, consultation_id: UUID, body: AnswersIn, *, answered_by: UUID
) -> AnsweredOut:
    """Answer opinions that say the same; an answer is given once. Raises NotFound, Over, Violations."""
    async with uow:
        found = await repository.consultation(uow.session, consultation_id, lock=True)
        _check_not_over(found)
        wanted = list(dict.fromkeys(body.opinion_ids))
        open_ids = set(await _unanswered(uow.session, found.id, wanted))
        wrong = [
            _mistake(f"/opinion_ids/{place}", "opinion-not-waiting", *NOT_WAITING)
            for place, opinion_id in enumerate(body.opinion_ids)
            if opinion_id not in open_ids
        ]
        if wrong:
            raise Violations(wrong)
        now = uow.clock.now()
        uow.session.add_all(
            Answer(
                opinion_id=opinion_id,
                verdict=body.verdict,
                reason=body.reason,
                answered_at=now,
                answered_by=answered_by,
            )
            for opinion_id in wanted
        )
        await uow.session.flush()
        answer = AnsweredOut(answered=len(wanted), waiting=await repository.waiting(uow.session, found.id))
        await uow.commit(answer)
    return answer


async def _unanswered(session: AsyncSession, consultation_id: UUID, ids: Sequence[UUID]) -> Sequence[UUID]:
    query = (
        select(Opinion.id)
        .outerjoin(Answer, Answer.opinion_id == Opinion.id)
        .where(
            Opinion.id.in_(ids),
            Opinion.consultation_id == consultation_id,
            Opinion.withdrawn_at.is_(None),
            Answer.opinion_id.is_(None),
        )
    )
    return (await session.scalars(query)).all()


async def close(uow: UnitOfWork, consultation_id: UUID, *, closed_by: UUID) -> SummaryOut:
    """Publish what came of it; from then on nothing changes. Raises NotFound, Over, NotYet."""
    async with uow:
        found = await repository.consultation(uow.session, consultation_id, lock=True)
        _check_not_over(found)
        last = await repository.deadline_of(uow.session, found.id)
        now = uow.clock.now()
        check_closure(last, day_of(now), await repository.waiting(uow.session, found.id))
        answered = await repository.opinions(uow.session, found.id)
        published = [
            PublishedOpinion.model_validate(
                {
                    "clause": opinion.clause,
                    "stance": opinion.stance,
                    "text": opinion.text,
                    "proposal": opinion.proposal,
                    "verdict": answer.verdict,
                    "reason": answer.reason,
                }
            )
            for opinion, answer in answered
            if answer is not None
        ]
        found.summary = [one.model_dump() for one in published]
        found.closed_at, found.closed_by = now, closed_by
        uow.say(ConsultationClosed(consultation_id=found.id, title=found.title, opinions=len(published)))
        answer_out = _summary(found)
        await uow.commit(answer_out)
    return answer_out


async def read_summary(session: AsyncSession, consultation_id: UUID) -> SummaryOut:
    """What came of a consultation. Raises NotFound, also while it is not closed."""
    found = await repository.consultation(session, consultation_id)
    if found.closed_at is None:
        raise NotFound.of("summary")
    return _summary(found)


def _summary(found: Consultation) -> SummaryOut:
    opinions = [PublishedOpinion.model_validate(one) for one in found.summary or ()]
    weighed = (Weighed(one.clause, one.stance, one.verdict) for one in opinions)
    return SummaryOut.model_validate(
        {
            "id": found.id,
            "title": found.title,
            "closed_at": found.closed_at,
            "counts": summarise(weighed),
            "opinions": [one.model_dump() for one in opinions],
        }
    )


async def list_consultations(session: AsyncSession, page: Page, *, now: datetime) -> Listing[ConsultationOut]:
    """Consultations, the newest first."""
    rows = await repository.page_of(session, page)
    kept, cursor = page.cut(rows, lambda row: (row.id,))
    days = await repository.deadlines(session, [row.id for row in kept])
    return Listing.of([told(row, days[row.id].deadline, now) for row in kept], cursor)


async def read_consultation(
    session: AsyncSession, consultation_id: UUID, *, now: datetime
) -> ConsultationOut:
    """Raises NotFound."""
    found = await repository.consultation(session, consultation_id)
    return told(found, await repository.deadline_of(session, found.id), now)


def day_of(now: datetime) -> date:
    """The day in China."""
    return now.astimezone(SHANGHAI).date()


def told(row: Consultation, deadline: date, now: datetime) -> ConsultationOut:
    return ConsultationOut.model_validate(
        {
            "id": row.id,
            "title": row.title,
            "subject": row.subject,
            "document_sha256": row.document_sha256.hex() if row.document_sha256 else None,
            "clauses": row.clauses,
            "deadline": deadline,
            "is_open": row.closed_at is None and day_of(now) <= deadline,
            "opened_at": row.opened_at,
            "closed_at": row.closed_at,
        }
    )


def _check_not_over(found: Consultation) -> None:
    if found.closed_at is not None:
        raise Over(
            Bilingual("征求意见已结束,公布的内容不再变更。", "It is closed, and what was published stays.")
        )


def _mistake(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer)


DOCUMENT_UNKNOWN = (
    Bilingual("没有这个文件。", "There is no such document."),
    Bilingual("请先上传文件(POST /documents)。", "Send it first (POST /documents)."),
)
NOT_WAITING = (
    Bilingual("该意见不在等待答复之列。", "This opinion does not wait for an answer."),
    Bilingual("请重新读取意见清单。", "Read the list of opinions again."),
)
