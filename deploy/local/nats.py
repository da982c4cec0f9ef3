"""NATS with JetStream from its wheel: one user per service, who may do what that service needs, no more."""

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.ports import LOOPBACK, free_port
from local.process import Server
from local.programs import program

STORE_BYTES = 8 * 1024**3


@dataclass(frozen=True)
class NatsUser:
    """A user of the broker. Subjects are NATS patterns; users of one account see the same streams."""

    name: str
    password: str = field(repr=False)
    publish: tuple[str, ...] = (">",)
    subscribe: tuple[str, ...] = (">",)
    account: str = "skills"


def service_user(name: str, password: str) -> NatsUser:
    """A service's user: writes its own stream, reads the others', asks every journal, answers for its own.

    Answers reach it under its own name: no service hears what another one is told.
    """
    own, api = name, "$JS.API"
    return NatsUser(
        name=name,
        password=password,
        publish=(
            f"skills.{own}.>",
            "journal.>",
            f"{api}.INFO",
            f"{api}.STREAM.INFO.*",
            *(f"{api}.STREAM.{act}.{own}" for act in ("CREATE", "DELETE")),
            f"{api}.STREAM.MSG.GET.*",
            *(f"{api}.CONSUMER.{act}.>" for act in ("CREATE", "INFO", "MSG.NEXT")),
        ),
        subscribe=(f"journal.{own}", f"journal.{own}.>", f"_INBOX.{own}.>"),
    )


class Nats(Server):
    """A NATS server with JetStream in its own folder, on loopback.

    `sync`: how often JetStream writes through to the disk; "always" loses nothing to a power cut.
    Without `users` everyone on the machine may do everything: for tests only.
    """

    def __init__(
        self,
        home: Path,
        *,
        users: Sequence[NatsUser] = (),
        port: int | None = None,
        log: Path | None = None,
        mark: Path | None = None,
        sync: str = "always",
    ) -> None:
        super().__init__("nats", log=log or home / "nats.log", mark=mark)
        self.home = home
        self.users = tuple(users)
        self.port = port or free_port()
        self.sync = sync

    @property
    def store(self) -> Path:
        """The folder with JetStream's files."""
        return self.home / "jetstream"

    @property
    def configuration(self) -> Path:
        return self.home / "nats.json"

    @property
    def url(self) -> str:
        """The address without credentials."""
        return f"nats://{LOOPBACK}:{self.port}"

    def url_of(self, user: str) -> str:
        """The address with a user's credentials. Raises LookupError for an unknown user."""
        for known in self.users:
            if known.name == user:
                return f"nats://{known.name}:{known.password}@{LOOPBACK}:{self.port}"
        raise LookupError(f"the broker has no user {user}")

    def prepare(self) -> None:
        """Write the configuration; it holds passwords and is readable by us alone."""
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            # NATS reads JSON as well as its own format, and JSON cannot be misquoted.
            json.dump(self._settings(), file, indent=1)

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "server_name": "local",
            "listen": f"{LOOPBACK}:{self.port}",
            "jetstream": {
                "store_dir": str(self.store),
                "sync_interval": self.sync,
                "max_file_store": STORE_BYTES,
            },
        }
        if self.users:
            settings["accounts"] = self._accounts()
        return settings

    def _accounts(self) -> Mapping[str, Any]:
        accounts: dict[str, Any] = {}
        for user in self.users:
            account = accounts.setdefault(user.account, {"jetstream": "enabled", "users": []})
            account["users"].append(
                {
                    "user": user.name,
                    "password": user.password,
                    "permissions": {
                        "publish": {"allow": list(user.publish)},
                        "subscribe": {"allow": list(user.subscribe)},
                        # A responder answers to whatever inbox the question named, and only then.
                        "allow_responses": {"max": 10_000, "expires": "1m"},
                    },
                }
            )
        return accounts

    def command(self) -> Sequence[str | Path]:
        return [program("nats-server"), "-c", self.configuration]

    def is_ready(self) -> bool:
        """The server greets a client only after JetStream has recovered its streams."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                greeting = connection.recv(64)
        except OSError:
            return False
        return greeting.startswith(b"INFO ")
