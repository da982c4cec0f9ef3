"""`skills eligibility`: the answer, its explanation, and how it ends."""

import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from client.cli import app

JUST_ENOUGH = (
    "--level",
    "三级",
    "--on",
    "2026-12-20",
    "--certificate",
    "4:2022-12-20",
    "--worked",
    "2022-12-20..",
)


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["eligibility", *arguments])


def test_documents_at_hand_make_it_certain() -> None:
    claimed, proven = ran(*JUST_ENOUGH), ran(*JUST_ENOUGH, "--proven")
    assert (claimed.exit_code, proven.exit_code) == (3, 0)
    assert "四级证书、4年工作年限证明" in claimed.stdout
    assert "可以申报 / eligible" in proven.stdout


def test_one_day_too_early_tells_the_day() -> None:
    early = ran(*JUST_ENOUGH[:3], "2026-12-19", *JUST_ENOUGH[4:])
    assert early.exit_code == 1
    assert "2026-12-20" in early.stdout.splitlines()[1]


def test_the_answer_is_data_when_asked_so() -> None:
    found = json.loads(ran(*JUST_ENOUGH, "--regulation", "2018", "--format", "json").stdout)
    assert (found["level"], found["status"], len(found["rules"])) == (3, "not_met", 3)
    assert found["earliest"] == "2027-12-20"


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("--worked", "2018", "2018-07-01..2023-06-30"),
        ("--worked", "2019-01-01..2018-01-01", "2018-07-01..2023-06-30"),
        ("--certificate", "4", "4:2021-06-30"),
        ("--diploma", "kindergarten:2020-06-30", "junior_college:2020-06-30"),
        ("--diploma", "university:assessed", "junior_college:2020-06-30"),
        ("--title", "junior", "junior:2022-01-05"),
    ],
)
def test_what_is_written_otherwise_is_told_with_an_example(option: str, text: str, told: str) -> None:
    answer = ran("--level", "3", "--on", "2026-12-20", option, text)
    assert answer.exit_code == 2
    assert told in answer.output


def test_a_student_of_the_final_year_and_an_assessed_school_can_be_told() -> None:
    student = ("--on", "2026-12-20", "--diploma", "higher_vocational:2027-06-30")
    assert ran("--level", "4", *student, "--proven").exit_code == 0
    assert ran("--level", "3", *student, "--proven").exit_code == 1
    assert ran("--level", "3", *student[:3], f"{student[3]}:assessed", "--proven").exit_code == 0


def test_a_preparatory_certificate_can_be_told() -> None:
    """2018: 预备技师 + graduate of a 技师学院 + 2 years."""
    claims = (
        "--diploma",
        "technician_college:2024-06-30",
        "--worked",
        "2024-07-01..",
        "--regulation",
        "2018",
    )
    asked = ("--level", "2", "--on", "2026-12-20", "--proven", *claims)
    assert ran(*asked).exit_code == 1
    assert ran(*asked, "--preparatory", "2024-06-30").exit_code == 0


def test_help_tells_every_option() -> None:
    shown = ran("--help").output
    assert all(name in shown for name in ("--worked", "--certificate", "--diploma", "--title", "--proven"))
