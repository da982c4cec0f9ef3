"""What is tried in vain is counted by client and by target, and rests; what was right is forgiven."""

import pytest

from certificate.verification.guesses import (
    MISREAD_CODES,
    MISSES,
    MISSES_OF_CLIENT,
    REST_SECONDS,
    Guard,
)
from common.problems import Problem


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def guard(time: Time) -> Guard:
    return Guard(time)


def rests(guard: Guard, client: str, target: str) -> bool:
    try:
        guard.ask(client, target)
    except Problem as problem:
        return 0 < int(problem.headers["Retry-After"]) <= REST_SECONDS
    return False


def test_one_client_has_few_misses_whatever_it_asks_about(guard: Guard) -> None:
    assert not any(rests(guard, "one", f"target {number}") for number in range(MISSES_OF_CLIENT))
    assert rests(guard, "one", "another target")
    assert not rests(guard, "two", "another target")


def test_one_target_has_few_misses_whoever_asks_and_tells_the_last(guard: Guard) -> None:
    last = [guard.ask(f"client {number}", "target") for number in range(MISSES)]
    assert last == [False] * (MISSES - 1) + [True]
    assert rests(guard, "a fresh client", "target")
    assert not rests(guard, "a fresh client", "another target")


def test_what_was_right_is_no_miss_even_when_asked_often(guard: Guard) -> None:
    for _ in range(10 * MISSES_OF_CLIENT):
        guard.ask("office", "target")
        guard.found("office", "target")
    assert not rests(guard, "office", "target")


def test_questions_asked_at_once_are_counted_before_they_are_answered(guard: Guard) -> None:
    asked = [rests(guard, "one", f"target {number}") for number in range(1_000)]
    assert asked.count(False) == MISSES_OF_CLIENT


def test_a_rest_ends(guard: Guard, time: Time) -> None:
    for number in range(MISSES_OF_CLIENT):
        guard.ask("one", f"target {number}")
    time.seconds += REST_SECONDS - 1
    assert rests(guard, "one", "target")
    time.seconds += 2
    assert not rests(guard, "one", "target")


def test_codes_that_are_not_genuine_are_counted_apart_from_look_ups(guard: Guard) -> None:
    for _ in range(MISREAD_CODES):
        guard.check_reader("one")
        guard.misread("one")
    with pytest.raises(Problem):
        guard.check_reader("one")
    guard.check_reader("two")
    assert not rests(guard, "one", "target")
