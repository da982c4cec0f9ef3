"""One service of the platform as a child process."""

import http.client
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.ports import LOOPBACK
from local.process import Server, base_environment

_TOKEN_KEYS = re.compile(r"^token_keys (\S+)$", re.MULTILINE)


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
        return self._ask("/readyz") is not None

    def knows_token_keys(self) -> bool:
        """Whether the key that filing signs tokens with has arrived here: before it, every account is a stranger."""
        found = _TOKEN_KEYS.search(self._ask("/metrics") or "")
        return found is not None and float(found[1]) > 0

    def _ask(self, path: str) -> str | None:
        """What it answers with 200; None for anything else."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=2)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.read().decode() if answer.status == http.client.OK else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
