"""Measurements of a service, in Prometheus text at `/metrics`: by route template, never by path or person."""

import platform as machine
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The registry of one service; features add their own counters with `counter`, `gauge` and `histogram`."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self.requests = self.histogram(
            "http_request_seconds",
            "time to answer a request",
            ("method", "route", "status"),
            buckets=_SECONDS,
        )
        self.problems = self.counter("http_problems", "problem answers by type", ("code",))
        self.worker_failures = self.counter("worker_failures", "background work broken off", ("worker",))
        self.in_flight = self.gauge("http_requests_in_flight", "requests being answered now")
        self.gauge("build_info", "what runs", ("service", "version", "python")).labels(
            service, _version(), machine.python_version()
        ).set(1)

    def counter(self, name: str, text: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def gauge(self, name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def histogram(
        self,
        name: str,
        text: str,
        labels: tuple[str, ...] = (),
        *,
        buckets: tuple[float, ...] = _SECONDS,
    ) -> Histogram:
        return Histogram(name, text, labels, registry=self.registry, buckets=buckets)

    def watch(self, name: str, text: str, measure: Callable[[], float]) -> None:
        """A gauge that is measured whenever somebody looks."""
        self.gauge(name, text).set_function(measure)

    def watch_pool(self, engine: AsyncEngine) -> None:
        pool = cast(QueuePool, engine.pool)
        self.watch("database_connections_out", "connections in use", lambda: float(pool.checkedout()))
        self.watch("database_connections_idle", "connections open and idle", lambda: float(pool.checkedin()))

    def text(self) -> bytes:
        return generate_latest(self.registry)


def _version() -> str:
    try:
        return version("skill-level-platform")
    except PackageNotFoundError:  # run from a source tree without installation
        return "0"
