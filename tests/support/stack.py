"""A whole platform in a folder of its own, started by the launcher: what journeys and benchmarks run against."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from client.discovery import checkout
from client.platform import Platform
from client.tokens import Credentials


@dataclass(frozen=True)
class Stack:
    """A platform and the folder with everything it keeps; `variables` are added to its environment."""

    data: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LOCAL_DATA_DIR": str(self.data), **self.variables}

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "state.json").read_text())
        return found

    @property
    def gateway_url(self) -> str:
        return str(self.state["gateway_url"])

    @cached_property
    def public(self) -> Platform:
        """Everybody's view; all accounts share its connections. `close` it with the stack."""
        return Platform(self.gateway_url)

    @property
    def authority(self) -> Platform:
        saved = json.loads((self.data / "credentials.json").read_text())
        return self.public.acting_as(Credentials(saved["client_id"], saved["client_secret"]))

    def part(self, name: str) -> dict[str, Any]:
        """What is known of a service, `postgres`, `nats` or `gateway`: its port and process id."""
        state = self.state
        found: dict[str, Any] = state["services"].get(name) or state[name]
        return found

    def local(self, command: str, *, is_quiet: bool = False) -> float:
        """Seconds that a command of the launcher takes."""
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "local", command],
            cwd=checkout(),
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL if is_quiet else None,
        )
        return time.monotonic() - began

    def kill(self, name: str) -> None:
        """kill -9 the process that runs now; one that is just being started again is waited for."""
        while True:
            try:
                os.kill(self.part(name)["pid"], signal.SIGKILL)
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
