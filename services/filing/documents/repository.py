"""Who announced which document, and who may read it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.permissions import ORGANISATION_ROLES
from filing.documents.models import Announcement
from filing.documents.schemas import DocumentIn
from filing.organisations.models import Organisation
from filing.territory import in_charge


async def announce(
    session: AsyncSession, organisation_id: UUID, documents: Iterable[DocumentIn], *, now: datetime
) -> None:
    """Keep that these documents belong to what an organisation files; told again it changes nothing."""
    rows = {
        document.sha256: {
            "sha256": bytes.fromhex(document.sha256),
            "organisation_id": organisation_id,
            "kind": document.kind,
            "announced_at": now,
        }
        for document in documents
    }
    if rows:
        await session.execute(insert(Announcement).on_conflict_do_nothing(), list(rows.values()))


async def is_announced(session: AsyncSession, sha256: bytes) -> bool:
    return bool(await session.scalar(select(exists().where(Announcement.sha256 == sha256))))


async def may_read(session: AsyncSession, sha256: bytes, caller: Caller) -> bool:
    """An organisation reads what it announced, a centre what the organisations of its region did."""
    query = select(Announcement.sha256).join(Organisation, Organisation.id == Announcement.organisation_id)
    if caller.role in ORGANISATION_ROLES:
        visible = Announcement.organisation_id == caller.organisation_id
    else:
        visible = in_charge(Organisation.region, caller)
    return bool(await session.scalar(query.where(Announcement.sha256 == sha256, visible).limit(1)))
