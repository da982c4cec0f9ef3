"""PURE: the kinds of plans: who files them, in which mode, by which flow, with what (Art. 1, 11–15, 18)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from common.errors import Bilingual, FieldError
from common.events.filing import Mode, OrganisationKind, SpecialKind
from common.events.filing import PlanKind as Flow
from common.modes import PROFILES, check_profile
from filing.plans.rules.draft import Circumstances, Draft, PlanKind, problem

HIGH_LEVELS: Final = frozenset({3, 2, 1})  # Art. 14: 高技能人才, from 高级工 up
_WHOEVER_COMES: Final[frozenset[OrganisationKind]] = frozenset(
    {"third_party_agency", "industry_body", "government_centre", "foreign_body", "school"}
)


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a kind of plan asks for. `flow`: employer by Art. 18(1), social and school by Art. 18(2)."""

    flow: Flow
    modes: frozenset[Mode]
    organisations: frozenset[OrganisationKind]
    with_roster: bool = False
    with_sessions: bool = False
    with_notice: bool = True


KINDS: Final[dict[PlanKind, KindRule]] = {
    "employer": KindRule("employer", frozenset({"enterprise"}), frozenset({"employer"})),
    "joint": KindRule("employer", frozenset({"enterprise"}), frozenset({"employer"})),
    "social": KindRule("social", frozenset({"social"}), _WHOEVER_COMES, with_roster=True, with_sessions=True),
    "school": KindRule(
        "school", frozenset({"school"}), frozenset({"school"}), with_roster=True, with_sessions=True
    ),
    "competition": KindRule(
        "social",
        frozenset({"competition"}),
        frozenset({"third_party_agency", "industry_body", "government_centre"}),
        with_sessions=True,
    ),
    "trial": KindRule("social", frozenset({"social"}), _WHOEVER_COMES, with_sessions=True),
    "direct": KindRule(
        "social",
        frozenset({"social"}),
        frozenset({"government_centre"}),
        with_sessions=True,
        with_notice=False,  # the department does not file with itself (decision record 36)
    ),
}


def flow_of(kind: PlanKind) -> Flow:
    """By which of the flows of Art. 18 a plan runs."""
    return KINDS[kind].flow


def special_of(kind: PlanKind) -> SpecialKind | None:
    """What a plan is beside its flow; none for those that Art. 18 itself names."""
    match kind:
        case "competition" | "direct" | "trial" | "joint":
            return kind
        case _:
            return None


def kind_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """Who evaluates in which way (Art. 11, 12)."""
    rule = KINDS[draft.kind]
    if draft.mode not in rule.modes:
        modes = ", ".join(sorted(rule.modes))
        yield problem(
            "/mode",
            "mode-of-another-kind",
            "11",
            Bilingual("评价方式与方案类别不符。", "This mode does not go with the kind of the plan."),
            Bilingual(f"此类方案的评价方式:{modes}。", f"Plans of this kind take the mode {modes}."),
        )
    yield from _organisation_problems(draft, known, rule)
    if rule.with_roster and draft.roster_candidates is None:
        yield problem(
            "/roster",
            "roster-missing",
            "18(2)",
            Bilingual("方案未附申报人员花名册。", "The plan comes without the roster of candidates."),
            Bilingual(
                "请填写花名册文件的 SHA-256 和人数,受理后上传该文件。",
                "Give the SHA-256 of the roster's file and the number of candidates; upload it once accepted.",
            ),
        )
    if draft.kind == "direct" and not draft.has_grounds:
        yield problem(
            "/direct",
            "grounds-missing",
            "14",
            Bilingual("直接认定未说明理由和依据。", "The direct channel comes with reason and evidence."),
            Bilingual("请填写理由和依据文件的 SHA-256。", "Give the reason and the evidence's SHA-256."),
        )
    if draft.kind == "joint" and draft.entrustment_id is None:
        yield problem(
            "/entrustment_id",
            "programme-missing",
            "15",
            Bilingual(
                "校企联合方案未注明培养协议。", "A joint plan names the programme of school and employer."
            ),
            Bilingual(
                "请先与院校双方确认联合培养协议,再填写其编号。",
                "Let both sides confirm the joint programme first, and give its id.",
            ),
        )


def _organisation_problems(draft: Draft, known: Circumstances, rule: KindRule) -> Iterator[FieldError]:
    is_entrusted = known.on_behalf is not None and draft.kind != "joint"
    if draft.kind == "employer" and is_entrusted:  # whoever is entrusted; see `entrusted`
        return
    if known.organisation_kind not in rule.organisations or is_entrusted:
        yield problem(
            "/kind",
            "out-of-scope",
            "12",
            Bilingual(
                "本机构类别不得申报此类方案。",
                "An organisation of this kind does not file plans of this kind.",
            ),
            Bilingual(
                "用人单位申报企业或校企联合方案,院校申报院校、社会化或试验方案,其他机构申报社会化、竞赛或试验方案。",
                "Employers file employer or joint plans, schools school, social or trial plans, all others social,"
                " competition or trial plans.",
            ),
        )


def profile_problems(draft: Draft) -> Iterator[FieldError]:
    """The profile of the mode: weights, methods, and ethics as a gate, never a weight (Art. 7, 11)."""
    yield from check_profile(draft.mode, weights=draft.weights, methods=draft.methods)
    if not draft.methods:
        methods = ", ".join(sorted(PROFILES[draft.mode].methods))
        yield problem(
            "/methods",
            "methods-missing",
            "11",
            Bilingual("方案没有评价方法。", "The plan names no method."),
            Bilingual(f"可用的方法:{methods}。", f"Methods allowed: {methods}."),
        )
    if not draft.gates_ethics:
        yield problem(
            "/weights/ethics",
            "ethics-not-gated",
            "7",
            Bilingual("方案未将职业道德作为前置条件。", "The plan does not make professional ethics a gate."),
            Bilingual('请填写 "ethics": "gate"。', 'Write "ethics": "gate".'),
        )
