"""PURE: the five skill levels, 五级 … 一级, and the national qualification levels that answer to them (Art. 2).

The number falls as the level rises, so grades are never compared with `<`: ask `outranks()`.
"""

from enum import Enum
from typing import NoReturn, Self

from common.identifiers.text import narrow

_DIGITS = {"五": 5, "四": 4, "三": 3, "二": 2, "一": 1}


class _Ranked(Enum):
    """Members by level digit, 5 the lowest; ordering operators are refused: `<` would be read the wrong way round."""

    def _refuse(self, _: object) -> NoReturn:
        raise TypeError("grades have no < or >: ask outranks()")

    __lt__ = __le__ = __gt__ = __ge__ = _refuse


class QualificationLevel(_Ranked):
    """National vocational qualification levels (国家职业资格), 初级 … 高级技师."""

    JUNIOR = 5
    INTERMEDIATE = 4
    SENIOR = 3
    TECHNICIAN = 2
    SENIOR_TECHNICIAN = 1

    @property
    def zh(self) -> str:
        return {5: "初级", 4: "中级", 3: "高级", 2: "技师", 1: "高级技师"}[self.value]

    @property
    def grade(self) -> "Grade":
        """The skill level it corresponds to, one to one (Art. 2)."""
        return Grade(self.value)


class Grade(_Ranked):
    """The five skill levels; FIVE (五级/初级工) is the lowest, ONE (一级/高级技师) the highest."""

    FIVE = 5
    FOUR = 4
    THREE = 3
    TWO = 2
    ONE = 1

    @property
    def numeral(self) -> str:
        """`三级`."""
        return {5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}[self.value]

    @property
    def title(self) -> str:
        """`高级工`: the worker's name of the level."""
        return {5: "初级工", 4: "中级工", 3: "高级工", 2: "技师", 1: "高级技师"}[self.value]

    @property
    def zh(self) -> str:
        """`三级/高级工`, as certificates print it."""
        return f"{self.numeral}/{self.title}"

    @property
    def en(self) -> str:
        names = {
            5: "Junior worker",
            4: "Intermediate worker",
            3: "Senior worker",
            2: "Technician",
            1: "Senior technician",
        }
        return f"Level {self.value} ({names[self.value]})"

    @property
    def qualification(self) -> QualificationLevel:
        """The national qualification level it corresponds to, one to one (Art. 2)."""
        return QualificationLevel(self.value)

    def outranks(self, other: "Grade") -> bool:
        """Whether this level is higher: 三级 outranks 四级."""
        return self.value - other.value < 0

    def next_above(self) -> "Grade | None":
        """The level a holder is promoted to; None above 一级."""
        return None if self is Grade.ONE else Grade(self.value - 1)

    def next_below(self) -> "Grade | None":
        """The level held before this one; None below 五级."""
        return None if self is Grade.FIVE else Grade(self.value + 1)

    @classmethod
    def parse(cls, text: str | int) -> Self:
        """A grade from any form that sheets and people use: 3, "3", "三级", "高级工", "三级/高级工", "三级(高级工)".

        Qualification names are read too ("高级", "技师"). Raises ValueError when it is none, or when its two halves
        name different levels.
        """
        clean = narrow(str(text)).strip().replace("(", "/").rstrip(")")
        found = {cls._one(part.strip()) for part in clean.split("/")}
        if len(found) != 1 or None in found:
            raise ValueError("not a skill level")
        return cls(found.pop())

    @classmethod
    def _one(cls, part: str) -> int | None:
        part = part.removeprefix("职业技能").removeprefix("国家职业资格")
        if part.removesuffix("级") in _DIGITS and part.endswith("级"):
            return _DIGITS[part[0]]
        digit = part.removeprefix("L").removeprefix("l").removesuffix("级")
        if digit in {"1", "2", "3", "4", "5"}:
            return int(digit)
        for grade in cls:
            if part in {grade.title, grade.qualification.zh}:
                return grade.value
        return None
