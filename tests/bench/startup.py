"""How long a start takes, and how much memory the platform holds when nothing happens."""

import time

from tests.bench.figures import Figures
from tests.bench.platform import Bench

PARTS = ("catalog", "filing", "registration", "audit", "certificate", "postgres", "nats", "gateway")


def measure(bench: Bench, figures: Figures, *, rounds: int) -> None:
    """Leaves the platform running."""
    figures.add("first start (initdb, migrations)", [bench.local("start")], "s")
    starts = []
    for _ in range(rounds):
        bench.local("stop")
        starts.append(bench.local("start"))
    figures.add("start", starts, "s")
    time.sleep(5)
    for part in PARTS:
        figures.add(f"idle memory: {part}", [bench.memory_mib(part)], "MiB")
