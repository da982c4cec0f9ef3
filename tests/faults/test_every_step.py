"""Dying at every call to a server loses nothing and does nothing twice; and the test finds planted mistakes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PLACES = 2  # at a time
Try = Callable[..., dict[str, Any]]


@pytest.fixture
def every_step(database: Callable[[], str], new_nats_url: Callable[[], str]) -> Try:
    """Call it with the options of the command for its report."""

    def run(*options: str) -> dict[str, Any]:
        places: list[str] = []
        for _ in range(PLACES):
            places += [
                "--nats-url",
                new_nats_url(),
                "--database-url",
                database(),
                "--database-url",
                database(),
            ]
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.every_step", *places, *options],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr[-3000:]
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    return run


def test_dying_at_any_call_to_a_server_loses_nothing_and_does_nothing_twice(every_step: Try) -> None:
    report = every_step("--seconds", os.environ.get("EVERY_STEP_SECONDS", "45"))
    # Which steps were tried, for whoever reads the output: the time goes as far as the machine lets it.
    print(f"tried {len(report['tried'])} of {report['steps']} steps: {report['tried']}")  # noqa: T201
    assert report["wrong"] == {}


@pytest.mark.parametrize("variant", ["forgetful", "hasty", "skipping"])
def test_a_planted_mistake_is_found(every_step: Try, variant: str) -> None:
    report = every_step("--variant", variant, "--stop-at-first", "--seconds", "120")
    assert report["wrong"] != {}
