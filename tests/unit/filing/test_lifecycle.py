"""The states of a plan: what is not in the table is forbidden."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.plans.lifecycle import Act, State, after

STATES = get_args(State)
ACTS = get_args(Act)
ALLOWED = {
    ("filed", "accept"): "accepted",
    ("filed", "return"): "returned",
    ("filed", "reject"): "rejected",
    ("returned", "mend"): "filed",
    ("filed", "cancel"): "cancelled",
    ("returned", "cancel"): "cancelled",
    ("accepted", "cancel"): "cancelled",
}


@pytest.mark.parametrize(("state", "act"), list(product(STATES, ACTS)))
def test_every_pair_of_state_and_act_is_allowed_or_refused_as_the_policy_says(state: State, act: Act) -> None:
    assert after(state, act) == ALLOWED.get((state, act))


@given(st.lists(st.sampled_from(ACTS), max_size=30))
def test_an_accepted_plan_is_undone_by_nothing_but_its_cancellation(acts: list[Act]) -> None:
    state: State = "filed"
    for act in acts:
        following = after(state, act)
        assert state != "accepted" or following in (None, "cancelled")
        assert state not in ("rejected", "cancelled") or following is None
        state = following or state
