"""From fields to PDF: Typst with one embedded open font, PDF/A-2, tagged, text selectable (decision record 14)."""

import threading
from datetime import UTC, datetime, time
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

import orjson
import typst

from certificate.prints.domain import Print, fields_of
from certificate.prints.qr import qr_svg

FONT_PACKAGE: Final = "manimgx_fonts_cjk"
PDF_STANDARD: Final = "a-2a"


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

    def pdf(self, print_: Print) -> bytes:
        """The printed certificate. Equal certificates give equal files: its time stamp is the day of issue."""
        fields = fields_of(print_) | {"qr": qr_svg(print_.url).decode()}
        with self._lock:
            made = self._compiler.compile(
                self._template,
                format="pdf",
                sys_inputs={"data": orjson.dumps(fields).decode()},
                pdf_standards=PDF_STANDARD,
                timestamp=datetime.combine(print_.issued_on, time(), UTC),
            )
        return cast(bytes, made)  # one output was asked for


def _font_folder() -> Path:
    """Raises FontMissing."""
    spec = find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        raise FontMissing(FONT_PACKAGE)
    return Path(spec.origin).parent
