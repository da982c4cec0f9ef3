"""Figures of a run: medians of repeated measurements, the machine they were made on, and how they are told."""

import json
import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

PACKAGES = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "asyncpg", "nats-py", "cryptography", "typst")


@dataclass(frozen=True)
class Figure:
    """One measured thing: every round's value, its unit, and what it is compared with."""

    name: str
    values: tuple[float, ...]
    unit: str
    limit: str | None = None

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass
class Figures:
    """All figures of a run, in the order they were made."""

    found: dict[str, Figure] = field(default_factory=dict)

    def add(self, name: str, values: list[float], unit: str, *, limit: str | None = None) -> None:
        self.found[name] = Figure(name, tuple(values), unit, limit)

    def ratio(self, figure: Figure) -> float | None:
        """How it stands to its limit: throughput as a share of it, time as a multiple."""
        return figure.median / self.found[figure.limit].median if figure.limit else None

    def as_json(self) -> dict[str, Any]:
        return {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "versions": {name: version(name) for name in PACKAGES},
            "figures": {
                figure.name: {
                    "median": round(figure.median, 4),
                    "rounds": [round(value, 4) for value in figure.values],
                    "unit": figure.unit,
                    "limit": figure.limit,
                    "ratio_to_limit": None if (ratio := self.ratio(figure)) is None else round(ratio, 4),
                }
                for figure in self.found.values()
            },
        }

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n")

    def show(self, screen: Console) -> None:
        table = Table("what", "median", "unit", "rounds", "against", "ratio")
        for figure in self.found.values():
            ratio = self.ratio(figure)
            table.add_row(
                figure.name,
                f"{figure.median:,.1f}",
                figure.unit,
                str(len(figure.values)),
                figure.limit or "",
                "" if ratio is None else f"{ratio:.2f}",
            )
        screen.print(table)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
