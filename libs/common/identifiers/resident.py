"""PURE: 18-digit resident identity numbers (GB 11643), which residence permits of Hong Kong, Macao and Taiwan share.

Check digit and birth date are hard errors; an unknown division code is only a warning, for codes retire and IDs do not
(decision record 3). Only a first digit that no division of GB/T 2260 ever had (0, 9) is an error.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from common.identifiers.mod11 import check_character
from common.regions import provinces

SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
FIRST_BIRTH_YEAR = 1900  # nobody born before has ever been given a number
Fault = Literal["shape", "birth_date", "check_digit", "region"]
PERMITS = {"81": "hong_kong", "82": "macao", "83": "taiwan"}


class ResidentIdError(ValueError):
    """Why a number is no resident ID; `fault` names the first thing that is wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid number with what it says of its holder."""

    number: str
    birth_date: date
    sex: Literal["male", "female"]

    @property
    def division(self) -> str:
        return self.number[:6]

    @property
    def is_permit(self) -> bool:
        """A residence permit of Hong Kong, Macao (81, 82) or Taiwan (83) residents."""
        return self.number[:2] in PERMITS

    @property
    def has_known_province(self) -> bool:
        """Whether the first two digits are a province's; if not, a reviewer is told, nothing is refused."""
        return self.is_permit or self.number[:2] in provinces()

    def age_on(self, day: date) -> int:
        """Full years on a day."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (not had_birthday)

    @classmethod
    def parse(cls, text: str) -> "ResidentId":
        """Raises ResidentIdError. Expects normalised text (see `documents.normalise`)."""
        if not SHAPE.fullmatch(text):
            raise ResidentIdError("shape")
        try:
            birth_date = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        except ValueError:
            raise ResidentIdError("birth_date") from None
        if birth_date.year < FIRST_BIRTH_YEAR:
            raise ResidentIdError("birth_date")
        if check_character(text[:17]) != text[17]:
            raise ResidentIdError("check_digit")
        if text[0] in "09":
            raise ResidentIdError("region")
        return cls(text, birth_date, "male" if int(text[16]) % 2 else "female")
