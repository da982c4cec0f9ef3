"""PURE: the examiners of a plan: how many, whose cards, whom they may not examine (Art. 18(3), 22; DOMAIN 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from common.errors import Bilingual, FieldError
from filing.plans.rules.draft import Card, Circumstances, Draft, PlannedExaminer, PlannedItem, problem
from filing.plans.rules.kinds import flow_of

FEWEST_EXAMINERS: Final = 3  # DOMAIN 5: at least three, an odd number, so that a vote decides


def examiner_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """At least three, an odd number, each once, one of them leads; the recorder is the organisation's own."""
    team = draft.examiners
    ratio = candidates_per_examiner(max((item.level for item in draft.items), default=5), draft.starts_on)
    if len(team) < FEWEST_EXAMINERS or len(team) % 2 == 0:
        yield problem(
            "/examiners",
            "examiners-too-few" if len(team) < FEWEST_EXAMINERS else "examiners-even",
            "18",
            Bilingual(
                f"考评组须为不少于 {FEWEST_EXAMINERS} 人的单数;同一时间每 {ratio} 名考生须有一名考评员。",
                f"A team has {FEWEST_EXAMINERS} members or more, an odd number; one for {ratio} candidates at a time.",
            ),
            Bilingual("请增减考评员。", "Add or take away examiners."),
        )
    if sum(examiner.is_leader for examiner in team) != 1:
        yield problem(
            "/examiners",
            "team-leader",
            "18(3)",
            Bilingual("考评组须有且只有一名考评组长。", "A team has one leader, neither none nor several."),
            Bilingual("请指定一名考评组长。", "Mark one examiner as leader."),
        )
    yield from _repeated_cards(team)
    yield from _unfit_problems(draft, known)
    yield from _ratio_problems(draft)
    if draft.recorder_account_id is not None and draft.recorder_account_id not in known.recorders:
        yield problem(
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


@dataclass(frozen=True, slots=True)
class Ratio:
    """From this day on: candidates that one examiner may have before him at a time, by level."""

    valid_from: date
    candidates: Mapping[int, int]


# DOMAIN 3: one invigilator for 15; the boards of levels 2 and 1 sit with fewer. Configuration of the province.
RATIOS: Final = (Ratio(date(2000, 1, 1), {5: 15, 4: 15, 3: 15, 2: 10, 1: 10}),)
SENIOR_LEVELS: Final = frozenset({2, 1})  # DOMAIN 3: only 高级考评员 examine these


def candidates_per_examiner(level: int, day: date, ratios: tuple[Ratio, ...] = RATIOS) -> int:
    """By the newest ratio that has begun on that day."""
    newest = max((one for one in ratios if one.valid_from <= day), key=lambda one: one.valid_from)
    return newest.candidates.get(level, min(newest.candidates.values()))


def _unfit_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    for index, examiner in enumerate(draft.examiners):
        reason = _unfit(examiner, known.cards.get(examiner.card_number), draft, known)
        if reason is not None:
            yield problem(
                f"/examiners/{index}/card_number",
                "examiner-unfit",
                "22",
                reason,
                Bilingual("请换为符合条件的考评员。", "Name an examiner who is fit for this plan."),
            )


def _unfit(
    examiner: PlannedExaminer, card: Card | None, draft: Draft, known: Circumstances
) -> Bilingual | None:
    """Why somebody may not examine under this plan: card, occupation, level, avoidance; none: he may.

    Employers evaluating on their own may name examiners of their own, whom the province's register does not have.
    """
    is_own = flow_of(draft.kind) == "employer"
    if examiner.is_relative:
        return Bilingual("考评员与考生有亲属关系,应当回避。", "A relative of a candidate stays away.")
    if examiner.teaches_candidate:
        return Bilingual(
            "考评员是考生的师傅或教师,应当回避。", "A candidate's own master or teacher stays away."
        )
    if card is None:
        unknown = Bilingual("考评员名册中没有此证卡。", "The register of examiners does not have this card.")
        return None if is_own else unknown
    if not card.is_valid_through(draft.starts_on, draft.ends_on):
        return Bilingual(
            "考评员证卡在评价期间无效。", "The card is not valid through the days of the evaluation."
        )
    if not any(_covers(card, item) for item in draft.items):
        return Bilingual(
            "证卡不含本方案的职业,或等级高于其考评权限。",
            "The card is for other occupations, or not for so high a level.",
        )
    if not is_own and known.own_code in {card.employer, *card.trains_for}:
        return Bilingual(
            "考评员受雇于本机构或为其培训教师,应当回避。",
            "Employed by the evaluating body, or its trainer: stays away.",
        )
    return None


def _covers(card: Card, item: PlannedItem) -> bool:
    return item.code in card.item_codes and (
        item.level not in SENIOR_LEVELS or card.grade == "senior_examiner"
    )


def _ratio_problems(draft: Draft) -> Iterator[FieldError]:
    """Enough examiners for all who sit at one time; the ratio counts persons."""
    team = len({examiner.card_number for examiner in draft.examiners})
    for index, session in enumerate(draft.sessions):
        at_once = [one for one in draft.sessions if one.starts_at <= session.starts_at < one.ends_at]
        needed = sum(-(-one.seats // candidates_per_examiner(one.level, draft.starts_on)) for one in at_once)
        if needed > team:
            ratio = candidates_per_examiner(session.level, draft.starts_on)
            yield problem(
                f"/sessions/{index}/seats",
                "ratio-short",
                "18(2)",
                Bilingual(
                    f"同一时间的场次共需 {needed} 名考评员(本级每 {ratio} 名考生一名),方案只有 {team} 名。",
                    f"The sessions at this time need {needed} examiners (one for {ratio} at this level);"
                    f" the plan has {team}.",
                ),
                Bilingual("请增加考评员,或分场进行。", "Add examiners, or let candidates sit in turn."),
            )


def _repeated_cards(team: tuple[PlannedExaminer, ...]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, examiner in enumerate(team):
        if examiner.card_number in seen:
            yield problem(
                f"/examiners/{index}/card_number",
                "examiner-repeated",
                "18",
                Bilingual("同一考评员重复列出。", "An examiner is named twice."),
                Bilingual("请换为另一名考评员。", "Name another examiner."),
            )
        seen.add(examiner.card_number)
