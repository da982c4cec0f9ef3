"""PURE: what a standard prescribes: its levels, and the parts of an evaluation with weights and pass marks (Art. 4)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from catalog.items.domain import Item
from common.errors import Bilingual, FieldError
from common.events.catalog import Component, Track
from common.grades import Grade
from common.marks import default_rule

Kind = Literal["national", "provincial", "enterprise_norm"]
Use = Literal["training", "national_qualification", "skill_level", "own_occupations"]
Regulation = Literal["2018", "2023"]
FULL_WEIGHT: Final = 100
FIRST_YEAR_OF_2023: Final = 2023

# What each kind is for (Art. 4, 6). A national one serves skill level items, too: those that the national list dropped.
USES: Final[Mapping[Kind, tuple[Use, ...]]] = {
    "national": ("training", "national_qualification", "skill_level"),
    "provincial": ("training", "skill_level"),
    "enterprise_norm": ("own_occupations",),
}
TRACKS: Final[Mapping[Kind, frozenset[Track]]] = {
    "national": frozenset({"national_qualification", "skill_level", "special_ability"}),
    "provincial": frozenset({"skill_level", "special_ability"}),
    "enterprise_norm": frozenset({"skill_level", "special_ability"}),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard of one item. Nothing ends it when the state cancels the qualification: it stays usable (Art. 4)."""

    name: str
    kind: Kind
    item_code: str
    levels: tuple[int, ...]
    valid_from: date
    valid_to: date | None = None

    @property
    def regulation(self) -> Regulation:
        """The edition of the technical regulation that standards were written by when it came into force."""
        return "2023" if self.valid_from.year >= FIRST_YEAR_OF_2023 else "2018"


def national_standard(item: Item, *, valid_from: date) -> Standard:
    """The national standard of an item, in force as long as the item stands on the list, whatever its track."""
    return Standard(
        name=f"国家职业技能标准·{item.name}",
        kind="national",
        item_code=item.code,
        levels=item.levels,
        valid_from=valid_from,
    )


def components(levels: tuple[int, ...]) -> dict[str, tuple[Component, ...]]:
    """Level digit → parts to be passed, by the general rule: theory and skill, from 二级 on a review as well."""
    return {
        str(level): tuple(
            Component(part=part.name.value, pass_mark=part.pass_mark)
            for part in default_rule(Grade(level)).parts
        )
        for level in levels
    }


def content_problems(
    levels: Collection[int], parts: Mapping[str, Sequence[Component]]
) -> Iterator[FieldError]:
    """Every mistake in what a draft prescribes: its levels are those described, and each adds up to 100."""
    for level in sorted({str(level) for level in levels} ^ parts.keys()):
        yield _problem(f"/components/{level}", "levels-differ", *LEVELS_DIFFER)
    for level, of_level in parts.items():
        if sum(part.weight or 0 for part in of_level) != FULL_WEIGHT:
            yield _problem(f"/components/{level}", "weights-sum", *WEIGHTS_SUM)
        if len({part.part for part in of_level}) != len(of_level):
            yield _problem(f"/components/{level}", "part-repeated", *PART_REPEATED)
        for number, part in enumerate(of_level):
            if part.pass_mark > part.full_marks:
                yield _problem(f"/components/{level}/{number}/pass_mark", "pass-above-full", *PASS_ABOVE_FULL)


def item_problems(kind: Kind, levels: Collection[int], item: Item | None) -> Iterator[FieldError]:
    """Whether the item is one that a standard of this kind serves, and has these levels (Art. 4)."""
    if item is None:
        yield _problem("/item_code", "item-unknown", *ITEM_UNKNOWN)
        return
    if item.track not in TRACKS[kind]:
        yield _problem("/item_code", "track-not-served", *TRACK_NOT_SERVED)
    if not set(levels) <= set(item.levels):
        yield _problem("/levels", "level-not-of-item", *LEVEL_NOT_OF_ITEM)


def _problem(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article="4")


LEVELS_DIFFER: Final = (
    Bilingual("各等级与考核组成不一致。", "Levels and components do not answer to one another."),
    Bilingual(
        "请为 levels 中的每一等级且仅为其填写组成。", "Give components for each of levels, and no other."
    ),
)
WEIGHTS_SUM: Final = (
    Bilingual("该等级各部分权重之和不等于100。", "The weights of this level's parts do not sum to 100."),
    Bilingual("请调整权重,使其合计为100。", "Adjust the weights so that they sum to 100."),
)
PART_REPEATED: Final = (
    Bilingual("同一部分重复出现。", "A part is there twice."),
    Bilingual("每一部分只填写一次。", "Give each part once."),
)
PASS_ABOVE_FULL: Final = (
    Bilingual("合格分高于满分。", "The pass mark is above full marks."),
    Bilingual("合格分不得高于该部分满分。", "Give a pass mark that can be reached."),
)
ITEM_UNKNOWN: Final = (
    Bilingual("目录清单中没有该项目。", "No such item is on the list."),
    Bilingual("请按现行目录清单核对编码。", "Check the code with the list as it stands."),
)
TRACK_NOT_SERVED: Final = (
    Bilingual(
        "国家职业资格项目只依据国家标准。", "National items are evaluated by national standards alone."
    ),
    Bilingual("请改用技能等级或专项能力项目。", "Name a skill level or special ability item."),
)
LEVEL_NOT_OF_ITEM: Final = (
    Bilingual("该项目不设其中的等级。", "The item does not have all of these levels."),
    Bilingual("请按目录清单中该项目的等级填写。", "Name levels that the item has on the list."),
)
