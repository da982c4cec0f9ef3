"""PURE: a list that is handed in to be verified: its columns, its rows, on what ground it may be asked (decision 54).

A code, or a number with the name that belongs to it, comes from the holder. A bare number can be invented: lists of
them would tell who holds what, so they are refused. Personal data is asked about on one of the grounds of the law.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from common.certificate_code import LONGEST_TEXT
from common.errors import Bilingual, FieldError, Forbidden, Violations
from common.tabular.columns import Column
from common.tabular.rows import RawRow

Ground = Literal["consent", "employment", "statutory_duty"]
Verdict = Literal["valid", "not_valid", "unprovable"]
LARGEST_LIST: Final = 10_000
LARGEST_BYTES: Final = 8 * 1024 * 1024
LONGEST_NUMBER: Final = 64
LONGEST_NAME: Final = 100
KEPT: Final = timedelta(days=7)
"""Answers are forgotten a week after the job's end; the count and the ground stay."""
MISSES_A_DAY: Final = 300
"""Numbers whose name was wrong, per organisation: typing errors in a list of 10,000, but no search for holders."""

GROUNDS: Final[dict[Ground, Bilingual]] = {
    "consent": Bilingual("持证人同意（个人信息保护法第十三条第一款第一项）", "the holders' consent"),
    "employment": Bilingual(
        "订立、履行劳动合同或人力资源管理所必需（同款第二项）", "needed for employment contracts"
    ),
    "statutory_duty": Bilingual("履行法定职责或者法定义务所必需（同款第三项）", "a duty laid down by law"),
}
COLUMNS: Final = (
    Column(
        "code",
        ("证书码", "二维码内容", "二维码", "证书二维码"),
        note=Bilingual("二维码中的网址或证书码", "the text of the QR code"),
        width=40,
    ),
    Column(
        "number",
        ("证书编号", "证书编码", "编号"),
        exact=True,
        note=Bilingual("没有证书码时填写，须同时填写姓名", "without a code; the name goes with it"),
        width=26,
    ),
    Column(
        "name",
        ("姓名", "持证人姓名"),
        note=Bilingual("与证书编号一并核对", "compared with the holder of the number"),
    ),
)


class NamesMissing(Forbidden):
    """Numbers alone may not be asked about: the code or the name is what the holder has given."""

    article = "19"

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__(
            Bilingual(
                "清单中有只填证书编号的行。证书码或姓名由持证人提供，视为其同意；仅凭编号不得查询。",
                "Some rows have a number alone. Codes and names come from holders; a number alone is not answered.",
            ),
            errors=[_mistake("name-missing", row, _NAME_MISSING) for row in rows],
        )


class TooManyMisses(Forbidden):
    """Lists that guess are not lists of one's own people."""

    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                f"近24小时内清单中姓名与编号不符的已达 {MISSES_A_DAY} 行，暂不受理新的清单；请核对后次日再提交。",
                f"Within 24 hours {MISSES_A_DAY} numbers did not match their names; check the list, send it tomorrow.",
            )
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of a list: a code, or a number with its name. `row`: as it is numbered in the file."""

    row: int
    code: str | None = None
    number: str | None = None
    name: str | None = None

    def kept(self) -> dict[str, Any]:
        return {"row": self.row, "code": self.code, "number": self.number, "name": self.name}


_Texts = tuple[Bilingual, Bilingual]
_NAME_MISSING: Final[_Texts] = (
    Bilingual("只有证书编号，没有姓名。", "A number without a name."),
    Bilingual("请补填姓名，或改填证书码。", "Add the name, or give the code instead."),
)
_NOTHING: Final[_Texts] = (
    Bilingual("此行没有证书码，也没有证书编号。", "The row has neither a code nor a number."),
    Bilingual("请填写证书码，或证书编号和姓名。", "Give a code, or a number with a name."),
)
_TOO_LONG: Final[_Texts] = (
    Bilingual("内容过长，不是证书码、编号或姓名。", "Too long for a code, a number or a name."),
    Bilingual("请逐字核对。", "Check it character by character."),
)
_TOO_MANY: Final[_Texts] = (
    Bilingual(f"清单超过 {LARGEST_LIST:,} 行。", f"The list has more than {LARGEST_LIST:,} rows."),
    Bilingual("请拆分为多份清单。", "Split it into several lists."),
)
_LONGEST_TOLD: Final = 200


def asked_of(rows: Iterable[RawRow]) -> list[Asked]:
    """The rows of a list that may be asked. Raises Violations with all mistakes, or NamesMissing."""
    asked: list[Asked] = []
    mistakes: list[FieldError] = []
    bare: list[int] = []
    for count, row in enumerate(rows, start=1):
        if count > LARGEST_LIST:
            raise Violations([_mistake("too-many-rows", None, _TOO_MANY)], most=LARGEST_LIST)
        found, wrong = _asked(row)
        mistakes += row.mistakes or wrong
        if found is None:
            continue
        asked.append(found)
        if found.code is None and found.name is None:
            bare.append(found.row)
    if bare:
        raise NamesMissing(bare[:_LONGEST_TOLD])
    if mistakes:
        raise Violations(mistakes[:_LONGEST_TOLD])
    return asked


def _asked(row: RawRow) -> tuple[Asked | None, list[FieldError]]:
    code, number, name = (row.values.get(field) for field in ("code", "number", "name"))
    longest = ((code, LONGEST_TEXT, "code"), (number, LONGEST_NUMBER, "number"), (name, LONGEST_NAME, "name"))
    wrong = [
        _mistake("too-long", row.number, _TOO_LONG, column)
        for text, most, column in longest
        if text is not None and len(text) > most
    ]
    if wrong:
        return None, wrong
    if code is None and number is None:
        return None, [_mistake("nothing-asked", row.number, _NOTHING)]
    if code is not None:
        return Asked(row.number, code=code), []
    return Asked(row.number, number=number, name=name), []


def _mistake(code: str, row: int | None, texts: _Texts, column: str | None = None) -> FieldError:
    return FieldError(code=code, detail=texts[0], remedy=texts[1], row=row, column=column)
