"""PURE: identity documents of candidates: the kinds, how rosters name them, and what makes a number valid.

One person, one document: a number that tells its own kind is never stored under another (decision record 3).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from common.errors import Bilingual, FieldError
from common.identifiers.mod11 import check_character
from common.identifiers.resident import SHAPE, ResidentId, ResidentIdError
from common.identifiers.text import compact, narrow


class DocumentType(StrEnum):
    """Kinds of identity document (GA/T 517 codes are configuration: see NAMES)."""

    RESIDENT_ID = "resident_id"
    HK_MACAO_RESIDENCE_PERMIT = "hk_macao_residence_permit"
    TAIWAN_RESIDENCE_PERMIT = "taiwan_residence_permit"
    HK_MACAO_TRAVEL_PERMIT = "hk_macao_travel_permit"
    TAIWAN_TRAVEL_PERMIT = "taiwan_travel_permit"
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"
    PASSPORT = "passport"
    MILITARY = "military"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return NAMES[self][0]


# The first name is the one we print; the others are met in real rosters and exports (DOMAIN 4.3, 6).
NAMES: dict[DocumentType, tuple[str, ...]] = {
    DocumentType.RESIDENT_ID: (
        "居民身份证",
        "身份证",
        "中华人民共和国居民身份证",
        "二代身份证",
        "港澳台居民居住证",  # which of the three it is, the number tells
        "111",
        "201",
    ),
    DocumentType.HK_MACAO_RESIDENCE_PERMIT: ("港澳居民居住证", "香港居民居住证", "澳门居民居住证"),
    DocumentType.TAIWAN_RESIDENCE_PERMIT: ("台湾居民居住证",),
    DocumentType.HK_MACAO_TRAVEL_PERMIT: ("港澳居民来往内地通行证", "回乡证", "516"),
    DocumentType.TAIWAN_TRAVEL_PERMIT: ("台湾居民来往大陆通行证", "台胞证", "511"),
    DocumentType.FOREIGN_PERMANENT_RESIDENT: (
        "外国人永久居留身份证",
        "外国人永久居留证",
        "境外永久居住证",
        "境外永久居住证(外国国籍)",
        "553",
    ),
    DocumentType.PASSPORT: (
        "护照",
        "护照(外国国籍)",
        "香港特区护照/身份证明",
        "澳门特区护照/身份证明",
        "414",
    ),
    DocumentType.MILITARY: ("军官证", "军官证/士官证", "士兵证", "文职干部证", "114"),
    DocumentType.OTHER: ("其他", "其他证件", "其它"),
}
_BY_NAME = {name: kind for kind, names in NAMES.items() for name in (*names, kind.value)}
_EIGHTEEN = frozenset(
    {
        DocumentType.RESIDENT_ID,
        DocumentType.HK_MACAO_RESIDENCE_PERMIT,
        DocumentType.TAIWAN_RESIDENCE_PERMIT,
        DocumentType.FOREIGN_PERMANENT_RESIDENT,
    }
)
_PERMIT_PREFIXES = {
    "810000": DocumentType.HK_MACAO_RESIDENCE_PERMIT,
    "820000": DocumentType.HK_MACAO_RESIDENCE_PERMIT,
    "830000": DocumentType.TAIWAN_RESIDENCE_PERMIT,
}
_SHAPES: dict[DocumentType, re.Pattern[str]] = {
    DocumentType.HK_MACAO_TRAVEL_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    DocumentType.TAIWAN_TRAVEL_PERMIT: re.compile(r"\d{8}(\d{2})?", re.ASCII),
    DocumentType.PASSPORT: re.compile(r"[A-Z0-9]{5,17}", re.ASCII),
    DocumentType.MILITARY: re.compile(r"[\w()./-]{4,20}"),
    DocumentType.OTHER: re.compile(r"[\w()./-]{4,30}"),
}
_LENGTHS: dict[DocumentType, Collection[int]] = {
    DocumentType.RESIDENT_ID: (18,),
    DocumentType.HK_MACAO_RESIDENCE_PERMIT: (18,),
    DocumentType.TAIWAN_RESIDENCE_PERMIT: (18,),
    DocumentType.HK_MACAO_TRAVEL_PERMIT: (9, 11),
    DocumentType.TAIWAN_TRAVEL_PERMIT: (8, 10),
    DocumentType.FOREIGN_PERMANENT_RESIDENT: (15, 18),
    DocumentType.PASSPORT: range(5, 18),
    DocumentType.MILITARY: range(4, 21),
    DocumentType.OTHER: range(4, 31),
}
_FAULTS = {"birth_date": "id-birth-date", "check_digit": "id-checksum", "region": "id-region"}
_OLD_FOREIGN = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)  # until 2023-11
_NEW_FOREIGN = re.compile(r"9\d{16}[\dX]", re.ASCII)  # since 2023-12-01; both stay valid
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\ufeff'\uff07`", ""))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


@dataclass(frozen=True, slots=True)
class IdDocument:
    """A document whose number has the right shape and check digit for its kind."""

    type: DocumentType
    number: str
    birth_date: date | None = None
    sex: Literal["male", "female", "unknown"] = "unknown"

    @property
    def index_text(self) -> str:
        """What the blind index of a person is made of: `type|number`."""
        return f"{self.type.value}|{self.number}"

    @property
    def masked(self) -> str:
        return mask(self.number)


def normalise(text: str) -> str:
    """A number as it is stored: full-width made narrow, spaces and invisible marks left out, upper case."""
    return compact(text.translate(_INVISIBLE).translate(_DASHES))


def mask(number: str) -> str:
    """`320106********1015`: enough to tell two people of a list apart, not enough to use."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return number[:1] + "*" * max(1, len(number) - 3) + number[-2:]


def read_type(text: str | None) -> DocumentType | None:
    """The kind that a sheet names; resident ID where it names none; None when the name is not known."""
    clean = "".join(narrow(text or "").split())
    return _BY_NAME.get(clean) if clean else DocumentType.RESIDENT_ID


def parse_document(kind: DocumentType, text: str) -> IdDocument:
    """A valid document. Raises InvalidDocument, which explains itself.

    What is told to be an ID card and bears the number of a permit or of a foreigner's card becomes what it is: the
    lists of older systems offer nothing else to choose.
    """
    number = normalise(text)
    if kind not in _EIGHTEEN:
        return _other(kind, number)
    if kind is DocumentType.FOREIGN_PERMANENT_RESIDENT and _OLD_FOREIGN.fullmatch(number):
        return IdDocument(kind, number)
    actual = _kind_of(number)
    if kind not in {actual, DocumentType.RESIDENT_ID}:
        raise InvalidDocument("id-type" if SHAPE.fullmatch(number) else _misshapen(kind, number))
    return (
        _foreign(number) if actual is DocumentType.FOREIGN_PERMANENT_RESIDENT else _resident(actual, number)
    )


def _kind_of(number: str) -> DocumentType:
    """Which of the kinds with 18 characters a number says it is."""
    if _NEW_FOREIGN.fullmatch(number):
        return DocumentType.FOREIGN_PERMANENT_RESIDENT
    return _PERMIT_PREFIXES.get(number[:6], DocumentType.RESIDENT_ID)


def _resident(kind: DocumentType, number: str) -> IdDocument:
    try:
        resident = ResidentId.parse(number)
    except ResidentIdError as error:
        raise InvalidDocument(_FAULTS.get(error.fault) or _misshapen(kind, number)) from None
    return IdDocument(kind, number, resident.birth_date, resident.sex)


def _foreign(number: str) -> IdDocument:
    if check_character(number[:17]) != number[17]:
        raise InvalidDocument("id-checksum")
    return IdDocument(DocumentType.FOREIGN_PERMANENT_RESIDENT, number)


def _other(kind: DocumentType, number: str) -> IdDocument:
    if _is_resident(number):
        raise InvalidDocument("id-type")
    if not _SHAPES[kind].fullmatch(number):
        raise InvalidDocument(_misshapen(kind, number))
    return IdDocument(kind, number)


def _misshapen(kind: DocumentType, number: str) -> str:
    return "id-characters" if len(number) in _LENGTHS[kind] else "id-length"


def _is_resident(number: str) -> bool:
    try:
        ResidentId.parse(number)
    except ResidentIdError:
        return False
    return True


_EXPLANATIONS: dict[str, tuple[Bilingual, Bilingual]] = {
    "id-length": (
        Bilingual(
            "证件号码的位数与证件类型不符。",
            "The number does not have the length of this kind of document.",
        ),
        Bilingual("请对照证件原件核对号码和证件类型。", "Check number and kind against the document itself."),
    ),
    "id-characters": (
        Bilingual(
            "证件号码中有此类证件不会有的字符。",
            "The number holds characters that this kind of document never has.",
        ),
        Bilingual("请对照证件原件核对号码和证件类型。", "Check number and kind against the document itself."),
    ),
    "id-birth-date": (
        Bilingual(
            "证件号码中的出生日期不存在,或尚未到来。",
            "The date of birth inside the number does not exist, or is to come.",
        ),
        Bilingual("请对照证件原件核对第7至14位。", "Check characters 7 to 14 against the document itself."),
    ),
    "id-checksum": (
        Bilingual(
            "证件号码的校验码不正确,有数字录入错误。", "The check digit is wrong: a digit was mistyped."
        ),
        Bilingual("请对照证件原件逐位核对。", "Compare the number with the document, digit by digit."),
    ),
    "id-type": (
        Bilingual("证件号码不属于所填的证件类型。", "The number belongs to another kind of document."),
        Bilingual(
            "请改正证件类型或号码;18位公民身份号码的证件类型为居民身份证。",
            "Correct the kind or the number; the number of a resident ID card goes with resident ID.",
        ),
    ),
    "id-region": (
        Bilingual(
            "证件号码的前六位不是任何行政区划的代码。",
            "The first six digits were never the code of any division.",
        ),
        Bilingual("请对照证件原件核对前六位。", "Check the first six digits against the document itself."),
    ),
}


class InvalidDocument(ValueError):
    """A number that is none of its kind; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def as_error(
        self, *, pointer: str | None = None, row: int | None = None, column: str | None = None
    ) -> FieldError:
        """The mistake as callers are told it, without the number."""
        detail, remedy = _EXPLANATIONS[self.code]
        return FieldError(
            code=self.code, detail=detail, remedy=remedy, pointer=pointer, row=row, column=column
        )
