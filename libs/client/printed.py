"""What a printed certificate says to programs: the QR code of each page, and the file that a PDF may carry.

Reading pages needs the extra `pdf` of this distribution (zxing-cpp, pypdfium2); nothing else of the SDK does.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

RESOLUTION: Final = 150
POINTS_PER_INCH: Final = 72
ATTACHMENT: Final = "certificate.json"
MOST_PAGES: Final = 1000


class PdfUnreadable(Exception):
    """The file cannot be read as a printed certificate; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The codes of a PDF, page by page, and what it carries for programs (None: nothing)."""

    codes: tuple[str, ...]
    attached: Any | None

    def contradiction(self) -> bool:
        """Whether the attached file speaks of another certificate than the page."""
        if self.attached is None:
            return False
        told = self.attached if isinstance(self.attached, list) else [self.attached]
        codes = [one.get("code") if isinstance(one, dict) else None for one in told]
        return codes != list(self.codes)


def read_pdf(content: bytes) -> Printed:
    """The QR codes of all pages, as a camera would see them. Raises PdfUnreadable."""
    try:
        import pypdfium2  # noqa: PLC0415 - an extra that few need
        import zxingcpp  # noqa: PLC0415
    except ImportError as missing:
        raise PdfUnreadable(
            "读取 PDF 需要附加组件，请执行：pip install 'skill-level-platform[pdf]'\n"
            "Reading PDFs needs an extra: pip install 'skill-level-platform[pdf]'"
        ) from missing
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise PdfUnreadable("不是 PDF 文件。 This is not a PDF file.") from error
    with document:
        if len(document) > MOST_PAGES:
            raise PdfUnreadable(
                f"超过 {MOST_PAGES} 页，请拆分。 More than {MOST_PAGES} pages: split the file."
            )
        codes: list[str] = []
        for page in document:
            image = page.render(scale=RESOLUTION / POINTS_PER_INCH).to_pil()
            codes += _codes_of([found.text for found in zxingcpp.read_barcodes(image)])
        return Printed(tuple(codes), _attached(document))


def _codes_of(texts: Sequence[str]) -> list[str]:
    """Of what was scanned, what looks like a certificate's URL; other QR codes on a page are nobody's business."""
    return [text for text in texts if "/V/" in text.upper()]


def _attached(document: Any) -> Any | None:
    for at in range(document.count_attachments()):
        attachment = document.get_attachment(at)
        if attachment.get_name() == ATTACHMENT:
            try:
                return json.loads(bytes(attachment.get_data()))
            except ValueError as error:
                raise PdfUnreadable(
                    f"附件 {ATTACHMENT} 已损坏。 The attached {ATTACHMENT} is damaged."
                ) from error
    return None
