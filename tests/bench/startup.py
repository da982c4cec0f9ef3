"""How long a start takes, and how much memory the platform holds when nothing happens."""

import time

import psutil

from tests.bench.figures import Figures
from tests.support.stack import Stack

PARTS = ("catalog", "filing", "registration", "audit", "certificate", "postgres", "nats", "gateway")


def measure(stack: Stack, figures: Figures, *, rounds: int) -> None:
    """Leaves the platform running."""
    figures.add("first start (initdb, migrations)", [stack.local("start", is_quiet=True)], "s")
    starts = []
    for _ in range(rounds):
        stack.local("stop", is_quiet=True)
        starts.append(stack.local("start", is_quiet=True))
    figures.add("start", starts, "s")
    time.sleep(5)
    for part in PARTS:
        figures.add(f"idle memory: {part}", [_memory_mib(stack, part)], "MiB")


def _memory_mib(stack: Stack, name: str) -> float:
    """Proportional memory of a service or server with its children."""
    process = psutil.Process(stack.part(name)["pid"])
    family = [process, *process.children(recursive=True)]
    return float(sum(member.memory_full_info().pss for member in family)) / 2**20
