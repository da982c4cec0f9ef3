"""What can be set about the platform on one machine; every variable is in `.env.example`."""

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SERVICES = ("catalog", "filing", "registration", "audit", "certificate")

_SHARED = (
    "ENVIRONMENT",
    "SANDBOX",
    "LOG_LEVEL",
    "BODY_LIMIT",
    "RATE_PER_SECOND",
    "RATE_BURST",
    "ALLOWED_HOSTS",
)
"""Variables of all services that are handed on when they are set."""


@dataclass(frozen=True)
class LocalSettings:
    """Read once from the environment by the command line; the rest of the launcher takes it as an argument.

    `data`: the folder of everything the platform keeps. `database_url`, `nats_url`: servers of your own, used instead
    of starting some. `service_command`: what starts one service when its name is appended.
    """

    data: Path
    database_url: str | None = None
    nats_url: str | None = None
    gateway_port: int | None = None
    service_command: tuple[str, ...] = (sys.executable, "-m", "common.serve")
    passed_on: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> "LocalSettings":
        """Raises ValueError for a gateway port that is not a number."""
        port = os.environ.get("GATEWAY_PORT")
        command = os.environ.get("LOCAL_SERVICE_COMMAND")
        return cls(
            data=Path(os.environ.get("LOCAL_DATA_DIR", checkout() / ".local")).resolve(),
            database_url=os.environ.get("DATABASE_URL") or None,
            nats_url=os.environ.get("NATS_URL") or None,
            gateway_port=int(port) if port else None,
            service_command=tuple(shlex.split(command)) if command else cls.service_command,
            passed_on={name: value for name, value in os.environ.items() if _is_for_services(name)},
        )


def checkout() -> Path:
    """The folder this launcher lies in: two checkouts have two platforms."""
    return Path(__file__).resolve().parents[2]


def _is_for_services(variable: str) -> bool:
    return variable in _SHARED or variable.startswith(tuple(f"{name.upper()}_" for name in SERVICES))
