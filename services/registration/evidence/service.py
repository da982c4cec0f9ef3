"""Use cases: keep a file as evidence for a plan, show it to the few who may look, and note that they did."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.documents import checked
from common.errors import NotFound
from common.events.registration import EvidenceKept, EvidenceRead
from common.evidence import cleaned
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import Erased, person_key
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.evidence import repository
from registration.evidence.models import Evidence
from registration.evidence.schemas import EvidenceOut
from registration.plans.repository import own_plan, plan_in_sight


@dataclass(frozen=True, slots=True)
class Opened:
    """A file for somebody to look at."""

    content: bytes
    media_type: str


async def expect_evidence(session: AsyncSession, plan_id: UUID, caller: Caller) -> None:
    """Before a file is read: the plan is the caller's. Raises NotFound."""
    await own_plan(session, plan_id, caller)


async def keep_evidence(
    uow: UnitOfWork,
    plan_id: UUID,
    content: bytes,
    *,
    media_type: str,
    expected_sha256: str | None,
    caller: Caller,
    keyring: Keyring,
) -> tuple[EvidenceOut, bool]:
    """Put a file on record for a plan of the caller's organisation, once; whether this request did.

    Raises NotFound, FileNotWhatItSays, EvidenceRefused, Violations.
    """
    digest = checked(content, media_type, expected_sha256)
    plain = await asyncio.to_thread(cleaned, content, media_type)
    async with uow:
        plan = await own_plan(uow.session, plan_id, caller)
        row = await repository.kept(uow.session, plan.id, digest)
        is_new = row is None and await _insert(
            uow, plan.id, plain, media_type=media_type, digest=digest, caller=caller, keyring=keyring
        )
        row = row or await repository.with_content(uow.session, plan.id, digest)
        if is_new:
            uow.say(EvidenceKept(evidence_id=row.id, plan_id=plan.id, media_type=media_type, size=row.size))
        answer = _told(row)
        await uow.commit(answer)
    return answer, is_new


async def _insert(
    uow: UnitOfWork,
    plan_id: UUID,
    plain: bytes,
    *,
    media_type: str,
    digest: bytes,
    caller: Caller,
    keyring: Keyring,
) -> bool:
    """False when the very same file came from another request a moment before."""
    evidence_id = uuid7()
    key = await person_key(uow.session, keyring, evidence_id, create=True)
    row = {
        "id": evidence_id,
        "plan_id": plan_id,
        "sha256": digest,
        "media_type": media_type,
        "size": len(plain),
        "sealed": await asyncio.to_thread(key.seal_bytes, plain),
        "kept_at": uow.clock.now(),
        "kept_by": caller.account_id,
    }
    added = await uow.session.scalar(
        insert(Evidence).values(row).on_conflict_do_nothing().returning(Evidence.id)
    )
    return added is not None


async def read_evidence(
    uow: UnitOfWork, plan_id: UUID, sha256: str, *, caller: Caller, keyring: Keyring
) -> Opened:
    """A file, for the plan's organisation and the centre in charge; every look is told. Raises NotFound."""
    async with uow:
        plan = await plan_in_sight(uow.session, plan_id, caller)
        row = await repository.with_content(uow.session, plan.id, bytes.fromhex(sha256))
        content = await _content(uow.session, keyring, row)
        uow.say(EvidenceRead(evidence_id=row.id, plan_id=plan.id, read_by=caller.account_id))
        opened = Opened(content, row.media_type)
        await uow.commit()
    return opened


async def _content(session: AsyncSession, keyring: Keyring, row: Evidence) -> bytes:
    """Raises NotFound where the key was taken away: the file is forgotten."""
    try:
        key = await person_key(session, keyring, row.id)
    except Erased:
        raise NotFound.of("evidence") from None
    return await asyncio.to_thread(key.open_bytes, row.sealed)


async def list_evidence(
    session: AsyncSession, plan_id: UUID, page: Page, *, caller: Caller
) -> Listing[EvidenceOut]:
    """What is on record for a plan, for its organisation and its centre. Raises NotFound."""
    plan = await plan_in_sight(session, plan_id, caller)
    rows, next_cursor = page.cut(await repository.page_of(session, plan.id, page), lambda row: (row.id,))
    return Listing(items=[_told(row) for row in rows], next=next_cursor)


def _told(row: Evidence) -> EvidenceOut:
    return EvidenceOut(
        id=row.id,
        plan_id=row.plan_id,
        sha256=row.sha256.hex(),
        media_type=row.media_type,
        size=row.size,
        kept_at=row.kept_at,
    )
