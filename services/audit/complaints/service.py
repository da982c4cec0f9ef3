"""Use cases: take a complaint from anybody, take it up, answer it (Art. 22). Nobody learns who complained."""

import asyncio
import hmac
import secrets
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.complaints import domain
from audit.complaints.models import Complaint, ComplaintPhoto
from audit.complaints.schemas import (
    AcknowledgementIn,
    AnswerIn,
    ComplaintDetail,
    ComplaintIn,
    ComplaintOut,
    PhotoOut,
    ReceiptOut,
)
from common.auth import Caller
from common.documents import checked
from common.errors import NotFound
from common.events import Sealed
from common.events.audit import ComplaintAcknowledged, ComplaintAnswered, ComplaintReceived
from common.evidence import cleaned
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_key, person_keys
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar

PURPOSE: Final = "complaint"


async def complain(
    uow: UnitOfWork, body: ComplaintIn, *, keyring: Keyring, today: date, calendar: WorkCalendar
) -> ReceiptOut:
    """Take a complaint from anybody; what it says is sealed."""
    token = secrets.token_urlsafe(24)
    async with uow:
        limits = domain.limits_of(today, calendar)
        row = Complaint(
            id=uuid7(),
            region=body.region,
            subject=body.subject,
            token_sha256=sha256(token.encode()).digest(),
            state="received",
            received_at=uow.clock.now(),
            acknowledge_by=limits.acknowledge_by,
            answer_by=limits.answer_by,
        )
        key = await person_key(uow.session, keyring, row.id, create=True)
        told = {"about": body.about, "text": body.text, "contact": body.contact or ""}
        row.sealed = key.seal(PURPOSE, told).ciphertext
        uow.session.add(row)
        uow.say(
            ComplaintReceived(
                complaint_id=row.id,
                region=row.region,
                subject=row.subject,
                acknowledge_by=row.acknowledge_by,
                answer_by=row.answer_by,
            )
        )
        answer = ReceiptOut(
            id=row.id, token=token, acknowledge_by=row.acknowledge_by, answer_by=row.answer_by
        )
        await uow.commit(answer)
    return answer


async def keep_photo(
    uow: UnitOfWork, complaint_id: UUID, content: bytes, *, token: str, media_type: str, keyring: Keyring
) -> PhotoOut:
    """Keep a photograph without what its camera wrote into it. Raises NotFound, EvidenceRefused, ComplaintState."""
    checked(content, media_type, None)
    plain = await asyncio.to_thread(cleaned, content, media_type)
    async with uow:
        complaint = await _of_token(uow.session, complaint_id, token)
        count = select(func.count()).where(ComplaintPhoto.complaint_id == complaint.id)
        domain.check_room(await uow.session.scalar(count) or 0)
        key = await person_key(uow.session, keyring, complaint.id)
        row = ComplaintPhoto(
            id=uuid7(),
            complaint_id=complaint.id,
            media_type=media_type,
            sealed=await asyncio.to_thread(key.seal_bytes, plain),
            kept_at=uow.clock.now(),
        )
        uow.session.add(row)
        answer = PhotoOut(id=row.id, size=len(plain))
        await uow.commit(answer)
    return answer


async def read_own(session: AsyncSession, complaint_id: UUID, *, token: str, today: date) -> ComplaintOut:
    """How it stands. Raises NotFound, for a wrong token as for an unknown complaint."""
    return _shown(await _of_token(session, complaint_id, token), today)


async def list_complaints(
    session: AsyncSession, page: Page, *, caller: Caller, keyring: Keyring, today: date
) -> Listing[ComplaintDetail]:
    """Complaints of the caller's region, oldest first."""
    query = select(Complaint).where(Complaint.region.startswith(_significant(caller)))
    if page.after is not None:
        query = query.where(Complaint.id > page.after[0])
    rows = await session.scalars(query.order_by(Complaint.id).limit(page.fetch))
    kept, cursor = page.cut(rows.all(), lambda row: (row.id,))
    return Listing.of([await _detail(session, row, keyring, today) for row in kept], cursor)


async def read_complaint(
    session: AsyncSession, complaint_id: UUID, *, caller: Caller, keyring: Keyring, today: date
) -> ComplaintDetail:
    """A complaint for the centre in charge. Raises NotFound."""
    return await _detail(session, await _in_charge(session, complaint_id, caller), keyring, today)


async def read_photo(
    session: AsyncSession, complaint_id: UUID, photo_id: UUID, *, caller: Caller, keyring: Keyring
) -> tuple[bytes, str]:
    """A photograph and its type, for the centre in charge. Raises NotFound."""
    complaint = await _in_charge(session, complaint_id, caller)
    row = await session.get(ComplaintPhoto, photo_id)
    if row is None or row.complaint_id != complaint.id:
        raise NotFound.of("photo")
    key = await person_key(session, keyring, complaint.id)
    return await asyncio.to_thread(key.open_bytes, row.sealed), row.media_type


async def acknowledge(
    uow: UnitOfWork, complaint_id: UUID, body: AcknowledgementIn, *, caller: Caller, today: date
) -> ComplaintOut:
    """Take it up, or decline it with a reason. Raises NotFound, ComplaintState."""
    async with uow:
        row = await _in_charge(uow.session, complaint_id, caller)
        domain.check_acknowledgement(row.state)
        row.state, row.reply = ("accepted" if body.accepted else "declined"), body.reply
        row.acknowledged_at, row.acknowledged_by = uow.clock.now(), caller.account_id
        uow.say(
            ComplaintAcknowledged(
                complaint_id=row.id, accepted=body.accepted, acknowledged_by=caller.account_id
            )
        )
        answer = _shown(row, today)
        await uow.commit(answer)
    return answer


async def answer_complaint(
    uow: UnitOfWork, complaint_id: UUID, body: AnswerIn, *, caller: Caller, today: date
) -> ComplaintOut:
    """Answer it; what was founded goes into the record of whom it is about. Raises NotFound, ComplaintState."""
    async with uow:
        row = await _in_charge(uow.session, complaint_id, caller)
        domain.check_answer(row.state)
        row.state, row.outcome, row.reply = "answered", body.outcome, body.reply
        row.answered_at, row.answered_by = uow.clock.now(), caller.account_id
        is_founded = body.outcome != "unfounded"
        uow.say(
            ComplaintAnswered(
                complaint_id=row.id,
                outcome=body.outcome,
                organisation_id=body.organisation_id if is_founded else None,
                card_number=body.card_number if is_founded else None,
                answered_by=caller.account_id,
            )
        )
        answer = _shown(row, today)
        await uow.commit(answer)
    return answer


def _shown(row: Complaint, today: date) -> ComplaintOut:
    limits = domain.Limits(row.acknowledge_by, row.answer_by)
    columns = {name: getattr(row, name) for name in ComplaintOut.model_fields if name != "overdue"}
    return ComplaintOut(**columns, overdue=domain.is_overdue(row.state, limits, today))


async def _detail(session: AsyncSession, row: Complaint, keyring: Keyring, today: date) -> ComplaintDetail:
    key = (await person_keys(session, keyring, [row.id])).get(row.id)
    told = key.open(PURPOSE, Sealed(person_id=row.id, ciphertext=row.sealed)) if key else {}
    photos = await session.scalars(
        select(ComplaintPhoto.id).where(ComplaintPhoto.complaint_id == row.id).order_by(ComplaintPhoto.id)
    )
    return ComplaintDetail(
        **dict(_shown(row, today)),
        subject=row.subject,
        region=row.region,
        about=told.get("about"),
        text=told.get("text"),
        contact=told.get("contact") or None,
        photos=tuple(photos),
    )


async def _of_token(session: AsyncSession, complaint_id: UUID, token: str) -> Complaint:
    row = await session.get(Complaint, complaint_id, with_for_update=True)
    given = sha256(token.encode()).digest()
    if not hmac.compare_digest(row.token_sha256 if row else bytes(32), given) or row is None:
        raise NotFound.of("complaint")
    return row


async def _in_charge(session: AsyncSession, complaint_id: UUID, caller: Caller) -> Complaint:
    row = await session.get(Complaint, complaint_id, with_for_update=True)
    if row is None or not caller.sees_region(row.region):
        raise NotFound.of("complaint")
    return row


def _significant(caller: Caller) -> str:
    """The digits that the codes of the caller's region begin with."""
    if caller.region is None:
        return "" if caller.role == "authority" else "nowhere"
    return caller.region.removesuffix("00").removesuffix("00")
