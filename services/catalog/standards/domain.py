"""PURE: what a standard prescribes: its levels, and the parts of an evaluation with their pass marks (Art. 4)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalog.items.domain import Item
from common.events.catalog import Component
from common.grades import Grade
from common.marks import default_rule

Kind = Literal["national", "provincial", "enterprise_norm"]


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard of one item. Nothing ends it when the state cancels the qualification: it stays usable (Art. 4)."""

    name: str
    kind: Kind
    item_code: str
    levels: tuple[int, ...]
    valid_from: date
    valid_to: date | None = None


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
