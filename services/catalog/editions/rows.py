"""HTTP shape of a row of a provincial edition, and the words and codes that people write in one."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from catalog.editions.provincial import ProvincialRow
from catalog.items.domain import ALL_LEVELS, CODE_PATTERN
from catalog.names import stored_name
from catalog.occupations.domain import classification
from common.errors import Bilingual
from common.events.catalog import Track
from common.grades import Grade
from common.schemas import Input, Line, refused

RowTrack = Literal["national_qualification", "skill_level", "special_ability", "withdrawn"]
ListedName = Annotated[Line, AfterValidator(stored_name)]


def _odd_letter(text: str) -> str | None:
    """The Unicode name of the first character that only looks like one of a code, as CYRILLIC CAPITAL LETTER HA."""
    return next((unicodedata.name(sign, "UNNAMED") for sign in text if not sign.isascii()), None)


def _code(text: object) -> object:
    """A code is digits and hyphens of ASCII; what only looks so is named, never mended in silence."""
    if not isinstance(text, str) or re.fullmatch(CODE_PATTERN, text, re.ASCII):
        return text
    narrow = unicodedata.normalize("NFKC", text)
    if narrow in classification().codes:
        raise refused(
            "code-full-width",
            Bilingual("编码中有全角字符。", "The code is written with full-width characters."),
            Bilingual(f"如指 {narrow},请用半角填写。", f"If {narrow} is meant, write it so, in ASCII."),
        )
    if letter := _odd_letter(text):
        raise refused(
            "code-homoglyph",
            Bilingual(
                f"编码中有形近字符({letter})。",
                f"The code holds a character that is none of a code: {letter}.",
            ),
            Bilingual("编码为 0-00-00-00 形式,只含数字。", "A code has the form 0-00-00-00, digits only."),
        )
    raise refused(
        "code-form",
        Bilingual("编码格式不正确。", "The form of the code is wrong."),
        Bilingual(
            "编码为 0-00-00-00 形式;没有编码的留空。", "Write it as 0-00-00-00; leave it out for none."
        ),
    )


def _level(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        number = Grade.parse(value).value
    except ValueError:
        return value
    raise refused(
        "level-in-words",
        Bilingual("等级须填数字。", "A level is written as its number."),
        Bilingual(f"该等级为 {number},请填 {number}。", f"It is level {number}: write {number}."),
    )


def _each_once(levels: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(levels)) != len(levels):
        raise refused(
            "level-repeated",
            Bilingual("等级有重复。", "A level stands there twice."),
            Bilingual("每个等级只填一次。", "Give each level once."),
        )
    return tuple(sorted(levels, reverse=True))


Code = Annotated[str, BeforeValidator(_code), Field(examples=["6-18-02-04"])]
Level = Annotated[int, Field(ge=1, le=5), BeforeValidator(_level)]
Levels = Annotated[tuple[Level, ...], Field(min_length=1, max_length=5), AfterValidator(_each_once)]


class RowIn(Input):
    """An item of the province's part of the list under this edition; one with successors leaves it."""

    name: ListedName = Field(examples=["无人机植保员"])
    code: Code | None = Field(default=None, description="none: found by its name, else a local one is given")
    track: RowTrack = Field(description="withdrawn: it leaves the list", examples=["skill_level"])
    levels: Levels = Field(default=ALL_LEVELS, description="5 is the lowest", examples=[[5, 4, 3]])
    successors: tuple[ListedName, ...] = Field(
        default=(), max_length=20, description="names or codes that it goes on as; it leaves the list then"
    )
    reason: Line | None = None

    def content(self, place: int) -> ProvincialRow:
        """The row as the rules see it."""
        leaves = self.track == "withdrawn"
        track: Track = "skill_level" if self.track == "withdrawn" else self.track
        return ProvincialRow(
            place=place,
            name=self.name,
            code=self.code,
            track=track,
            levels=self.levels,
            is_withdrawn=leaves,
            successors=self.successors,
            reason=self.reason or "",
        )
