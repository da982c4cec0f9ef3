"""PURE: what a transition window may say, given the edition that dropped its item (Art. 2)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from common.errors import Bilingual, FieldError, Violations
from common.transitions import Window

ARTICLE: Final = "2"


@dataclass(frozen=True, slots=True)
class Statement:
    """A window as the authority stated it. What is stated later of the same cohort counts instead."""

    id: UUID
    edition_id: UUID
    window: Window
    basis: str
    recorded_at: datetime

    @property
    def subject(self) -> tuple[str, UUID, str]:
        """What a later statement replaces."""
        return self.window.item_code, self.edition_id, self.window.cohort


def counting(statements: Iterable[Statement], *, known_at: datetime | None = None) -> list[Statement]:
    """The last statement on each cohort, in the order of their ends.

    `known_at`: as if nothing had been recorded after that instant.
    """
    last = {
        statement.subject: statement
        for statement in sorted(statements, key=lambda one: one.recorded_at)
        if known_at is None or statement.recorded_at <= known_at
    }
    return sorted(last.values(), key=lambda one: (one.window.ends_on, one.window.cohort))


def check_window(window: Window, *, published_on: date, was_dropped: bool) -> None:
    """A window is of an item that the edition dropped, for people enrolled before that edition was published.

    Raises Violations with every mistake.
    """
    errors = [*_mistakes(window, published_on, was_dropped)]
    if errors:
        raise Violations(errors)


def _mistakes(window: Window, published_on: date, was_dropped: bool) -> Iterator[FieldError]:
    if not was_dropped:
        yield _refused(
            "/edition_id",
            "not-dropped",
            Bilingual(
                "该版目录没有使本项目退出国家目录。",
                "That edition did not drop the item from the national list.",
            ),
            Bilingual("请填写使其退出的那一版国家目录。", "Name the national edition that dropped it."),
        )
    if window.enrolled_before > published_on:
        yield _refused(
            "/enrolled_before",
            "enrolled-after-publication",
            Bilingual(
                "过渡办法只适用于目录公布前入学的学生。", "It is for students enrolled before publication."
            ),
            Bilingual(f"须不晚于 {published_on}。", f"Give {published_on} or an earlier day."),
        )
    if window.enrolled_from is not None and window.enrolled_from >= window.enrolled_before:
        yield _refused(
            "/enrolled_from",
            "cohort-empty",
            Bilingual("入学起始日不早于截止日。", "The cohort begins when it has ended."),
            Bilingual("起始日须早于 enrolled_before。", "Give a day before enrolled_before."),
        )
    if window.ends_on < window.opens_on:
        yield _refused(
            "/ends_on",
            "ends-before-it-opens",
            Bilingual("该批学生在项目退出前已毕业。", "The cohort graduated before the item was dropped."),
            Bilingual(f"须不早于 {window.opens_on}。", f"Give {window.opens_on} or a later day."),
        )


def _refused(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article=ARTICLE)
