"""Log lines without personal data."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from common import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    file = tmp_path / "service.log"
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(service="demo", file=str(file))
    yield lambda: [json.loads(line) for line in file.read_text().splitlines()]
    root.handlers[0].close()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("id 32010219900307123X end", "id [masked] end"),
        ("phone 13800138000", "phone [masked]"),
        ("position 1234567890", "position 1234567890"),
        ("01936f3c-5a2e-7c41-9d3e-012345678901", "01936f3c-5a2e-7c41-9d3e-012345678901"),
        ("姓名,320102199003071234,男", "姓名,[masked],男"),
    ],
)
def test_long_numbers_are_masked_and_ids_of_ours_are_not(text: str, shown: str) -> None:
    assert logs.mask(text) == shown


def test_a_line_is_json_with_service_level_and_time(lines: Lines) -> None:
    structlog.get_logger("x").info("plan filed", plan="plan_1")
    (line,) = lines()
    assert {
        "event": "plan filed",
        "plan": "plan_1",
        "service": "demo",
        "level": "info",
    }.items() <= line.items()
    assert "timestamp" in line


def test_lines_of_libraries_take_the_same_form(lines: Lines) -> None:
    logging.getLogger("library").warning("row %s of %s", 3, "320102199003071234")
    (line,) = lines()
    assert line["event"] == "row 3 of [masked]"


def test_an_exception_leaves_frames_and_kinds_but_no_message(lines: Lines) -> None:
    try:
        int("王伟 320102199003071234")
    except ValueError as error:
        error.__cause__ = KeyError("王伟")
        structlog.get_logger("x").exception("broke")
    (line,) = lines()
    assert [cause["kind"] for cause in line["exception"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_logs.py" in line["exception"][0]["frames"][0]
    assert "王伟" not in json.dumps(line, ensure_ascii=False)


def test_nested_values_are_masked_too(lines: Lines) -> None:
    structlog.get_logger("x").info("rows", rows=[{"id": "320102199003071234"}])
    assert lines()[0]["rows"] == [{"id": "[masked]"}]
