"""PURE: the states of a plan and the acts that lead from one to another (Art. 18(1))."""

from typing import Final, Literal

State = Literal["filed", "returned", "accepted", "rejected", "cancelled"]
OPEN: Final[frozenset[State]] = frozenset({"filed", "returned", "accepted"})  # something may still come of it
Act = Literal["accept", "return", "reject", "mend", "cancel"]

# What is not in the table is forbidden: a decision is taken once per filing, and some states are final.
TRANSITIONS: Final[dict[tuple[State, Act], State]] = {
    ("filed", "accept"): "accepted",
    ("filed", "return"): "returned",
    ("filed", "reject"): "rejected",
    ("returned", "mend"): "filed",
    ("filed", "cancel"): "cancelled",
    ("returned", "cancel"): "cancelled",
    ("accepted", "cancel"): "cancelled",
}


def after(state: State, act: Act) -> State | None:
    """The state that an act leads to; none when the state does not allow it."""
    return TRANSITIONS.get((state, act))
