"""A whole platform of the tests' own: five services, PostgreSQL, NATS and the gateway, started by the launcher."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from client.discovery import checkout
from client.platform import Platform
from client.tokens import Credentials


@dataclass(frozen=True)
class Stack:
    """A running platform and the folder with everything it keeps."""

    data: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LOCAL_DATA_DIR": str(self.data)}

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "state.json").read_text())
        return found

    @property
    def public(self) -> Platform:
        return Platform(self.state["gateway_url"])

    @property
    def authority(self) -> Platform:
        saved = json.loads((self.data / "credentials.json").read_text())
        return self.public.acting_as(Credentials(saved["client_id"], saved["client_secret"]))

    def process_of(self, name: str) -> int:
        """The process id of a service, `postgres`, `nats` or `gateway`."""
        state = self.state
        part = state["services"].get(name) or state[name]
        return int(part["pid"])

    def kill(self, name: str) -> None:
        """kill -9 the process that runs now; one that is just being started again is waited for."""
        while True:
            try:
                os.kill(self.process_of(name), signal.SIGKILL)
            except (ProcessLookupError, KeyError):
                time.sleep(0.05)
            else:
                return

    def run(self, *command: str, **variables: str) -> subprocess.Popen[str]:
        """A program of the checkout against this platform; standard output and errors together."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=checkout(),
            env=self.environment | variables | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def skills(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The `skills` command."""
        command = [sys.executable, "-m", "client.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


def demo(stack: Stack, **variables: str) -> tuple[int, str, Mapping[str, Any]]:
    """Run the demo: exit status, everything it printed, the figures of its last line."""
    with stack.run("-m", "client.demo", **variables) as process:
        output, _ = process.communicate()
    return process.returncode, output, figures_of(output)


def figures_of(output: str) -> Mapping[str, Any]:
    last = output.strip().rpartition("\n")[2]
    found: Mapping[str, Any] = json.loads(last) if last.startswith("{") else {}
    return found


@pytest.fixture(scope="session")
def stack(server_folder: Path) -> Iterator[Stack]:
    """A platform that the session's tests share; each works with organisations of its own."""
    found = Stack(server_folder / "platform")
    command = [sys.executable, "-m", "local"]
    subprocess.run([*command, "start"], cwd=checkout(), env=found.environment, check=True)
    try:
        yield found
    finally:
        subprocess.run([*command, "stop"], cwd=checkout(), env=found.environment, check=True)
