"""PURE: whether a plan is in time and in shape (Art. 1, 4, 6, 7, 11, 12, 18(1)); all problems at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from common.errors import Bilingual, FieldError, Violations
from common.events.filing import Mode, OrganisationKind, PlanKind
from common.grades import Grade
from common.modes import PROFILES, check_profile
from common.regions import is_county
from common.workdays import NOTICE_WORKDAYS, WorkCalendar
from filing.listing.domain import Item, Standard
from filing.organisations.domain import Scope, ScopePart
from filing.plans.entrusted import OnBehalf, entrusted_problems

FEWEST_EXAMINERS: Final = 3  # DOMAIN 5: at least three, an odd number, so that a vote decides
LARGEST_HEADCOUNT: Final = 100_000
LONGEST_DAYS: Final = 366

MODES_OF_KIND: Final[dict[PlanKind, frozenset[Mode]]] = {
    "employer": frozenset({"enterprise"}),
    "social": frozenset({"social", "competition"}),
    "school": frozenset({"school"}),
}
ORGANISATIONS_OF_KIND: Final[dict[PlanKind, frozenset[OrganisationKind]]] = {
    "employer": frozenset({"employer"}),
    "social": frozenset(
        {"third_party_agency", "industry_body", "government_centre", "foreign_body", "school"}
    ),
    "school": frozenset({"school"}),
}
# Art. 4, 6: kind of standard → the tracks of items it may be used for.
TRACKS_OF_STANDARD: Final[dict[str, frozenset[str]]] = {
    "national": frozenset({"national_qualification", "skill_level", "special_ability"}),
    "provincial": frozenset({"skill_level", "special_ability"}),
    "enterprise_norm": frozenset({"skill_level", "special_ability"}),
}


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item at a level, the standard named for it, and the candidates expected."""

    code: str
    level: int
    standard_id: UUID
    headcount: int


@dataclass(frozen=True, slots=True)
class PlannedExaminer:
    """An examiner by card."""

    card_number: str
    is_leader: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it is checked.

    `weights`: dimension → per cent; `gates_ethics`: failing in ethics fails the candidate (Art. 7);
    `region`: the site's county.
    """

    kind: PlanKind
    mode: Mode
    items: tuple[PlannedItem, ...]
    methods: tuple[str, ...]
    weights: Mapping[str, int]
    gates_ethics: bool
    region: str
    starts_on: date
    ends_on: date
    examiners: tuple[PlannedExaminer, ...]
    recorder_account_id: UUID | None = None
    entrustment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan is checked against.

    `filed_on`: the day it counts as filed; `scope`: of the organisation on the first day of evaluation; `items`: those
    of the plan that stand on the list on that day; `standards`: those of the plan that exist; `recorders`: accounts of
    the organisation that may enter results; `on_behalf`: what was found for the entrustment that the plan names;
    `employer`: credit code of whose people are evaluated, the organisation itself or who entrusted it.
    """

    filed_on: date
    calendar: WorkCalendar
    organisation_kind: OrganisationKind
    scope: Scope | None
    items: Mapping[str, Item]
    standards: Mapping[UUID, Standard]
    recorders: frozenset[UUID]
    on_behalf: OnBehalf | None = None
    employer: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every problem of a plan, and the dates that its filer needs."""

    problems: tuple[FieldError, ...]
    last_filing_day: date
    earliest_start: date
    provisional: bool


class PlanRefused(Violations):
    """A plan with problems of several kinds, or of a kind that is told by its entries alone."""

    article = "18(1)"


class FiledTooLate(PlanRefused):
    """Fewer than 15 working days before the first day of evaluation."""

    code = "filed-too-late"
    title = Bilingual("备案过晚", "Filed too late")


class OutOfScope(PlanRefused):
    """Not what the organisation was approved for."""

    code, article = "out-of-scope", "12"
    title = Bilingual("超出获批评价范围", "Out of the approved scope")


class StandardNotUsable(PlanRefused):
    """A standard that does not serve this item, level or day."""

    code, article = "standard-not-usable", "4"
    title = Bilingual("标准不可用", "Standard not usable")


class ModeProfileViolated(PlanRefused):
    """Dimensions, weights or methods that the mode does not allow."""

    code, article = "mode-profile-violated", "11"
    title = Bilingual("不符合评价方式的要求", "Mode profile violated")


class AgainstTrack(PlanRefused):
    """An item whose track the organisation may not evaluate on its own (Art. 1)."""

    code, article = "policy", "1"
    title = Bilingual("不符合政策规定", "Refused by the policy")


_REFUSALS: Final[dict[str, type[PlanRefused]]] = {
    "filed-too-late": FiledTooLate,
    "out-of-scope": OutOfScope,
    "standard-not-usable": StandardNotUsable,
    "policy": AgainstTrack,
} | dict.fromkeys(
    (
        "mode-of-another-kind",
        "methods-missing",
        "ethics-not-gated",
        "weights-sum",
        "weight-too-low",
        "method-not-allowed",
    ),
    ModeProfileViolated,
)


def refusal(found: Assessment) -> PlanRefused:
    """The error that tells all problems; where they are all of one kind, it bears that kind's name."""
    kinds = {_REFUSALS.get(problem.code, PlanRefused) for problem in found.problems}
    kind = kinds.pop() if len(kinds) == 1 else PlanRefused
    return kind(
        found.problems,
        last_filing_day=found.last_filing_day,
        earliest_start=found.earliest_start,
        provisional=found.provisional,
    )


def check_plan(draft: Draft, known: Circumstances) -> Assessment:
    """All reasons why this plan cannot stand, in the order of its fields; none: it can be filed."""
    deadline = known.calendar.last_filing_day(draft.starts_on)
    earliest = known.calendar.earliest_start(known.filed_on)
    problems = (
        *_kind_problems(draft, known),
        *_item_problems(draft, known),
        *_profile_problems(draft),
        *_date_problems(draft, known, last_day=deadline.day, earliest=earliest.day),
        *_scope_problems(draft, known),
        *_entrusted_problems(draft, known),
        *_examiner_problems(draft, known),
    )
    return Assessment(
        problems=problems,
        last_filing_day=deadline.day,
        earliest_start=earliest.day,
        provisional=deadline.provisional or earliest.provisional,
    )


def _problem(
    pointer: str, code: str, article: str | None, detail: Bilingual, remedy: Bilingual
) -> FieldError:
    return FieldError(pointer=pointer, code=code, article=article, detail=detail, remedy=remedy)


# ── kind, mode, organisation ─────────────────────────────────────────────────────────────────
def _kind_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """Who evaluates in which way (Art. 11, 12)."""
    if draft.mode not in MODES_OF_KIND[draft.kind]:
        yield _problem(
            "/mode",
            "mode-of-another-kind",
            "11",
            Bilingual("评价方式与方案类别不符。", "This mode does not go with the kind of the plan."),
            Bilingual(
                "企业方案用 enterprise,社会化方案用 social 或 competition,院校方案用 school。",
                "Employer plans take enterprise, social plans social or competition, school plans school.",
            ),
        )
    if draft.kind == "employer" and known.on_behalf is not None:  # whoever is entrusted; see `entrusted`
        return
    if known.organisation_kind not in ORGANISATIONS_OF_KIND[draft.kind] or known.on_behalf is not None:
        yield _problem(
            "/kind",
            "out-of-scope",
            "12",
            Bilingual(
                "本机构类别不得申报此类方案。",
                "An organisation of this kind does not file plans of this kind.",
            ),
            Bilingual(
                "用人单位申报企业方案,院校申报院校或社会化方案,其他机构申报社会化方案。",
                "Employers file employer plans, schools school or social plans, all others social plans.",
            ),
        )


def _profile_problems(draft: Draft) -> Iterator[FieldError]:
    """The profile of the mode: weights, methods, and ethics as a gate, never a weight (Art. 7, 11)."""
    yield from check_profile(draft.mode, weights=draft.weights, methods=draft.methods)
    if not draft.methods:
        methods = ", ".join(sorted(PROFILES[draft.mode].methods))
        yield _problem(
            "/methods",
            "methods-missing",
            "11",
            Bilingual("方案没有评价方法。", "The plan names no method."),
            Bilingual(f"可用的方法:{methods}。", f"Methods allowed: {methods}."),
        )
    if not draft.gates_ethics:
        yield _problem(
            "/weights/ethics",
            "ethics-not-gated",
            "7",
            Bilingual("方案未将职业道德作为前置条件。", "The plan does not make professional ethics a gate."),
            Bilingual('请填写 "ethics": "gate"。', 'Write "ethics": "gate".'),
        )


# ── items and standards ──────────────────────────────────────────────────────────────────────
def _item_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    times = Counter((item.code, item.level) for item in draft.items)
    for index, planned in enumerate(draft.items):
        at = f"/items/{index}"
        if times[planned.code, planned.level] > 1:
            yield _problem(
                at,
                "item-repeated",
                None,
                Bilingual(
                    "同一职业同一等级在方案中重复出现。", "The same item and level stands in the plan twice."
                ),
                Bilingual("请合并为一行,人数相加。", "Merge the lines and add their head counts."),
            )
        if not 1 <= planned.headcount <= LARGEST_HEADCOUNT:
            yield _problem(
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
        yield from _standard_problems(at, planned, draft, known)


def _listed_problems(
    at: str, planned: PlannedItem, draft: Draft, known: Circumstances
) -> Iterator[FieldError]:
    """On the list on the first day (Art. 3), at a level that it has, on a track for this plan (Art. 1)."""
    if planned.level not in {grade.value for grade in Grade}:
        yield _problem(
            f"{at}/level",
            "level-invalid",
            "2",
            Bilingual("等级须为 5(初级工)至 1(高级技师)。", "Levels run from 5 (初级工) to 1 (高级技师)."),
            Bilingual("请改为 1 至 5 的等级。", "Give a level from 1 to 5."),
        )
    item = known.items.get(planned.code)
    if item is None:
        yield _problem(
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
        yield _problem(
            f"{at}/level",
            "level-not-offered",
            "3",
            Bilingual("目录中该职业不设此等级。", "The list does not offer the item at this level."),
            Bilingual("请选择目录所列等级。", "Choose a level that the list names for it."),
        )
    if item.track == "national_qualification" and draft.kind == "employer":
        yield _problem(
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


def _standard_problems(
    at: str, planned: PlannedItem, draft: Draft, known: Circumstances
) -> Iterator[FieldError]:
    """A standard for this item and level, in force through the evaluation, of a kind that may be used (Art. 4, 6)."""
    standard, article = known.standards.get(planned.standard_id), "4"
    item = known.items.get(planned.code)
    if standard is None or standard.item_code != planned.code:
        detail = Bilingual("所列标准不是该职业的标准。", "The standard named is not one of this item.")
    elif planned.level not in standard.levels:
        detail = Bilingual("所列标准不含此等级。", "The standard named does not describe this level.")
    elif not (
        standard.in_force_on(draft.starts_on) and standard.in_force_on(max(draft.starts_on, draft.ends_on))
    ):
        detail = Bilingual(
            "所列标准在评价期间未施行或已废止。", "The standard named is not in force through the evaluation."
        )
    elif item is not None and item.track not in TRACKS_OF_STANDARD.get(standard.kind, frozenset()):
        detail = Bilingual(
            "此类标准不适用于该职业类别。", "A standard of this kind does not serve items of this track."
        )
    elif standard.kind == "enterprise_norm" and draft.kind != "employer":
        detail = Bilingual(
            "企业评价规范只用于企业自主评价。", "An enterprise norm serves employers' own evaluation only."
        )
    elif not standard.serves(known.employer):
        article, detail = (
            "6",
            Bilingual("该企业评价规范未载明本企业。", "The norm does not name this enterprise in its scope."),
        )
    else:
        return
    yield _problem(
        f"{at}/standard_id",
        "standard-not-usable",
        article,
        detail,
        Bilingual(
            "请查询该职业、等级在评价当日施行的标准。",
            "Look up the standards of item and level in force on that day.",
        ),
    )


# ── dates ────────────────────────────────────────────────────────────────────────────────────
def _date_problems(
    draft: Draft, known: Circumstances, *, last_day: date, earliest: date
) -> Iterator[FieldError]:
    """15 working days of notice, counted back from the first day, which is not counted (decision record 16)."""
    if draft.starts_on <= known.filed_on:
        yield _problem(
            "/starts_on",
            "start-not-ahead",
            "18(1)",
            Bilingual("评价首日不在今后。", "The first day of evaluation does not lie ahead."),
            Bilingual(
                f"今日备案,最早可于 {earliest} 开展。",
                f"Filed today, the evaluation may start on {earliest}.",
            ),
        )
    elif known.filed_on > last_day:
        yield _problem(
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
    if not draft.starts_on <= draft.ends_on or (draft.ends_on - draft.starts_on).days > LONGEST_DAYS:
        yield _problem(
            "/ends_on",
            "end-out-of-range",
            "18(1)",
            Bilingual(
                "结束日期早于首日,或评价期超过一年。",
                "The end lies before the start, or more than a year after it.",
            ),
            Bilingual("请更正结束日期。", "Mend the last day."),
        )


# ── scope ────────────────────────────────────────────────────────────────────────────────────
def _scope_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """Within what was approved, through the whole evaluation (Art. 12)."""
    if not is_county(draft.region):
        yield _problem(
            "/site/region",
            "region-not-a-county",
            None,
            Bilingual("评价地点须为本省一个县(市、区)。", "The site lies in one county of the province."),
            Bilingual("请填写县级行政区划代码(GB/T 2260)。", "Give the county's code of GB/T 2260."),
        )
        return
    scope = known.scope
    if scope is None or scope.valid_to < draft.ends_on:
        yield _out_of_scope(
            "/starts_on" if scope is None else "/ends_on",
            Bilingual(
                "评价期间不在获批评价范围的有效期内。",
                "The approved scope is not valid through the evaluation.",
            ),
        )
        return
    # The mode of an entrusted plan is the employer's; items, levels and region are those of the body that acts.
    modes = [part for part in scope.parts if part.allows_mode(draft.mode) or known.on_behalf is not None]
    here = [part for part in modes if part.allows_region(draft.region)]
    if here:
        yield from _items_out_of_scope(draft, here)
    elif not modes:
        yield _out_of_scope(
            "/mode", Bilingual("获批评价范围不含此评价方式。", "The approved scope lacks this mode.")
        )
    else:
        yield _out_of_scope(
            "/site/region", Bilingual("获批评价范围不含此地区。", "The approved scope lacks this region.")
        )


def _items_out_of_scope(draft: Draft, parts: list[ScopePart]) -> Iterator[FieldError]:
    for index, planned in enumerate(draft.items):
        allowing = [part for part in parts if part.allows_item(planned.code)]
        if not allowing:
            yield _out_of_scope(
                f"/items/{index}/item_code",
                Bilingual("获批评价范围不含此职业。", "The approved scope lacks this item."),
            )
        elif not any(part.allows_level(planned.level) for part in allowing):
            yield _out_of_scope(
                f"/items/{index}/level",
                Bilingual(
                    "获批评价范围不含该职业的此等级。", "The approved scope lacks this level of the item."
                ),
            )


def _out_of_scope(pointer: str, detail: Bilingual) -> FieldError:
    return _problem(
        pointer,
        "out-of-scope",
        "12",
        detail,
        Bilingual(
            "请改在获批范围内,或先申请扩大范围。", "Stay inside the scope, or apply for a wider one first."
        ),
    )


def _entrusted_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    if known.on_behalf is not None:
        items = [(item.code, item.level) for item in draft.items]
        yield from entrusted_problems(items, draft.starts_on, draft.ends_on, known.on_behalf)


# ── examiners ────────────────────────────────────────────────────────────────────────────────
def _examiner_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """At least three, an odd number, each once, one of them leads; the recorder is the organisation's own."""
    team = draft.examiners
    if len(team) < FEWEST_EXAMINERS or len(team) % 2 == 0:
        yield _problem(
            "/examiners",
            "examiners-too-few" if len(team) < FEWEST_EXAMINERS else "examiners-even",
            "18",
            Bilingual(
                f"考评组须为不少于 {FEWEST_EXAMINERS} 人的单数。",
                f"A team has {FEWEST_EXAMINERS} members or more, an odd number.",
            ),
            Bilingual("请增减考评员。", "Add or take away examiners."),
        )
    if sum(examiner.is_leader for examiner in team) != 1:
        yield _problem(
            "/examiners",
            "team-leader",
            "18(3)",
            Bilingual("考评组须有且只有一名考评组长。", "A team has one leader, neither none nor several."),
            Bilingual("请指定一名考评组长。", "Mark one examiner as leader."),
        )
    yield from _repeated_cards(team)
    if draft.recorder_account_id is not None and draft.recorder_account_id not in known.recorders:
        yield _problem(
            "/recorder_account_id",
            "recorder-unfit",
            "18(3)",
            Bilingual(
                "指定的账户不能录入本机构的评价结果。",
                "The account named may not enter results of this organisation.",
            ),
            Bilingual(
                "请指定本机构有效的结果录入账户。",
                "Name a valid account of the organisation that records results.",
            ),
        )


def _repeated_cards(team: tuple[PlannedExaminer, ...]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, examiner in enumerate(team):
        if examiner.card_number in seen:
            yield _problem(
                f"/examiners/{index}/card_number",
                "examiner-repeated",
                "18",
                Bilingual("同一考评员重复列出。", "An examiner is named twice."),
                Bilingual("请换为另一名考评员。", "Name another examiner."),
            )
        seen.add(examiner.card_number)


# ── filed again ──────────────────────────────────────────────────────────────────────────────
def needs_new_notice(before: Draft, mended: Draft) -> bool:
    """Whether a mended plan is filed anew on the day of mending, or keeps the day of its first filing.

    What the public and the centre were told 15 working days ahead must still hold: the first day not earlier, no item
    or level added, the same county, kind, mode and entrustment (decision record 16). A later day, fewer items, other
    examiners, head counts, standards or texts need no new notice.
    """
    before_items = {(item.code, item.level) for item in before.items}
    return (
        mended.starts_on < before.starts_on
        or any((item.code, item.level) not in before_items for item in mended.items)
        or (mended.region, mended.kind, mended.mode) != (before.region, before.kind, before.mode)
        or mended.entrustment_id != before.entrustment_id
    )
