"""PURE: which standard an evaluation goes by when more than one fits, and why (Art. 4, decision record 25).

A national standard goes before the province's, that before an enterprise norm; of two of one kind the one in force
since the later day. A norm fits the enterprises of its scope only (Art. 6); national items go by national standards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from catalog.standards.domain import TRACKS, Kind
from common.errors import Bilingual
from common.events.catalog import Track

RANK: Final[Mapping[Kind, int]] = {"national": 0, "provincial": 1, "enterprise_norm": 2}
RULE: Final = Bilingual(
    "国家标准优先于省级标准,省级标准优先于企业评价规范;同类取施行日期较晚者。",
    "A national standard goes before the province's, that before an enterprise norm; of one kind, the later one.",
)
CHOSEN: Final = Bilingual("适用", "evaluations go by it")
OUTSIDE: Final = Bilingual(
    "不在规范载明的企业范围内(第六条)", "the enterprise is outside of its scope (Art. 6)"
)
OTHER_TRACK: Final = Bilingual(
    "国家职业资格项目只依据国家标准(第四条)", "a national item goes by national standards alone (Art. 4)"
)
LOWER: Final = Bilingual(
    "有优先级更高的标准(第四条)", "a standard of a kind that goes before it fits (Art. 4)"
)
EARLIER: Final = Bilingual("同类标准中有施行日期更晚者", "one of its kind is in force since a later day")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A standard in force for the item and level; `enterprises`: of its scope, None for one that binds everybody."""

    id: UUID
    kind: Kind
    valid_from: date
    enterprises: frozenset[str] | None = None

    def fits(self, enterprise: str | None) -> bool:
        return self.enterprises is None or enterprise in self.enterprises


def choose(
    candidates: Iterable[Candidate], *, track: Track, enterprise: str | None
) -> list[tuple[Candidate, Bilingual]]:
    """Every candidate with what became of it, the chosen one first; none is CHOSEN when none fits."""
    ranked = sorted(candidates, key=_rank)
    serving = [one for one in ranked if track in TRACKS[one.kind]]
    fitting = [one for one in serving if one.fits(enterprise)]
    told = [
        (one, CHOSEN if place == 0 else EARLIER if one.kind == fitting[0].kind else LOWER)
        for place, one in enumerate(fitting)
    ]
    outside = [(one, OUTSIDE) for one in serving if not one.fits(enterprise)]
    return told + outside + [(one, OTHER_TRACK) for one in ranked if track not in TRACKS[one.kind]]


def _rank(candidate: Candidate) -> tuple[int, int, UUID]:
    return RANK[candidate.kind], -candidate.valid_from.toordinal(), candidate.id
