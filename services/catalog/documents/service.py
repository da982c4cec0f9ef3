"""Use cases: keep a document, give it back."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.documents.models import Document
from common import documents
from common.documents import DocumentOut, checked
from common.unit_of_work import UnitOfWork


async def keep_document(
    uow: UnitOfWork, content: bytes, *, media_type: str, expected_sha256: str | None, kept_by: UUID
) -> tuple[DocumentOut, bool]:
    """Put a document on record once; whether this request did. Raises FileNotWhatItSays, Violations."""
    digest = checked(content, media_type, expected_sha256)
    async with uow:
        document, is_new = await documents.keep(
            uow, Document, content, media_type=media_type, sha256=digest, recorded_by=kept_by
        )
        answer = documents.told(document)
        await uow.commit(answer)
    return answer, is_new


async def read_document(session: AsyncSession, sha256: str) -> Document:
    """A document with its content. Raises NotFound."""
    return await documents.read(session, Document, sha256)
