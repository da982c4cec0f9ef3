"""One service of the platform as a child process."""

import http.client
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.ports import LOOPBACK
from local.process import Server, base_environment


class Service(Server):
    """A service on its port of loopback; ready when its /readyz says 200.

    `command`: what starts it. `variables`: its settings.
    """

    def __init__(
        self,
        name: str,
        *,
        command: Sequence[str],
        variables: Mapping[str, str],
        port: int,
        log: Path,
        mark: Path | None = None,
    ) -> None:
        super().__init__(name, log=log, mark=mark)
        self.port = port
        self._command = command
        self._variables = variables

    def command(self) -> Sequence[str]:
        return self._command

    def environment(self) -> Mapping[str, str]:
        return {**base_environment(), **self._variables}

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
