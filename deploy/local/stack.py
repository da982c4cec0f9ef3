"""All servers of one local platform: where they keep what, on which ports, and in which order they start."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.caddy import Caddy
from local.databases import ServiceDatabase, provision
from local.keys import Keys
from local.nats import Nats, service_user
from local.ports import LOOPBACK, free_port
from local.postgres import Postgres
from local.private import write_private
from local.process import Server, StartFailed
from local.service import Service
from local.settings import SERVICES, LocalSettings
from local.state import CREDENTIALS, State
from local.unprivileged import can_enter, server_user

USUAL_PORTS = {"gateway": 8080, "postgres": 15432, "nats": 14222} | {
    name: 8001 + number for number, name in enumerate(SERVICES)
}
ELSEWHERE = Path("/var/lib/skill-level-platform")

KEYS_SECONDS = 30.0

Say = Callable[[str], None]


class Stack:
    """The servers of one data folder. `start` brings them up, `servers` lists those that run, `stop` ends them."""

    def __init__(self, settings: LocalSettings, state: State, say: Say) -> None:
        self.settings = settings
        self.state = state
        self.say = say
        self.data = settings.data
        self.logs = self.data / "log"
        self.keys = Keys(self.data)
        self.servers: list[Server] = []

    def start(self) -> None:
        """Start everything and wait until every service answers. Raises StartFailed and leaves stopping to `stop`."""
        self._choose_ports()
        postgres, nats, caddy = self._postgres(), self._nats(), self._caddy()
        self.state.gateway_url = caddy.url
        self._spawn(nats, caddy)
        databases = self._databases(postgres)
        if nats:
            self._wait(nats, f"NATS with JetStream on port {nats.port}")
        services = [self._service(name, databases[name], nats, caddy.url) for name in SERVICES]
        self._spawn(*services)
        self._wait(caddy, f"Gateway on port {caddy.port}")
        for service in services:
            self._wait(service, f"Service {service.name} on port {service.port}")
        with self._told("Token keys known to every service"):
            self._wait_for_keys(services)
        self.state.ready = True
        self.state.save()

    def stop(self) -> None:
        """End everything: first those who ask, then those who are asked."""
        services = [server for server in self.servers if isinstance(server, Service)]
        for service in services:
            service.ask_to_stop()
        for server in (*services, *reversed(self.servers)):
            server.stop()
        self.servers.clear()

    def restart(self, server: Server) -> None:
        """Start a server again that ended by itself, without waiting for it."""
        server.spawn()
        self.state.note(server.name, server.pid, server.command())

    def _spawn(self, *servers: Server | None) -> None:
        for server in servers:
            if server:
                # Listed before it runs: an interruption in between must not leave it running.
                self.servers.append(server)
                self.restart(server)

    def _wait(self, server: Server, what: str) -> None:
        with self._told(what):
            server.wait()

    def _wait_for_keys(self, services: Sequence[Service]) -> None:
        """A first start is done when an account that signs in at filing is known everywhere."""
        deadline = time.monotonic() + KEYS_SECONDS
        while strangers := [service for service in services if not service.knows_token_keys()]:
            if time.monotonic() > deadline:
                raise StartFailed(strangers[0].name, "has not heard of filing's token key", strangers[0].log)
            time.sleep(0.05)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.say(f"  {what:<42} {time.monotonic() - begun:5.1f} s")

    def _choose_ports(self) -> None:
        """The ports of the last start where they are free, else the usual ones, else any."""
        wanted = {**USUAL_PORTS, **self.state.ports}
        if self.settings.gateway_port:
            wanted["gateway"] = self.settings.gateway_port
        chosen: dict[str, int] = {}
        for name in USUAL_PORTS:
            chosen[name] = free_port(wanted[name], taken=frozenset(chosen.values()))
        self.state.ports = chosen
        self.state.save()

    def _postgres(self) -> Postgres | None:
        if self.settings.database_url:
            return None
        home = self.state.postgres_home or postgres_home(self.data)
        self.state.postgres_home = home
        self.state.save()
        return Postgres(
            home,
            password=self.keys.password("postgres"),
            port=self.state.ports["postgres"],
            log=self.logs / "postgres.log",
            mark=self.data,
        )

    def _databases(self, postgres: Postgres | None) -> dict[str, ServiceDatabase]:
        if postgres is None:
            with self._told("Your PostgreSQL: databases and roles"):
                return provision(self.settings.database_url or "", self.keys)
        if not postgres.exists:
            with self._told("PostgreSQL: making the cluster"):
                postgres.create()
        self._spawn(postgres)
        self._wait(postgres, f"PostgreSQL on port {postgres.port}")
        with self._told("Databases and roles"):
            return provision(postgres.admin_dsn, self.keys)

    def _nats(self) -> Nats | None:
        if self.settings.nats_url:
            return None
        return Nats(
            self.data / "nats",
            users=[service_user(name, self.keys.password(f"nats:{name}")) for name in SERVICES],
            port=self.state.ports["nats"],
            log=self.logs / "nats.log",
            mark=self.data,
        )

    def _caddy(self) -> Caddy:
        return Caddy(
            self.data / "caddy",
            services={name: self.state.ports[name] for name in SERVICES},
            port=self.state.ports["gateway"],
            log=self.logs / "gateway.log",
            mark=self.data,
        )

    def _service(self, name: str, database: ServiceDatabase, nats: Nats | None, public_url: str) -> Service:
        port = self.state.ports[name]
        prefix = name.upper()
        variables = {
            "SERVICE_NAME": name,
            f"{prefix}_DATABASE_URL": database.url,
            f"{prefix}_MIGRATION_URL": database.migration_url,
            "NATS_URL": nats.url_of(name) if nats else self.settings.nats_url or "",
            "HOST": LOOPBACK,
            "PORT": str(port),
            "PUBLIC_URL": public_url,
            "TRUSTED_PROXIES": LOOPBACK,
            "SANDBOX": "1",
            "PERSONAL_DATA_KEYS": self.keys.personal_data_keys(name),
            "BLIND_INDEX_KEY": self.keys.blind_index_key(name),
            "LOG_DIR": str(self.logs),
            **self._own_variables(name),
            **self._passed_on(name),
        }
        command = (*self.settings.service_command, name)
        return Service(
            name,
            command=command,
            variables=variables,
            port=port,
            log=self.logs / f"{name}.log",
            mark=self.data,
        )

    def _passed_on(self, name: str) -> dict[str, str]:
        """What whoever started us set for this service or for all; other services' settings are not its business."""
        others = tuple(f"{other.upper()}_" for other in SERVICES if other != name)
        return {key: value for key, value in self.settings.passed_on.items() if not key.startswith(others)}

    def _own_variables(self, name: str) -> dict[str, str]:
        """What one service alone is told."""
        if name == "filing":
            client_id, secret = self.keys.bootstrap_account()
            write_private(self.data / CREDENTIALS, {"client_id": client_id, "client_secret": secret})
            return {"FILING_BOOTSTRAP_CLIENT_ID": client_id, "FILING_BOOTSTRAP_CLIENT_SECRET": secret}
        if name == "certificate":
            return {
                "CERTIFICATE_KEYSTORE_DIR": str(self.data / "keystore"),
                "CERTIFICATE_KEYSTORE_PASSPHRASE": self.keys.password("keystore"),
            }
        if name == "audit":
            return {"AUDIT_LOG_DIR": str(self.data / "public-log")}
        return {}


def prepare_data(data: Path) -> None:
    """Make the data folder. Its files are private one by one; PostgreSQL's user must be able to pass through."""
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (data / "log").mkdir(mode=0o700, exist_ok=True)


def postgres_home(data: Path) -> Path:
    """Where a new cluster goes: into the data folder, or elsewhere when PostgreSQL's user cannot enter that."""
    user = server_user()
    if can_enter(user, data):
        return data / "postgres"
    # One folder per data folder; below it everything belongs to this platform alone.
    name = f"{data.parent.name}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    return ELSEWHERE / name / "postgres"


def remove_data(state: State) -> None:
    """Remove all that the platform kept, also what lies outside the data folder."""
    home = state.postgres_home
    if home and ELSEWHERE in home.parents:
        shutil.rmtree(home.parent, ignore_errors=True)
    shutil.rmtree(state.data, ignore_errors=True)
