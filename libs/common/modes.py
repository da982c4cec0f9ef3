"""PURE: profiles of the modes of evaluation (Art. 11): which dimensions count, how much at least, by which methods.

The article names the emphases and methods; it puts no numbers to them. The minimum weights here are the province's
configuration (percent of 100, ethics being a gate and carrying no weight).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.errors import Bilingual, FieldError

DIMENSIONS = {
    "ability": Bilingual("职业能力", "vocational ability"),
    "performance": Bilingual("工作业绩", "work performance"),
    "contribution": Bilingual("社会贡献", "social contribution"),
}
EXAMS = frozenset({"theory_exam", "skill_exam", "comprehensive_review"})
WORKPLACE = frozenset(
    {"production_observation", "democratic_appraisal", "opinion_poll", "achievement_review"}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a plan of one mode must look like."""

    minimum_weights: Mapping[str, int]
    methods: frozenset[str]


PROFILES: dict[str, Profile] = {
    # Emphasis on performance and contribution; workplace methods are theirs to use.
    "enterprise": Profile({"performance": 30, "contribution": 10}, EXAMS | WORKPLACE),
    # Emphasis on ability.
    "social": Profile({"ability": 60}, EXAMS),
    # Operating rules and fitness for the post.
    "school": Profile({"ability": 60}, EXAMS | {"production_observation"}),
    "competition": Profile({"ability": 60}, EXAMS | {"competition_ranking"}),
}


def check_profile(mode: str, *, weights: Mapping[str, int], methods: Iterable[str]) -> list[FieldError]:
    """Every way in which a plan's weights (percent by dimension) and methods leave its mode's profile (Art. 11)."""
    profile = PROFILES[mode]
    problems = [*_weight_problems(profile, weights), *_method_problems(profile, methods)]
    if sum(weights.values()) != 100:
        problems.insert(
            0,
            _problem(
                "weights-sum",
                "/weights",
                Bilingual("各维度权重之和不等于100。", "The weights of the dimensions do not sum to 100."),
                Bilingual("请调整权重,使其合计为100。", "Adjust the weights so that they sum to 100."),
            ),
        )
    return problems


def _weight_problems(profile: Profile, weights: Mapping[str, int]) -> Iterable[FieldError]:
    for dimension, least in profile.minimum_weights.items():
        if weights.get(dimension, 0) < least:
            name = DIMENSIONS[dimension]
            yield _problem(
                "weight-too-low",
                f"/weights/{dimension}",
                Bilingual(
                    f"该评价方式侧重{name.zh},其权重不得低于 {least}。",
                    f"This mode emphasises {name.en}; its weight is at least {least}.",
                ),
                Bilingual(f"请将该权重提高到 {least} 或以上。", f"Raise this weight to {least} or more."),
            )


def _method_problems(profile: Profile, methods: Iterable[str]) -> Iterable[FieldError]:
    for number, method in enumerate(methods):
        if method not in profile.methods:
            yield _problem(
                "method-not-allowed",
                f"/methods/{number}",
                Bilingual("该评价方式不允许使用此方法。", "This mode does not allow this method."),
                Bilingual(
                    f"可用的方法: {', '.join(sorted(profile.methods))}。",
                    f"Methods allowed: {', '.join(sorted(profile.methods))}.",
                ),
            )


def _problem(code: str, pointer: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article="11")
