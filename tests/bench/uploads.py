"""100,000 results in one file of three kinds: how long, how much memory more, and how others fare meanwhile."""

import csv
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import httpx
import psutil

from client import journey, registration, sample
from tests.bench.figures import Figures
from tests.support.evaluations import LEVEL, ended_evaluation
from tests.support.stack import Stack

ROWS = 100_000
LOOK_SECONDS = 0.05
ASK_SECONDS = 0.02


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def as_ndjson(rows: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows)


FORMS: dict[str, tuple[Callable[[list[dict[str, Any]]], bytes], str]] = {
    "XLSX": (sample.as_xlsx, registration.XLSX),
    "CSV in GB18030": (as_csv, registration.CSV),
    "NDJSON": (as_ndjson, registration.NDJSON),
}


def measure(stack: Stack, figures: Figures) -> None:
    """One file of each kind, of other people each time."""
    people = sample.people(ROWS * len(FORMS), seed=2000)
    for number, (name, (form, media_type)) in enumerate(FORMS.items()):
        ended = ended_evaluation(stack, headcount=ROWS, seed=2000 + number)
        plan, recorder = ended.plan, ended.body.recorder
        mine = people[number * ROWS : (number + 1) * ROWS]
        sheet = form(sample.result_rows(mine, level=LEVEL, evaluated_on=plan.ends_on, seed=number))
        with _watched(stack) as seen:
            began = time.monotonic()
            upload = registration.upload_results(plan.id, sheet, media_type)
            journey.finish_job(recorder, journey.eventually(recorder, upload))
            seconds = time.monotonic() - began
        figures.add(f"100,000 results as {name}, to their end", [seconds], "s")
        figures.add(f"memory above idle meanwhile, {name}", [seen.peak_mib - seen.idle_mib], "MiB")
        figures.add(f"99th percentile of another's reads meanwhile, {name}", [seen.p99_ms], "ms")


@dataclass
class Seen:
    """What was seen of the service while it worked."""

    idle_mib: float
    peak_mib: float = 0.0
    answers: list[float] = field(default_factory=list)

    @property
    def p99_ms(self) -> float:
        return quantiles(self.answers, n=100)[98] * 1000


@contextmanager
def _watched(stack: Stack) -> Iterator[Seen]:
    """Look at the memory of the registration service, and ask it for a template over and over."""
    process = psutil.Process(stack.part("registration")["pid"])
    seen, ended = Seen(process.memory_info().rss / 2**20), threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_SECONDS):
            seen.peak_mib = max(seen.peak_mib, process.memory_info().rss / 2**20)

    def ask() -> None:
        with httpx.Client(base_url=stack.gateway_url, headers={"Accept": "application/json"}) as client:
            while not ended.wait(ASK_SECONDS):
                began = time.monotonic()
                client.get("/registration/v1/templates/results").raise_for_status()
                seen.answers.append(time.monotonic() - began)

    watchers = [threading.Thread(target=one) for one in (look, ask)]
    for watcher in watchers:
        watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        for watcher in watchers:
            watcher.join()
