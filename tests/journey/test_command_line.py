"""The `skills` command, as a person types it."""

from datetime import date

import pytest

from client import catalog
from tests.support.stack import Stack


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("last-day", "--starts", "2025-10-25"), "2025-09-29"),
        (("earliest-start", "--filed", "2025-09-29"), "2025-10-25"),
        (("last-day", "--starts", "2024-03-02"), "2024-02-06"),
    ],
)
def test_deadlines_are_printed_as_plain_days(stack: Stack, arguments: tuple[str, ...], answer: str) -> None:
    done = stack.skills("filing", *arguments)
    assert (done.returncode, done.stdout.strip()) == (0, answer)


def test_a_year_not_announced_is_said_to_be_provisional_beside_the_answer(stack: Stack) -> None:
    done = stack.skills("filing", "last-day", "--starts", "2027-06-01")
    assert done.returncode == 0
    assert len(done.stdout.strip()) == len("2027-05-11")
    assert "暂定" in done.stderr


def test_the_platform_answers_the_same_day_as_the_command(stack: Stack) -> None:
    answer = stack.public.send(catalog.last_filing_day(date(2025, 10, 25)))
    assert answer.day.isoformat() == "2025-09-29"


def test_a_wrong_day_is_explained(stack: Stack) -> None:
    assert stack.skills("filing", "last-day", "--starts", "yesterday").returncode != 0


def test_the_list_is_printed_as_it_was_on_a_day(stack: Stack) -> None:
    assert stack.skills("catalog", "load").returncode == 0
    before = stack.skills(
        "catalog", "list", "--as-of", "2019-06-01", "--track", "national_qualification"
    ).stdout
    after = stack.skills("catalog", "list", "--as-of", "2022-01-01", "--track", "skill_level").stdout
    assert len(before.strip().splitlines()) == 1 + 198
    assert len(after.strip().splitlines()) == 1 + 185
