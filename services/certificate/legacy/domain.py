"""PURE: what an imported certificate must be (decision 60)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from common.errors import Bilingual, FieldError
from common.identifiers.certificate_number import shape_of

FIRST_DAY: Final = date(1980, 1, 1)
MOST_ROWS: Final = 500


def row_mistakes(
    at: str, number: str, level: int | None, issued_on: date, today: date
) -> Iterator[FieldError]:
    """What is wrong with a row at this pointer: its day, or a number that tells another level."""
    if not FIRST_DAY <= issued_on <= today:
        yield _wrong(
            f"{at}/issued_on",
            "issue-date",
            Bilingual("发证日期不可能。", "No certificate was issued on this day."),
            Bilingual(f"请填写 {FIRST_DAY} 至今天之间的日期。", f"Give a day from {FIRST_DAY} to today."),
        )
    shape = shape_of(number)
    told = int(number[10]) if shape == "qualification_16" else None
    if told is not None and level is not None and told != level:
        yield _wrong(
            f"{at}/level",
            "level-differs-from-number",
            Bilingual("等级与证书编号中的等级不一致。", "The level is not that of the number."),
            Bilingual(
                "请核对原始登记；编号不得改动。", "Check the original register; a number is never changed."
            ),
        )


def issued_here(pointer: str) -> FieldError:
    """The platform issued this number itself; another holder or content for it would be a forgery in our name."""
    return _wrong(
        pointer,
        "issued-here",
        Bilingual(
            "该编号是本平台签发的证书编号。", "The platform itself issued a certificate with this number."
        ),
        Bilingual(
            "请删除该行；本平台签发的证书如有错误，请办理证书更正。",
            "Leave the row out; have a certificate of the platform corrected instead.",
        ),
    )


def doubled(pointer: str) -> FieldError:
    """Two rows of one request are the same certificate of the same person."""
    return _wrong(
        pointer,
        "duplicate",
        Bilingual("与前面的行重复。", "It is the same as a row before."),
        Bilingual("请删除重复的行。", "Leave it out."),
    )


def _wrong(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=detail, remedy=remedy, article="2")
