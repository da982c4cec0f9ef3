"""The Caddy gateway from its wheel: one origin for all services."""

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.ports import LOOPBACK, free_port
from local.process import Server, base_environment
from local.programs import program

HERE = Path(__file__).parent


class Caddy(Server):
    """Routes /{service}/* to each service on loopback; the routes are in the Caddyfile beside this module.

    `services`: the port of each service by its name.
    """

    def __init__(
        self,
        home: Path,
        *,
        services: Mapping[str, int],
        port: int | None = None,
        log: Path | None = None,
        mark: Path | None = None,
    ) -> None:
        super().__init__("gateway", log=log or home / "caddy.log", mark=mark)
        self.home = home
        self.services = services
        self.port = port or free_port()

    @property
    def url(self) -> str:
        """The platform's origin."""
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> Sequence[str | Path]:
        return [program("caddy"), "run", "--config", HERE / "Caddyfile", "--adapter", "caddyfile"]

    def environment(self) -> Mapping[str, str]:
        ports = {f"{name.upper()}_PORT": str(port) for name, port in self.services.items()}
        # Caddy keeps nothing that we need; what it writes all the same stays in our folder.
        folders = {"XDG_DATA_HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home), "HOME": str(self.home)}
        return {
            **base_environment(),
            **ports,
            **folders,
            "GATEWAY_PORT": str(self.port),
            "SITE": str(HERE / "site"),
        }

    def prepare(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)

    def is_ready(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
        except OSError:
            return False
        return True
