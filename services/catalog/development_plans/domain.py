"""PURE: when a year's plan is published (Art. 5: at the start of the year)."""

from datetime import date

from common.errors import Bilingual, FieldError


def is_late(year: int, published_on: date) -> bool:
    """Whether a plan came later than January of its year; it is taken, and shown as late (decision record 24)."""
    return published_on > date(year, 1, 31)


def year_problems(year: int, today: date) -> list[FieldError]:
    """A plan is of this year or the next."""
    if year in (today.year, today.year + 1):
        return []
    return [
        FieldError(
            code="year-not-open",
            pointer="/year",
            article="5",
            detail=Bilingual("计划年度不是今年或明年。", "A plan is of this year or the next."),
            remedy=Bilingual("请填写今年或明年。", "Give this year or the next."),
        )
    ]
