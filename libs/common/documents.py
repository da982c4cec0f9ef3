"""Documents kept under the hash of their content: whoever cites one cites this very content.

A service's table is `class Document(DocumentColumns, Base)`. Rows are only added; the same content is kept once.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, TypeVar, cast

from fastapi import Response
from pydantic import Field, StringConstraints
from sqlalchemy import CheckConstraint, CursorResult, Integer, LargeBinary, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, undefer

from common.errors import Bilingual, FieldError, NotFound, RuleViolation, Violations
from common.schemas import Output
from common.unit_of_work import UnitOfWork

SIGNATURES: Final[Mapping[str, bytes]] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
LARGEST_DOCUMENT: Final = 20 * 1024 * 1024
Sha256 = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{64}$"),
    Field(description="SHA-256 of the content, hexadecimal"),
]


class FileNotWhatItSays(RuleViolation):
    """The content is not of the declared type: an executable named .pdf, say."""

    code: ClassVar[str] = "file-not-what-it-says"
    title: ClassVar[Bilingual] = Bilingual("文件与声明的类型不符", "Not the type declared")


class DocumentColumns:
    """What a document's row holds; its content is loaded where it is asked for."""

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    recorded_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805  # SQLAlchemy calls it on the class
        return (CheckConstraint("octet_length(sha256) = 32", name="sha256"),)


class DocumentOut(Output):
    """A document on record."""

    sha256: str = Field(description="of its content; names it")
    media_type: str
    size: int = Field(description="bytes")
    recorded_at: datetime


Row = TypeVar("Row", bound=DocumentColumns)


def checked(content: bytes, media_type: str, expected_sha256: str | None) -> bytes:
    """The document's SHA-256. Raises FileNotWhatItSays; Violations when it is not the content announced."""
    if not content.startswith(SIGNATURES[media_type]):
        raise FileNotWhatItSays(
            Bilingual(
                "文件内容不是所声明的类型;请上传 PDF、PNG 或 JPEG,并使 Content-Type 与内容一致。",
                "The content is not of the declared type; send PDF, PNG or JPEG, and let Content-Type say which.",
            )
        )
    digest = hashlib.sha256(content)
    if expected_sha256 is not None and expected_sha256 != digest.hexdigest():
        raise Violations(
            [
                FieldError(
                    code="hash-mismatch",
                    detail=Bilingual("摘要与文件内容不符。", "The hash is not that of the content."),
                    remedy=Bilingual(
                        "请核对文件是否完整,重新计算 SHA-256。",
                        "See whether the file is whole; hash it anew.",
                    ),
                    pointer="/sha256",
                )
            ]
        )
    return digest.digest()


async def keep(
    uow: UnitOfWork, table: type[Row], content: bytes, *, media_type: str, sha256: bytes, **about: Any
) -> tuple[Row, bool]:
    """The row of a checked document, and whether it is a new one; `about`: columns of the service's own."""
    row = {
        "sha256": sha256,
        "media_type": media_type,
        "size": len(content),
        "content": content,
        "recorded_at": uow.clock.now(),
    }
    added = await uow.session.execute(insert(table).values(row | about).on_conflict_do_nothing())
    return await uow.session.get_one(table, sha256), cast(CursorResult[Any], added).rowcount == 1


async def read(session: AsyncSession, table: type[Row], sha256: str) -> Row:
    """A document with its content. Raises NotFound."""
    query = select(table).where(table.sha256 == bytes.fromhex(sha256)).options(undefer(table.content))
    found: Row | None = await session.scalar(query)
    if found is None:
        raise NotFound.of("document")
    return found


def told(document: DocumentColumns) -> DocumentOut:
    return DocumentOut(
        sha256=document.sha256.hex(),
        media_type=document.media_type,
        size=document.size,
        recorded_at=document.recorded_at,
    )


def to_be_saved(document: DocumentColumns) -> Response:
    """The document as an answer that browsers save and never run."""
    response = Response(document.content, media_type=document.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{document.sha256.hex()[:16]}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
