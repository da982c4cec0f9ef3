"""A slice of the random faults that `make faults` runs for as long as asked; it finds the textbook's mistake too."""

import os

from tests.faults.random_faults import run_faults

SECONDS = float(os.environ.get("FAULT_SECONDS", "30"))


def test_random_faults_lose_nothing_and_do_nothing_twice() -> None:
    seed = int.from_bytes(os.urandom(3), "big")
    report = run_faults(seconds=SECONDS, seed=seed, broker_loss=True)
    print(report)  # noqa: T201 — the seed, for whoever has to repeat it
    assert report.wrong == []
    assert report.figures["journal of registration"] > 0


def test_the_textbook_recipe_is_found_wanting_when_the_broker_loses_what_it_acknowledged() -> None:
    """Chance decides what a run loses: several are made until one shows the mistake."""
    runs = (
        run_faults(seconds=8, seed=seed, variant="textbook", broker_loss=True, only_broker=True, patience=5)
        for seed in range(3, 11)
    )
    assert any("missing" in finding or "twice" in finding for run in runs for finding in run.wrong)
