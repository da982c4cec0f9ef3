"""From fields to PDF: Typst, one embedded open font, PDF/A-3 and PDF/UA, selectable text (decision records 14, 57)."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, time
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

import orjson
import typst

from certificate.prints.domain import Print, attachment_of, fields_of
from certificate.prints.qr import qr_svg

FONT_PACKAGE: Final = "manimgx_fonts_cjk"
PDF_STANDARDS: Final = ("a-3a", "ua-1")
PAGES: Final = 100  # of one file
REMEMBERED: Final = 11  # Typst keeps the results of this many compilations to use them again


class FontMissing(Exception):
    """The font of printed certificates is not installed: nothing is printed without it."""


class Printer:
    """Makes PDFs. Blocking, about a few milliseconds a page: call `pdf` in a thread; calls wait for one another."""

    def __init__(self) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_font_folder())]
        )
        self._template = files("certificate.prints").joinpath("certificate.typ").read_bytes()
        self._compiler = typst.Compiler(font_paths=fonts)
        self._lock = threading.Lock()

    def pdf(self, *prints: Print) -> bytes:
        """Certificates, a page each. Equal certificates give equal files: the time stamp is the first's day of issue.

        Call it with PAGES at most: a page takes half a MiB while it is made.
        """
        data = orjson.dumps([_fields(print_) for print_ in prints]).decode()
        with self._lock:
            made = self._compiler.compile(
                self._template,
                format="pdf",
                sys_inputs={"data": data, "attachment": _attachment(prints)},
                pdf_standards=list(PDF_STANDARDS),
                timestamp=datetime.combine(prints[0].issued_on, time(), UTC),
            )
            if len(prints) > 1:
                self._forget()
        return cast(bytes, made)  # one output was asked for

    def _forget(self) -> None:
        """Let Typst drop what it remembers of the last compilations: of large files that is hundreds of MiB."""
        for _ in range(REMEMBERED):
            self._compiler.compile(b"", format="pdf")


def _fields(print_: Print) -> dict[str, str | bool]:
    return fields_of(print_) | {"qr": qr_svg(print_.url).decode()}


def _attachment(prints: Sequence[Print]) -> str:
    """Of one certificate an object, of several a list in the order of the pages."""
    told = [attachment_of(print_) for print_ in prints]
    return orjson.dumps(told[0] if len(told) == 1 else told, option=orjson.OPT_SORT_KEYS).decode()


def _font_folder() -> Path:
    """Raises FontMissing."""
    spec = find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        raise FontMissing(FONT_PACKAGE)
    return Path(spec.origin).parent
