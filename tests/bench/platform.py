"""The platform under measurement: started by the launcher in a folder of its own, without rate limits."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from client.discovery import checkout
from client.platform import Platform
from client.tokens import Credentials


@dataclass(frozen=True)
class Bench:
    data: Path

    def local(self, command: str) -> float:
        """Seconds that a command of the launcher takes."""
        environment = {
            **os.environ,
            "LOCAL_DATA_DIR": str(self.data),
            "RATE_PER_SECOND": "0",
            "LOG_LEVEL": "WARNING",
        }
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "local", command],
            cwd=checkout(),
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.monotonic() - began

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

    def service_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.state['services'][name]['port']}"

    def memory_mib(self, name: str) -> float:
        """Resident memory of a service or server with its children."""
        part = self.state["services"].get(name) or self.state[name]
        process = psutil.Process(part["pid"])
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_full_info().pss for member in family) / 2**20
