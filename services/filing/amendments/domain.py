"""PURE: what an amendment changes, and which changes need 15 new working days (decision record 41)."""

from collections.abc import Callable
from typing import Final, Literal

from common.errors import Bilingual, StateConflict
from filing.plans.rules.draft import Draft

Change = Literal[
    "first_day_earlier",
    "first_day_later",
    "last_day_moved",
    "item_or_level_added",
    "item_or_level_removed",
    "region_changed",
    "kind_or_mode_changed",
    "entrustment_changed",
    "examiners_changed",
    "sessions_changed",
    "assessment_changed",
    "particulars_changed",
]

# What the public and the centre were told ahead must still hold; the rest the centre is told at once.
NEEDS_NEW_NOTICE: Final[dict[Change, bool]] = {
    "first_day_earlier": True,
    "first_day_later": False,
    "last_day_moved": False,
    "item_or_level_added": True,
    "item_or_level_removed": False,
    "region_changed": True,
    "kind_or_mode_changed": True,
    "entrustment_changed": True,
    "examiners_changed": False,  # by equal ones: the team is checked as it is for a new plan
    "sessions_changed": False,  # within the days of the plan; the candidates' notices follow
    "assessment_changed": False,
    "particulars_changed": False,  # names, addresses, fees, head counts: nothing that a rule looks at
}


class NothingChanged(StateConflict):
    """An amendment changes something."""

    code = "state-conflict"
    article = "18(1)"
    title = Bilingual("内容没有变化", "Nothing has changed")


def _pairs(draft: Draft) -> set[tuple[str, int]]:
    return {(item.code, item.level) for item in draft.items}


_FOUND: Final[dict[Change, Callable[[Draft, Draft], bool]]] = {
    "first_day_earlier": lambda old, new: new.starts_on < old.starts_on,
    "first_day_later": lambda old, new: new.starts_on > old.starts_on,
    "last_day_moved": lambda old, new: new.ends_on != old.ends_on,
    "item_or_level_added": lambda old, new: bool(_pairs(new) - _pairs(old)),
    "item_or_level_removed": lambda old, new: bool(_pairs(old) - _pairs(new)),
    "region_changed": lambda old, new: new.region != old.region,
    "kind_or_mode_changed": lambda old, new: (new.kind, new.mode) != (old.kind, old.mode),
    "entrustment_changed": lambda old, new: new.entrustment_id != old.entrustment_id,
    "examiners_changed": lambda old, new: set(new.examiners) != set(old.examiners),
    "sessions_changed": lambda old, new: new.sessions != old.sessions,
    "assessment_changed": lambda old, new: (
        (new.methods, new.weights, new.gates_ethics) != (old.methods, old.weights, old.gates_ethics)
    ),
}


def changes(old: Draft, new: Draft, *, same_text: bool) -> tuple[Change, ...]:
    """What differs, in the order of the table. `same_text`: the two plans say the same in everything.

    Raises NothingChanged.
    """
    if same_text:
        raise NothingChanged(
            Bilingual("变更内容与现行方案相同。", "The amendment says what the plan says already.")
        )
    found = tuple(change for change, differs in _FOUND.items() if differs(old, new))
    return found or ("particulars_changed",)


def need_new_notice(found: tuple[Change, ...]) -> bool:
    """Whether any of the changes needs 15 working days, and the centre's decision, anew."""
    return any(NEEDS_NEW_NOTICE[change] for change in found)
