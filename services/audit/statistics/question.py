"""PURE: what somebody asks of the figures, read from a query and checked; every mistake is told at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, cast

from audit.statistics.dimensions import (
    DIMENSIONS,
    MEASURES,
    MOST_DIMENSIONS,
    OF_PLANS,
    Count,
    Dimension,
    Measure,
    counts_of,
    dimensions_of,
    month_of,
)
from common.errors import Bilingual, FieldError, Violations

MOST_VALUES: Final = 100
FIRST_MONTH: Final = date(2000, 1, 1)
_VALUE: Final = re.compile(r"[\w.+-]{1,40}")
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """Measures by dimensions, over whole months, of the facts whose dimensions have one of some values."""

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    first: date
    last: date
    where: Mapping[Dimension, frozenset[str]] = field(default_factory=dict)
    is_open_ended: bool = False

    @property
    def table(self) -> tuple[Dimension, ...]:
        """The dimensions of the whole table that the answer is cut from: what is asked by, and what is filtered."""
        return (*self.by, *(dimension for dimension in self.where if dimension not in self.by))

    @property
    def counts(self) -> tuple[Count, ...]:
        return tuple(dict.fromkeys(count for measure in self.measures for count in counts_of(measure)))


def read_question(
    *,
    measure: Sequence[str],
    by: Sequence[str],
    first: str | None,
    last: str | None,
    where: Mapping[Dimension, str],
    today: date,
) -> Question:
    """The question of a query; lists come as repeated parameters or with commas. Raises Violations."""
    measures, dimensions = _listed(measure) or ["certificates"], _listed(by)
    values = {dimension: _listed([text]) for dimension, text in where.items()}
    mistakes = [
        *_unknown("/measure", measures, MEASURES),
        *_unknown("/by", dimensions, DIMENSIONS),
        *_too_many(dimensions),
        *_twice("/by", dimensions),
        *_misfits(measures, (*dimensions, *where)),
        *_bad_values(values),
    ]
    begin, end = _month(first), _month(last)
    if first is not None and begin is None:
        mistakes.append(_not_a_month("/from"))
    if last is not None and end is None:
        mistakes.append(_not_a_month("/to"))
    begin, end = begin or FIRST_MONTH, end or month_of(today)
    if begin > end and not mistakes:
        mistakes.append(
            _wrong(
                "/from",
                "from-after-to",
                Bilingual("起始月份晚于截止月份。", "The first month is after the last."),
                Bilingual("请调换两者。", "Change them round."),
            )
        )
    if mistakes:
        raise Violations(mistakes)
    return Question(
        cast(tuple[Measure, ...], tuple(dict.fromkeys(measures))),
        cast(tuple[Dimension, ...], tuple(dimensions)),
        begin,
        end,
        {dimension: frozenset(found) for dimension, found in values.items()},
        is_open_ended=last is None,
    )


def _listed(texts: Sequence[str]) -> list[str]:
    return [value for text in texts for value in text.split(",") if value]


def _month(text: str | None) -> date | None:
    """`2026-01`, or a day of that month that exists: its first as a beginning, its last as an end, others too."""
    if text is None:
        return None
    if _MONTH.fullmatch(text):
        return date.fromisoformat(f"{text}-01")
    try:
        return month_of(date.fromisoformat(text)) if len(text) == 10 else None
    except ValueError:
        return None


def last_day(month: date) -> date:
    return month_of(month + timedelta(days=31)) - timedelta(days=1)


def _unknown(pointer: str, given: Sequence[str], allowed: Sequence[str]) -> Iterator[FieldError]:
    if set(given) - set(allowed):
        yield _wrong(
            pointer,
            "not-offered",
            Bilingual("含有不存在的名称。", "It names what does not exist."),
            Bilingual(f"可选：{'、'.join(allowed)}。", f"Choose from: {', '.join(allowed)}."),
        )


def _too_many(dimensions: Sequence[str]) -> Iterator[FieldError]:
    if len(dimensions) > MOST_DIMENSIONS:
        yield _wrong(
            "/by",
            "too-many-dimensions",
            Bilingual(f"最多 {MOST_DIMENSIONS} 个维度。", f"At most {MOST_DIMENSIONS} dimensions."),
            Bilingual("请分几次查询。", "Ask in several steps."),
        )


def _twice(pointer: str, given: Sequence[str]) -> Iterator[FieldError]:
    if len(set(given)) < len(given):
        yield _wrong(
            pointer,
            "duplicate",
            Bilingual("同一维度出现两次。", "A dimension is named twice."),
            Bilingual("每个维度只写一次。", "Name each once."),
        )


def _misfits(measures: Sequence[str], dimensions: Sequence[str]) -> Iterator[FieldError]:
    """Plans have no persons, and bodies are told apart by what tells plans apart only."""
    known = set(dimensions) & set(DIMENSIONS)
    of_plans = [measure for measure in measures if measure in MEASURES and dimensions_of(measure) == OF_PLANS]
    if (of_plans or "organisation" in known) and known - OF_PLANS:
        allowed = [name for name in DIMENSIONS if name in OF_PLANS]
        yield _wrong(
            "/measure" if of_plans else "/by",
            "no-such-dimension",
            Bilingual("方案和机构没有所选维度。", "Plans and bodies are not told apart by these dimensions."),
            Bilingual(f"可选维度：{'、'.join(allowed)}。", f"Choose from: {', '.join(allowed)}."),
        )


def _bad_values(values: Mapping[Dimension, Sequence[str]]) -> Iterator[FieldError]:
    for dimension, found in values.items():
        if len(found) > MOST_VALUES:
            yield _wrong(
                f"/{dimension}",
                "too-many-values",
                Bilingual(f"最多 {MOST_VALUES} 个值。", f"At most {MOST_VALUES} values."),
                Bilingual("请按该维度分组查询。", "Ask by this dimension instead."),
            )
        elif not all(_VALUE.fullmatch(value) for value in found):
            yield _wrong(
                f"/{dimension}",
                "not-a-value",
                Bilingual("筛选值的写法不对。", "A value is not written as one."),
                Bilingual("请使用统计结果中的代码。", "Use the codes of the answers."),
            )


def _not_a_month(pointer: str) -> FieldError:
    return _wrong(
        pointer,
        "month-invalid",
        Bilingual("不是有效的月份或日期。", "It is no month, and no day of one."),
        Bilingual("请写作 2026-01。", "Write it as 2026-01."),
    )


def _wrong(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=detail, remedy=remedy, article="19")
