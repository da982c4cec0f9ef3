"""PURE: how an organisation stands on a day, by the measures taken against it (Art. 22)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from common.errors import Bilingual, Forbidden
from common.events.audit import Measure
from common.events.filing import OrganisationState

GRAVITY: Final[tuple[Measure, ...]] = ("abnormal", "suspended", "blacklisted", "exited")
# Whoever is on the abnormal list still works on what is open, under more checks; the others' accounts are shut.
SHUTS_ACCOUNTS: Final[frozenset[str]] = frozenset({"suspended", "blacklisted", "exited"})
_NAMES: Final[dict[str, Bilingual]] = {
    "abnormal": Bilingual("列入异常名录", "on the abnormal list"),
    "suspended": Bilingual("暂停评价", "suspended"),
    "blacklisted": Bilingual("列入黑名单", "on the blacklist"),
    "exited": Bilingual("已退出", "no longer an evaluating body"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One measure, by its case. Both days of the validity belong to it; `cleared_on` is the first day without it."""

    case: str
    measure: Measure
    valid_from: date
    valid_to: date | None
    freezes_plans: bool
    cleared_on: date | None = None

    def in_force_on(self, day: date) -> bool:
        ended = (self.valid_to is not None and self.valid_to < day) or (
            self.cleared_on is not None and self.cleared_on <= day
        )
        return self.valid_from <= day and not ended

    @property
    def turns(self) -> Iterable[date]:
        """Days from which on it may count otherwise than the day before."""
        yield self.valid_from
        if self.valid_to is not None and self.valid_to < date.max:
            yield self.valid_to + timedelta(days=1)
        if self.cleared_on is not None:
            yield self.cleared_on


@dataclass(frozen=True, slots=True)
class Standing:
    """How an organisation stands: the state of its application, or the gravest measure with its case.

    `frozen_by`: the case by which its open plans stand still.
    """

    state: OrganisationState
    case: str | None = None
    frozen_by: str | None = None

    @property
    def may_file(self) -> bool:
        """New plans, entrustments and the like: in good standing only."""
        return self.state == "approved"

    @property
    def may_sign_in(self) -> bool:
        return self.state not in SHUTS_ACCOUNTS


class OrganisationListed(Forbidden):
    """A measure stands against the organisation: nothing new is filed until it ends (Art. 22)."""

    code = "organisation-listed"
    article = "22"
    title = Bilingual("机构被采取监管措施", "A measure stands against the organisation")

    def __init__(self, standing: Standing) -> None:
        name = _NAMES[standing.state]
        super().__init__(
            Bilingual(
                f"机构{name.zh},期间不得申报;已核发的证书不受影响。请按 case 所示案号联系处理。",
                f"The organisation is {name.en}; nothing new is filed meanwhile, and certificates already issued stand."
                " Ask about the case named in `case`.",
            ),
            state=standing.state,
            case=standing.case,
        )


def check_good_standing(standing: Standing) -> None:
    """Raises OrganisationListed while a measure is in force."""
    if standing.state in GRAVITY:
        raise OrganisationListed(standing)


def standing_by(state: OrganisationState, listings: Iterable[Listing], day: date) -> Standing:
    """The standing on a day; `state`: that of the application, which counts where no measure does."""
    in_force = sorted(
        (listing for listing in listings if listing.in_force_on(day)),
        key=lambda listing: GRAVITY.index(listing.measure),
        reverse=True,
    )
    if not in_force:
        return Standing(state)
    freezing = (listing.case for listing in in_force if listing.freezes_plans)
    return Standing(in_force[0].measure, in_force[0].case, next(freezing, None))


def holds_until(state: OrganisationState, listings: Iterable[Listing], day: date) -> date | None:
    """The last day, from `day` on, on which the standing is the same; None: no end is known."""
    known = tuple(listings)
    now = standing_by(state, known, day)
    turns = sorted({turn for listing in known for turn in listing.turns if turn > day})
    turn = next((turn for turn in turns if standing_by(state, known, turn) != now), None)
    return turn - timedelta(days=1) if turn is not None else None
