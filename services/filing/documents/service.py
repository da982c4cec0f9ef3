"""Use cases: keep a document that was announced, give it back to whoever may read it."""

from sqlalchemy.ext.asyncio import AsyncSession

from common import documents
from common.auth import Caller
from common.documents import DocumentOut, checked
from common.errors import Bilingual, FieldError, NotFound, Violations
from common.unit_of_work import UnitOfWork
from filing.documents import repository
from filing.documents.models import Document


async def expect_document(session: AsyncSession, sha256: str) -> None:
    """Before its content is read: somebody has named this hash. Raises Violations."""
    if not await repository.is_announced(session, bytes.fromhex(sha256)):
        raise Violations([_not_announced()])


async def keep_document(
    uow: UnitOfWork, content: bytes, *, media_type: str, sha256: str
) -> tuple[DocumentOut, bool]:
    """Put an announced document on record; whether it is a new one. Raises FileNotWhatItSays, Violations."""
    digest = checked(content, media_type, sha256)
    async with uow:
        document, is_new = await documents.keep(uow, Document, content, media_type=media_type, sha256=digest)
        answer = documents.told(document)
        await uow.commit(answer)
    return answer, is_new


def _not_announced() -> FieldError:
    return FieldError(
        code="document-not-announced",
        pointer="/sha256",
        article="12",
        detail=Bilingual(
            "没有申请或委托列有此文件的摘要。", "No application, request or entrustment names this hash."
        ),
        remedy=Bilingual(
            "请先在申请或委托的 documents 中填写其 SHA-256,再上传。",
            "Name its SHA-256 in the application or entrustment first, then send it.",
        ),
    )


async def read_document(session: AsyncSession, sha256: str, *, caller: Caller) -> Document:
    """Raises NotFound, for a foreign document as for one that is not there."""
    if not await repository.may_read(session, bytes.fromhex(sha256), caller):
        raise NotFound.of("document")
    return await documents.read(session, Document, sha256)
