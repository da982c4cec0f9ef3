"""PURE: items at levels, on the list of the first day, by a standard that may be used (Art. 1–6)."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from common.errors import Bilingual, FieldError
from common.grades import Grade
from filing.listing.domain import Standard
from filing.plans.rules.draft import Circumstances, Draft, PlannedItem, problem
from filing.plans.rules.kinds import HIGH_LEVELS, flow_of

LARGEST_HEADCOUNT: Final = 100_000
# Art. 4, 6: kind of standard → the tracks of items it may be used for.
TRACKS_OF_STANDARD: Final[dict[str, frozenset[str]]] = {
    "national": frozenset({"national_qualification", "skill_level", "special_ability"}),
    "provincial": frozenset({"skill_level", "special_ability"}),
    "enterprise_norm": frozenset({"skill_level", "special_ability"}),
}


def item_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    times = Counter((item.code, item.level) for item in draft.items)
    for index, planned in enumerate(draft.items):
        at = f"/items/{index}"
        if times[planned.code, planned.level] > 1:
            yield problem(
                at,
                "item-repeated",
                "18(1)",
                Bilingual(
                    "同一职业同一等级在方案中重复出现。", "The same item and level stands in the plan twice."
                ),
                Bilingual("请合并为一行,人数相加。", "Merge the lines and add their head counts."),
            )
        if not 1 <= planned.headcount <= LARGEST_HEADCOUNT:
            yield problem(
                f"{at}/headcount",
                "headcount-out-of-range",
                "18(1)",
                Bilingual(
                    f"预计人数须在 1 至 {LARGEST_HEADCOUNT} 之间。",
                    f"Head counts lie in 1 to {LARGEST_HEADCOUNT}.",
                ),
                Bilingual("请填写预计参加评价的人数。", "Give the number of candidates expected."),
            )
        yield from _listed_problems(at, planned, draft, known)
        if draft.kind == "trial":
            yield from _trial_problems(at, planned, draft, known)
        else:
            yield from _standard_problems(at, planned, draft, known)
        if draft.kind == "direct" and planned.level not in HIGH_LEVELS:
            yield problem(
                f"{at}/level",
                "policy",
                "14",
                Bilingual("直接认定只面向高技能人才。", "The direct channel leads to a high level."),
                Bilingual("请填写高级工(3)及以上等级。", "Give level 3 (高级工) or above."),
            )


def _listed_problems(
    at: str, planned: PlannedItem, draft: Draft, known: Circumstances
) -> Iterator[FieldError]:
    """On the list on the first day (Art. 3), at a level that it has, on a track for this plan (Art. 1)."""
    if planned.level not in {grade.value for grade in Grade}:
        yield problem(
            f"{at}/level",
            "level-invalid",
            "2",
            Bilingual("等级须为 5(初级工)至 1(高级技师)。", "Levels run from 5 (初级工) to 1 (高级技师)."),
            Bilingual("请改为 1 至 5 的等级。", "Give a level from 1 to 5."),
        )
    item = known.items.get(planned.code)
    if item is None:
        yield problem(
            f"{at}/item_code",
            "item-not-listed",
            "3",
            Bilingual(
                "评价首日目录中没有此职业。",
                "The item does not stand on the list on the first day of evaluation.",
            ),
            Bilingual("请在目录中查询当日有效的职业编码。", "Look up the code in the list as of that day."),
        )
        return
    if planned.level not in item.levels and 1 <= planned.level <= 5:
        yield problem(
            f"{at}/level",
            "level-not-offered",
            "3",
            Bilingual("目录中该职业不设此等级。", "The list does not offer the item at this level."),
            Bilingual("请选择目录所列等级。", "Choose a level that the list names for it."),
        )
    if item.track == "national_qualification" and flow_of(draft.kind) == "employer":
        yield problem(
            f"{at}/item_code",
            "policy",
            "1",
            Bilingual(
                "国家职业资格目录内的职业不由用人单位自主认定。",
                "Items of the national qualification list are not evaluated by employers on their own.",
            ),
            Bilingual(
                "请改选目录外职业,或由鉴定机构实施。",
                "Choose an item outside it, or leave it to an appraisal body.",
            ),
        )


def _trial_problems(
    at: str, planned: PlannedItem, draft: Draft, known: Circumstances
) -> Iterator[FieldError]:
    """A new occupation without a unified standard, tried by an outline (Art. 1)."""
    item = known.items.get(planned.code)
    if item is not None and item.track != "special_ability":
        yield problem(
            f"{at}/item_code",
            "policy",
            "1",
            Bilingual(
                "新职业试验性鉴定只面向专项职业能力类的新职业。",
                "Trials are for new occupations of the special ability track.",
            ),
            Bilingual("请改报其他类别的方案。", "File a plan of another kind for this item."),
        )
    elif (planned.code, planned.level) in known.standardised or planned.standard_id is not None:
        yield problem(
            f"{at}/standard_id",
            "policy",
            "1",
            Bilingual(
                "已有统一标准的职业不再试验性鉴定,试验方案不引用标准。",
                "What has a unified standard is not tried any more, and a trial names no standard.",
            ),
            Bilingual("请按该标准申报其他类别的方案。", "File a plan of another kind by that standard."),
        )
    if not draft.has_outline:
        yield problem(
            "/outline",
            "outline-missing",
            "1",
            Bilingual("试验方案未附评价大纲。", "A trial comes with the outline that it goes by."),
            Bilingual(
                "请填写大纲名称和文件的 SHA-256。", "Give the outline's title and the SHA-256 of its file."
            ),
        )


def _standard_problems(
    at: str, planned: PlannedItem, draft: Draft, known: Circumstances
) -> Iterator[FieldError]:
    """A standard for this item and level, in force through the evaluation, of a kind that may be used (Art. 4, 6)."""
    standard = None if planned.standard_id is None else known.standards.get(planned.standard_id)
    if standard is None or standard.item_code != planned.code:
        detail = Bilingual("所列标准不是该职业的标准。", "The standard named is not one of this item.")
        yield _other_standard(at, "4", detail)
    elif (why := _unusable(standard, planned, draft, known)) is not None:
        yield _other_standard(at, "4", why)
    elif not standard.serves(known.employer):
        detail = Bilingual(
            "该企业评价规范未载明本企业。", "The norm does not name this enterprise in its scope."
        )
        yield _other_standard(at, "6", detail)


def _unusable(
    standard: Standard, planned: PlannedItem, draft: Draft, known: Circumstances
) -> Bilingual | None:
    """Why a standard of the item does not serve its level, the plan's days, its track or this kind of plan."""
    item = known.items.get(planned.code)
    last = max(draft.starts_on, draft.ends_on)
    if planned.level not in standard.levels:
        return Bilingual("所列标准不含此等级。", "The standard named does not describe this level.")
    if not (standard.in_force_on(draft.starts_on) and standard.in_force_on(last)):
        return Bilingual(
            "所列标准在评价期间未施行或已废止。", "The standard named is not in force through the evaluation."
        )
    if item is not None and item.track not in TRACKS_OF_STANDARD.get(standard.kind, frozenset()):
        return Bilingual(
            "此类标准不适用于该职业类别。", "A standard of this kind does not serve items of this track."
        )
    if standard.kind == "enterprise_norm" and flow_of(draft.kind) != "employer":
        return Bilingual(
            "企业评价规范只用于企业自主评价。", "An enterprise norm serves employers' own evaluation only."
        )
    return None


def _other_standard(at: str, article: str, detail: Bilingual) -> FieldError:
    remedy = Bilingual(
        "请查询该职业、等级在评价当日施行的标准。",
        "Look up the standards of item and level in force on that day.",
    )
    return problem(f"{at}/standard_id", "standard-not-usable", article, detail, remedy)
