"""PURE: the states of a plan and the acts that lead from one to another (Art. 18(1))."""

from typing import Final, Literal

State = Literal["filed", "returned", "accepted"]
Act = Literal["accept", "return", "mend"]

# What is not in the table is forbidden: a decision is taken once per filing, and an accepted plan stands.
TRANSITIONS: Final[dict[tuple[State, Act], State]] = {
    ("filed", "accept"): "accepted",
    ("filed", "return"): "returned",
    ("returned", "mend"): "filed",
}


def after(state: State, act: Act) -> State | None:
    """The state that an act leads to; none when the state does not allow it."""
    return TRANSITIONS.get((state, act))
