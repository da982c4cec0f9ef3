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


_KINDS: Final = (
    (SIGNATURES["application/pdf"], Bilingual(" PDF", "PDF")),
    (SIGNATURES["image/png"], Bilingual(" PNG", "PNG")),
    (SIGNATURES["image/jpeg"], Bilingual(" JPEG", "JPEG")),
    (b"GIF8", Bilingual(" GIF", "GIF")),
    (b"PK\x03\x04", Bilingual("压缩包或 Office 文件", "a zip archive or Office file")),
    (b"\xd0\xcf\x11\xe0", Bilingual("旧版 Office 文件", "an old Office file")),
    (b"MZ", Bilingual("可执行文件", "a program")),
    (b"\x7fELF", Bilingual("可执行文件", "a program")),
    (b"<", Bilingual("网页、SVG 或其他标记文本", "a web page, SVG or other markup")),
)
_OTHER: Final = Bilingual("其他类型", "something else")


def _kind_of(content: bytes) -> Bilingual:
    """What a file really is, as far as its first bytes tell."""
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((told for signature, told in _KINDS if start.startswith(signature)), _OTHER)


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
        actual = _kind_of(content)
        raise FileNotWhatItSays(
            Bilingual(
                f"文件内容不是所声明的类型,实为{actual.zh};请上传 PDF、PNG 或 JPEG,并使 Content-Type 与内容一致。",
                f"The content is not of the declared type but {actual.en}; send PDF, PNG or JPEG, and let Content-Type"
                " say which.",
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
    return as_attachment(document.content, document.media_type, name=document.sha256.hex())


def as_attachment(content: bytes, media_type: str, *, name: str) -> Response:
    """Content that browsers save and never run, under the first digits of its hash."""
    response = Response(content, media_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name[:16]}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
