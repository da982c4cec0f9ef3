"""Starting and stopping the platform of this checkout, for the demo, the benchmarks and the journeys."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from client.discovery import checkout, platform_url
from client.problems import Unreachable


def is_running() -> bool:
    """Whether a platform answers where this checkout's (or SKILLS_URL's) would be."""
    try:
        return httpx.get(f"{platform_url()}/catalog/v1/clock", timeout=5).is_success
    except (Unreachable, httpx.TransportError):
        return False


@contextmanager
def running_platform(*, keep: bool) -> Iterator[str]:
    """The platform's URL; what this starts it stops again, unless it is to be kept."""
    started = not is_running()
    if started:
        _local("start")
    try:
        yield platform_url()
    finally:
        if started and not keep:
            _local("stop")


def _local(command: str) -> None:
    subprocess.run([sys.executable, "-m", "local", command], cwd=checkout(), check=True)  # noqa: S603
