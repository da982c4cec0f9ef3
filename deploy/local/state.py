"""What a start leaves for the next one and for the command line: `state.json` in the data folder.

{"gateway_url": "http://127.0.0.1:8080",           only while the platform runs
 "ready": true,                                    every service answers
 "supervisor": {"pid": 1, "started": 1.0, "command": [...]},
 "gateway": {"port": 8080, "pid": 2, ...},
 "postgres": {"port": 15432, "home": "...", ...},  without "pid": a server of your own
 "nats": {"port": 14222, ...},
 "services": {"catalog": {"port": 8001, ...}, ...},
 "credentials_file": "…/credentials.json"}         {"client_id", "client_secret"} of the authority
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from local.private import read_json, write_private

STATE = "state.json"
CREDENTIALS = "credentials.json"
START_TOLERANCE_SECONDS = 2


@dataclass(frozen=True)
class Recorded:
    """A process as it was when it was started: its id alone may belong to a stranger by now."""

    pid: int
    started: float
    command: tuple[str, ...]

    @classmethod
    def of(cls, pid: int, command: Sequence[str | Path]) -> "Recorded":
        """A process just started by this command. Raises psutil.NoSuchProcess when it is gone already."""
        return cls(pid, psutil.Process(pid).create_time(), tuple(map(str, command)))

    def process(self) -> psutil.Process | None:
        """The process when it still runs and is the same one."""
        try:
            process = psutil.Process(self.pid)
            same = (
                abs(process.create_time() - self.started) < START_TOLERANCE_SECONDS
                and tuple(process.cmdline()) in (self.command, ())  # none yet: it is just being executed
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return None
        return process if same else None


@dataclass
class State:
    """The file's content. `ports` and `postgres_home` outlive a run: the next start takes the same ones."""

    data: Path
    gateway_url: str | None = None
    ready: bool = False
    supervisor: Recorded | None = None
    postgres_home: Path | None = None
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Recorded] = field(default_factory=dict)

    @classmethod
    def load(cls, data: Path) -> "State":
        """The state that the last start left; an empty one when there was none."""
        content = read_json(data / STATE)
        services: dict[str, Any] = content.get("services", {})
        parts = {name: content.get(name, {}) for name in ("gateway", "postgres", "nats")} | services
        home = content.get("postgres", {}).get("home")
        return cls(
            data=data,
            gateway_url=content.get("gateway_url"),
            ready=content.get("ready", False),
            supervisor=_recorded(content.get("supervisor", {})),
            postgres_home=Path(home) if home else None,
            ports={name: part["port"] for name, part in parts.items() if "port" in part},
            processes={name: found for name, part in parts.items() if (found := _recorded(part))},
        )

    def save(self) -> None:
        """Write it, so that a start after a sudden end knows what is left."""
        server_parts = {name: self._part(name) for name in ("gateway", "postgres", "nats")}
        if self.postgres_home:
            server_parts["postgres"]["home"] = str(self.postgres_home)
        running = {"gateway_url": self.gateway_url, "ready": self.ready} if self.gateway_url else {}
        write_private(
            self.data / STATE,
            {
                **running,
                **({"supervisor": _as_json(self.supervisor)} if self.supervisor else {}),
                **server_parts,
                "services": {name: self._part(name) for name in self.ports if name not in server_parts},
                "credentials_file": str(self.data / CREDENTIALS),
            },
        )

    def is_running(self) -> bool:
        """Whether the supervisor that wrote it still runs."""
        return self.supervisor is not None and self.supervisor.process() is not None

    def note(self, name: str, pid: int, command: Sequence[str | Path]) -> None:
        """Remember a process just started, on disk."""
        try:
            self.processes[name] = Recorded.of(pid, command)
        except psutil.NoSuchProcess:
            self.processes.pop(name, None)
        self.save()

    def begin(self) -> None:
        """From now on the present process is the supervisor."""
        self.supervisor = Recorded.of(os.getpid(), psutil.Process().cmdline())
        self.gateway_url, self.ready, self.processes = None, False, {}
        self.save()

    def end(self) -> None:
        """Nothing runs any more; ports and places stay known."""
        self.supervisor, self.gateway_url, self.ready, self.processes = None, None, False, {}
        self.save()

    def _part(self, name: str) -> dict[str, Any]:
        port = {"port": self.ports[name]} if name in self.ports else {}
        return port | (_as_json(self.processes[name]) if name in self.processes else {})


def _recorded(part: dict[str, Any]) -> Recorded | None:
    if "pid" not in part:
        return None
    return Recorded(part["pid"], part["started"], tuple(part["command"]))


def _as_json(recorded: Recorded) -> dict[str, Any]:
    return {"pid": recorded.pid, "started": recorded.started, "command": list(recorded.command)}
