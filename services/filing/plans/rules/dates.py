"""PURE: the fifteen working days of notice, and the days of the evaluation (Art. 18(1))."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from common.errors import Bilingual, FieldError
from common.workdays import NOTICE_WORKDAYS
from filing.plans.rules.draft import Circumstances, Draft, problem
from filing.plans.rules.kinds import KINDS

LONGEST_DAYS: Final = 366


def date_problems(
    draft: Draft, known: Circumstances, *, last_day: date, earliest: date
) -> Iterator[FieldError]:
    """15 working days of notice, counted back from the first day, which is not counted (decision record 16)."""
    if draft.starts_on <= known.filed_on:
        yield problem(
            "/starts_on",
            "start-not-ahead",
            "18(1)",
            Bilingual("评价首日不在今后。", "The first day of evaluation does not lie ahead."),
            Bilingual(
                f"今日备案,最早可于 {earliest} 开展。",
                f"Filed today, the evaluation may start on {earliest}.",
            ),
        )
    elif known.filed_on > last_day and KINDS[draft.kind].with_notice and not known.is_admitted_late:
        yield problem(
            "/starts_on",
            "filed-too-late",
            "18(1)",
            Bilingual(
                f"评价方案须提前 {NOTICE_WORKDAYS} 个工作日备案;{draft.starts_on} 开展的评价最迟应于 {last_day} 备案。",
                f"Plans are filed {NOTICE_WORKDAYS} working days ahead: for {draft.starts_on} by {last_day}.",
            ),
            Bilingual(
                f"今日备案,最早可于 {earliest} 开展。",
                f"Filed today, the evaluation may start on {earliest}.",
            ),
        )
    if draft.late_admission_id is not None and not known.is_admitted_late:
        yield problem(
            "/late_admission_id",
            "late-admission-unfit",
            "18(1)",
            Bilingual(
                "没有这项准予逾期备案的决定,或与本机构、地点、首日不符,或已被使用。",
                "There is no such admission, or it is for another organisation, county or first day, or used up.",
            ),
            Bilingual("请核对其编号,或向中心申请。", "Check its id, or ask the centre for one."),
        )
    if not draft.starts_on <= draft.ends_on or (draft.ends_on - draft.starts_on).days > LONGEST_DAYS:
        yield problem(
            "/ends_on",
            "end-out-of-range",
            "18(1)",
            Bilingual(
                "结束日期早于首日,或评价期超过一年。",
                "The end lies before the start, or more than a year after it.",
            ),
            Bilingual("请更正结束日期。", "Mend the last day."),
        )
