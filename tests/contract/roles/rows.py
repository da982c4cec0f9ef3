"""What the role matrix says of a route: who may call it, whose resource it speaks of, and who sees that.

A line per route in the table of its service: `row("GET plans/{plan_id}", "plans:read", both, "plan")`. Public routes
need no more than `public("GET organisations")`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from common.permissions import ORGANISATION_ROLES, REGION_ROLES, ROLES

COUNTY = "320106"  # where every resource of the matrix lies
REGIONS = {
    "county in charge": COUNTY,
    "city above": "320100",
    "the province": "320000",
    "sister county": "320104",
    "other city": "320500",
}
NOWHERE = "bound to nothing"  # no such account is granted; a token that says so opens nothing foreign
IN_CHARGE = ("county in charge", "city above", "the province")

Made = Mapping[str, str]  # what a maker made: path parameters and other ids, by name
Body = bytes | Mapping[str, Any] | list[Any] | Callable[[Made], Any] | None


@dataclass(frozen=True)
class Seat:
    """A role, and where its account stands to the resource."""

    role: str
    place: str

    @property
    def is_own(self) -> bool:
        """Of the organisation that the resource belongs to."""
        return self.place in ("own organisation, its account", "own organisation, a colleague")

    @property
    def is_in_charge(self) -> bool:
        return self.place in IN_CHARGE or (self.role == "authority" and self.place == "no region")

    @property
    def is_holder(self) -> bool:
        """The very account that the resource hangs on."""
        return self.place in ("own organisation, its account", "county in charge")


ORGANISATION_PLACES = (
    "own organisation, its account",
    "own organisation, a colleague",
    "foreign organisation",
    NOWHERE,
)


def places(role: str) -> tuple[str, ...]:
    """Where an account of this role may stand; a role of neither kind stands nowhere."""
    if role in ORGANISATION_ROLES:
        return ORGANISATION_PLACES
    return (*REGIONS, NOWHERE) if role in REGION_ROLES else ("no region",)


SEATS = tuple(Seat(role, place) for role in ROLES for place in places(role))


class Sight(Protocol):
    """Who, of those with the scope, sees the resource."""

    def __call__(self, seat: Seat, /) -> bool: ...


def anyone(_: Seat) -> bool:
    """The route speaks of nobody's resource, or of everybody's."""
    return True


def nobody(_: Seat) -> bool:
    """The route asks for something else than an account's token, which opens nothing here."""
    return False


def own(seat: Seat) -> bool:
    """Accounts of the organisation."""
    return seat.is_own


def in_charge(seat: Seat) -> bool:
    """Accounts of the county, the city above it and the province."""
    return seat.is_in_charge


def both(seat: Seat) -> bool:
    return seat.is_own or seat.is_in_charge


def holder(seat: Seat) -> bool:
    """One account alone."""
    return seat.is_holder


@dataclass(frozen=True)
class Row:
    """A route, and what the matrix expects of it."""

    route: str
    scope: str | None
    sees: Sight = anyone
    maker: str | None = None
    body: Body = None
    listed: str | None = None
    unseen: tuple[int, str] = (404, "not-found")
    media_type: str = "application/json"
    query: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    is_afresh: bool = False

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2]

    @property
    def is_writing(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS")


def row(route: str, scope: str, sees: Sight = anyone, maker: str | None = None, **more: Any) -> Row:
    """A route that asks for a scope.

    `sees`: who among those with the scope sees what `maker` (a method of the service's world) makes; the others are
    answered as for an unknown id, or `unseen` where the resource itself is public. `body`: one that passes the form,
    so that a foreign resource is told before mistakes are. `listed`: the made value that the answer shows to those
    who see it, and hides from all others. `at`: path parameters that need no maker.
    `is_afresh`: each of those who are let in finds a new one, where the first act shuts others out.
    """
    return Row(route, scope, sees, maker, **more)


def public(route: str, **more: Any) -> Row:
    """A route for anyone, with any token or none."""
    return Row(route, None, **more)


def other_token(route: str, **more: Any) -> Row:
    """A route for whoever holds a token that is no account's, as a candidate's: every role is told 401."""
    return Row(route, None, nobody, **({"unseen": (401, "token-missing")} | more))
