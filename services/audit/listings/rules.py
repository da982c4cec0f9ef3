"""PURE: the closed list of grounds for a measure, how long each lasts, and when one measure leads to another (Art. 22).

The policy names abnormal list, blacklist and exit; it gives no grounds and no terms. These are the province's
configuration (DOMAIN 5): each ground with its measure, its months and whether the body is heard before it counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from common.errors import Bilingual, FieldError
from common.events.audit import Measure

HEARING_WORKDAYS: Final = 10
APPEAL_DAYS: Final = 60
ESCALATES_AT: Final = 3
ESCALATES_WITHIN: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground: what follows from it, for how many months (`None`: no last day), and how many points it costs."""

    measure: Measure
    months: int | None
    name: Bilingual
    points: int
    is_heard_first: bool = True
    is_fixed: bool = False  # the term is not a limit but the rule


GROUNDS: Final[Mapping[str, Ground]] = MappingProxyType(
    {
        "plans_late": Ground(
            "abnormal", 6, Bilingual("多次未按时备案", "plans filed late again and again"), 5
        ),
        "results_late": Ground(
            "abnormal", 6, Bilingual("多次未按时登记结果", "results registered late again and again"), 5
        ),
        "outside_scope": Ground("abnormal", 12, Bilingual("超范围评价", "evaluated outside its scope"), 15),
        "unsupervised": Ground(
            "abnormal", 12, Bilingual("无督导开考", "examined without the supervisor"), 15
        ),
        "inspection_refused": Ground("abnormal", 12, Bilingual("拒绝检查", "refused an inspection"), 15),
        "data_leaked": Ground("abnormal", 12, Bilingual("泄露考生信息", "leaked candidates' data"), 15),
        "under_investigation": Ground(
            "suspended",
            6,
            Bilingual("涉嫌重大违规，调查期间暂停", "suspended while a grave matter is looked into"),
            0,
            is_heard_first=False,
        ),
        "yearly_check_failed": Ground(
            "suspended",
            3,
            Bilingual("年度检查不合格，限期整改", "failed the yearly check, to be put right"),
            10,
        ),
        "roster_falsified": Ground(
            "blacklisted", 36, Bilingual("申报材料造假", "falsified rosters"), 40, is_fixed=True
        ),
        "substitute_candidates": Ground(
            "blacklisted", 36, Bilingual("组织替考", "let others sit for candidates"), 40, is_fixed=True
        ),
        "scores_changed": Ground(
            "blacklisted", 36, Bilingual("篡改成绩", "changed sealed scores"), 40, is_fixed=True
        ),
        "certificates_sold": Ground(
            "blacklisted", 36, Bilingual("买卖证书", "sold certificates"), 40, is_fixed=True
        ),
        "abnormal_again": Ground(
            "blacklisted",
            36,
            Bilingual("两年内三次列入异常名录", "three times on the abnormal list within two years"),
            40,
            is_fixed=True,
        ),
        "own_request": Ground(
            "exited", None, Bilingual("自愿退出", "at its own request"), 0, is_heard_first=False
        ),
        "inactive": Ground("exited", None, Bilingual("三年未开展评价", "no evaluation for three years"), 0),
        "conditions_lost": Ground(
            "exited", None, Bilingual("不再具备条件", "no longer fulfils the conditions"), 0
        ),
    }
)


def term_of(ground: Ground, valid_from: date) -> date | None:
    """The last day that the rule gives."""
    return None if ground.months is None else months_later(valid_from, ground.months) - timedelta(days=1)


def check_term(ground: Ground, valid_from: date, valid_to: date | None) -> Iterable[FieldError]:
    """What is wrong with a term: none where the rule gives one, a longer one, another one where the rule is fixed."""
    last = term_of(ground, valid_from)
    if last is None:
        if valid_to is not None:
            yield _wrong_term(
                Bilingual("退出没有终止日期。", "An exit has no last day."),
                Bilingual("请不要填写 valid_to。", "Leave valid_to out."),
            )
        return
    is_wrong = valid_to is None or valid_to < valid_from or valid_to > last
    if is_wrong or (ground.is_fixed and valid_to != last):
        told = f"{last}" if ground.is_fixed else f"{valid_from}…{last}"
        yield _wrong_term(
            Bilingual("期限与规则不符。", "The term is not that of the rule."),
            Bilingual(f"按规则，valid_to 应为 {told}。", f"By the rule, valid_to is {told}."),
        )


def _wrong_term(detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer="/valid_to", code="term-differs", detail=detail, remedy=remedy, article="22")


def is_to_be_blacklisted(abnormal_since: Iterable[date], today: date) -> bool:
    """Whether the listings on the abnormal list, by their first days, call for the blacklist."""
    return sum(today - ESCALATES_WITHIN < day <= today for day in abnormal_since) >= ESCALATES_AT


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is none."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError("no month has fewer than 28 days")
