"""The demo as a newcomer runs it, what it leaves behind, and what a kill -9 in its middle changes: nothing."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from client import sample
from tests.support.stack import Stack

WORKERS, CANDIDATES = "400", "20"


def demo(stack: Stack, **variables: str) -> tuple[int, str, Mapping[str, Any]]:
    """Run the demo: exit status, everything it printed, the figures of its last line."""
    with stack.run("-m", "client.demo", **variables) as process:
        output, _ = process.communicate()
    return process.returncode, output, figures_of(output)


def figures_of(output: str) -> Mapping[str, Any]:
    last = output.strip().rpartition("\n")[2]
    found: Mapping[str, Any] = json.loads(last) if last.startswith("{") else {}
    return found


def test_the_demo_ends_well_and_says_what_it_did(stack: Stack) -> None:
    status, output, figures = demo(stack, SEED="11", WORKERS=WORKERS, CANDIDATES=CANDIDATES)
    assert status == 0, output
    assert figures["rows_rejected"] == 5
    assert figures["workers"] == 400
    assert figures["items_skill_level"] == 185
    assert figures["verified_online"] == "valid"
    assert figures["verified_offline"] == "signature_valid"
    assert figures["verified_after_revocation"] == "not_valid"
    assert figures["certificates_issued"] == passes(11, 400, 4) + passes(12, 20, 3)
    assert Path(str(figures["pdf"])).read_bytes().startswith(b"%PDF-")
    assert stack.skills("verify", str(figures["verify_url"])).returncode == 1  # it was revoked


def passes(seed: int, count: int, level: int) -> int:
    """How many of the demo's people pass, counted here from the marks it reports."""
    rows = sample.result_rows(
        sample.people(count, seed=seed), level=level, evaluated_on=date(2026, 1, 1), seed=seed
    )
    return sum(all((row[part] or 0) >= 60 for part in ("理论成绩", "技能成绩")) for row in rows)


@pytest.mark.parametrize(
    ("killed", "seed"),
    [
        (name, str(20 + 2 * number))
        for number, name in enumerate(
            ("catalog", "filing", "registration", "audit", "certificate", "nats", "postgres")
        )
    ],
)
def test_a_kill_in_the_middle_loses_nothing(stack: Stack, killed: str, seed: str) -> None:
    """The process dies twice: while results are taken in, and again while certificates are issued."""
    output: list[str] = []
    with stack.run("-m", "client.demo", SEED=seed, WORKERS=WORKERS, CANDIDATES=CANDIDATES) as process:
        assert process.stdout is not None
        for line in process.stdout:
            output.append(line)
            if "备案," in line or "结果认定与发证" in line:
                stack.kill(killed)
    text = "".join(output)
    assert process.returncode == 0, text
    figures = figures_of(text)
    assert figures["certificates_issued"] == passes(int(seed), 400, 4) + passes(int(seed) + 1, 20, 3)
    assert (figures["rows_rejected"], figures["verified_after_revocation"]) == (5, "not_valid")


def test_nothing_that_was_written_holds_an_id_number(stack: Stack) -> None:
    """Logs, journals, the broker's store and the database's files, searched byte by byte for everybody's number."""
    status, output, _ = demo(stack, SEED="91", WORKERS="120", CANDIDATES=CANDIDATES)
    assert status == 0, output
    numbers = {
        person.id_number
        for seed, count in ((91, 120), (92, 20))
        for person in sample.people(count, seed=seed)
    }
    assert not any(number in output for number in numbers)
    folders = {stack.data, Path(str(stack.state["postgres"].get("home", stack.data)))}
    found = [path for folder in folders for path in _files(folder) if _holds_any(path, numbers)]
    assert found == []


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _holds_any(path: Path, numbers: set[str]) -> bool:
    """The printed certificate is the holder's own paper; everything else must not know the number."""
    if path.suffix == ".pdf" and path.parent.name == "demo":
        return False
    try:
        content = path.read_bytes()
    except OSError:  # a file that the database removed meanwhile
        return False
    return any(number.encode() in content for number in numbers)
