"""The platform as an ordinary user, and on servers that somebody else runs."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

import local
from local.nats import Nats
from local.postgres import Postgres, installation, run_sql
from local.private import read_json
from local.unprivileged import User, can_enter, server_user
from tests.service.local.conftest import STAND_IN, Launcher, open_folder
from tests.support.waiting import until

NewLauncher = Callable[..., Launcher]


def test_servers_of_your_own_are_used_and_left_alone(
    new_launcher: NewLauncher, postgres: Postgres, nats: Nats, new_nats_url: Callable[[], str]
) -> None:
    nats_url = new_nats_url()
    launcher = new_launcher(DATABASE_URL=postgres.admin_dsn, NATS_URL=nats_url)
    url = launcher.start()
    variables = httpx.get(f"{url}/audit/environment").json()
    assert variables["NATS_URL"] == nats_url
    assert f":{postgres.port}/audit" in variables["AUDIT_DATABASE_URL"]
    assert "pid" not in launcher.state["postgres"]
    assert "pid" not in launcher.state["nats"]
    assert not (launcher.data / "postgres").exists()

    names = run_sql(postgres.admin_dsn, "SELECT datname FROM pg_database;").split()
    assert {"catalog", "filing", "registration", "audit", "certificate"} <= set(names)
    launcher("stop")
    assert postgres.is_alive()
    assert nats.is_alive()
    for name in ("catalog", "filing", "registration", "audit", "certificate"):
        postgres.drop_database(name)
        run_sql(postgres.admin_dsn, f"DROP ROLE {name}; DROP ROLE {name}_owner;")


def test_an_ordinary_user_can_run_it() -> None:
    """As root this becomes another user for real; otherwise every test is run as an ordinary user anyway."""
    user = server_user()
    with open_folder() as folder:
        application = installed_copy(folder / "application")
        data = folder / "home"
        data.mkdir()
        if user:
            os.chown(data, user.uid, user.gid)
        python = python_for(user, folder)
        environment = {
            "PATH": f"{application / 'bin'}:/usr/bin:/bin",
            "HOME": str(data),
            "PYTHONPATH": str(application),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LOCAL_DATA_DIR": str(data / "data"),
            "LOCAL_SERVICE_COMMAND": f"{python} {application / STAND_IN.name}",
        }
        try:
            started = run_as(user, python, "start", environment)
            assert started.returncode == 0, started.stdout + started.stderr
            state = read_json(data / "data" / "state.json")
            assert httpx.get(f"{state['gateway_url']}/filing/v1/clock").is_success
            expected = user.uid if user else os.getuid()
            for part in (state["supervisor"], state["postgres"], state["nats"], state["services"]["audit"]):
                assert psutil.Process(part["pid"]).uids().real == expected
        finally:
            stopped = run_as(user, python, "stop", environment)
        assert stopped.returncode == 0, stopped.stdout + stopped.stderr
        until(lambda: not Launcher(data / "data").processes())


def run_as(
    user: User | None, python: Path, command: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", "local", command],
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def installed_copy(target: Path) -> Path:
    """What the launcher needs, where any user can read it: a test's checkout may lie in a closed home."""
    target.mkdir()
    wheel = installation().parent
    for package in (
        Path(local.__file__).parent,
        Path(psutil.__file__).parent,
        wheel,
        wheel.with_name(f"{wheel.name}.libs"),
    ):
        if package.exists():
            shutil.copytree(
                package, target / package.name, ignore=shutil.ignore_patterns("__pycache__", "tests")
            )
    (target / "bin").mkdir()
    for program in ("nats-server", "caddy"):
        shutil.copy2(Path(sysconfig.get_path("scripts")) / program, target / "bin" / program)
    shutil.copy2(STAND_IN, target / STAND_IN.name)
    return target


def python_for(user: User | None, folder: Path) -> Path:
    """An interpreter that the user can start: the one that runs this test, or a copy of it."""
    own = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    if can_enter(user, own.parent):
        return own
    copy = folder / "python"
    libraries = Path(
        sysconfig.get_path("stdlib", vars={"base": sys.base_prefix, "installed_base": sys.base_prefix})
    )
    (copy / "bin").mkdir(parents=True)
    shutil.copy2(own, copy / "bin" / own.name)
    shutil.copytree(
        libraries,
        copy / "lib" / libraries.name,
        ignore=shutil.ignore_patterns("site-packages", "test", "idlelib", "__pycache__", "config-*"),
    )
    for shared in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        shutil.copy2(shared, copy / "lib" / shared.name)
    return copy / "bin" / own.name
