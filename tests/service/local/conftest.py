"""Platforms to try the launcher on: real servers, stand-ins for the services, a data folder of their own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from local.private import read_json
from local.process import MARK
from tests.support.waiting import until

STAND_IN = Path(__file__).with_name("stand_in.py")


@dataclass
class Launcher:
    """One platform, reached through the command line alone, as its user does."""

    data: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local", command],
            env=self.environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ},
            "LOCAL_DATA_DIR": str(self.data),
            "LOCAL_SERVICE_COMMAND": f"{sys.executable} {STAND_IN}",
            **self.variables,
        }

    def start(self) -> str:
        """Start it in the background; its URL."""
        done = self("start")
        assert done.returncode == 0, done.stdout + done.stderr
        return str(self.state["gateway_url"])

    @property
    def state(self) -> dict[str, Any]:
        return read_json(self.data / "state.json")

    def pid(self, name: str) -> int:
        """The process id of the supervisor, the gateway, postgres, nats or a service."""
        state = self.state
        return int((state.get(name) or state["services"][name])["pid"])

    def kill(self, name: str) -> None:
        """kill -9, as the system does when memory is short."""
        psutil.Process(self.pid(name)).kill()

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this data folder, whoever started it."""
        return [
            process
            for process in psutil.process_iter()
            if environment_of(process).get(MARK) == str(self.data)
        ]


def environment_of(process: psutil.Process) -> dict[str, str]:
    try:
        return dict(process.environ()) if process.status() != psutil.STATUS_ZOMBIE else {}
    except psutil.Error:
        return {}


@contextmanager
def cleaned(launcher: Launcher) -> Iterator[Launcher]:
    try:
        yield launcher
    finally:
        launcher("clean")
        until(lambda: not launcher.processes())


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user may pass through."""
    with tempfile.TemporaryDirectory(prefix="skills-local-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder).resolve()


@pytest.fixture
def new_launcher() -> Iterator[Callable[..., Launcher]]:
    """Call it, with variables of the environment, for a platform of its own that is not started yet."""
    with ExitStack() as stack:

        def make(**variables: str) -> Launcher:
            folder = stack.enter_context(open_folder())
            return stack.enter_context(cleaned(Launcher(folder / "data", variables)))

        yield make


@pytest.fixture(scope="module")
def platform() -> Iterator[Launcher]:
    """A platform that runs for all tests of one file."""
    with open_folder() as folder, cleaned(Launcher(folder / "data")) as launcher:
        launcher.start()
        yield launcher
