"""PURE: how long an examiner's card lasts (DOMAIN 5: three years, reminded three months before)."""

from collections.abc import Iterator
from datetime import date, timedelta

from common.errors import Bilingual, FieldError
from common.identifiers.uscc import is_uscc

CARD_YEARS = 3
REMINDED_DAYS = 92  # three months at the longest


def check_card(
    valid_from: date, valid_to: date, employer: str | None, trains_for: tuple[str, ...]
) -> tuple[FieldError, ...]:
    """What is wrong with a card's days and credit codes, all at once."""
    return (*_day_problems(valid_from, valid_to), *_code_problems(employer, trains_for))


def is_near_its_end(valid_to: date, today: date) -> bool:
    """Whether the card's holder is to be reminded to have it prolonged."""
    return today <= valid_to < today + timedelta(days=REMINDED_DAYS)


def last_day_of(valid_from: date) -> date:
    """The last day that a card beginning on this day may have."""
    year = valid_from.year + CARD_YEARS
    is_leap_day = (valid_from.month, valid_from.day) == (2, 29)
    anniversary = date(year, 3, 1) if is_leap_day else valid_from.replace(year=year)
    return anniversary - timedelta(days=1)


def _day_problems(valid_from: date, valid_to: date) -> Iterator[FieldError]:
    last = last_day_of(valid_from)
    if not valid_from <= valid_to <= last:
        yield FieldError(
            pointer="/valid_to",
            code="card-days",
            article="22",
            detail=Bilingual(
                f"证卡有效期不超过 {CARD_YEARS} 年。", f"A card lasts {CARD_YEARS} years at the longest."
            ),
            remedy=Bilingual(
                f"请填写 {valid_from} 至 {last} 之间的日期。", f"Give a day from {valid_from} to {last}."
            ),
        )


def _code_problems(employer: str | None, trains_for: tuple[str, ...]) -> Iterator[FieldError]:
    named = [] if employer is None else [("/employer_uscc", employer)]
    named += [(f"/trains_for_uscc/{index}", code) for index, code in enumerate(trains_for)]
    for pointer, code in named:
        if not is_uscc(code):
            yield FieldError(
                pointer=pointer,
                code="uscc-checksum",
                article="22",
                detail=Bilingual("统一社会信用代码不正确。", "The unified social credit code is wrong."),
                remedy=Bilingual("请核对 18 位代码。", "Check the 18 capital letters and digits."),
            )
