"""A platform's life on one machine: started, stopped, killed, started again."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import psutil

from local.postgres import run_sql
from local.private import read_json, write_private
from tests.service.local.conftest import Launcher
from tests.support.waiting import until

NewLauncher = Callable[..., Launcher]
SERVICES = {"catalog", "filing", "registration", "audit", "certificate"}


def test_start_returns_when_every_service_answers(platform: Launcher) -> None:
    for name in SERVICES:
        answer = httpx.get(f"{platform.state['gateway_url']}/{name}/v1/clock")
        assert answer.json()["service"] == name


def test_starting_twice_keeps_what_runs(platform: Launcher) -> None:
    before = platform.pid("supervisor")
    done = platform("start")
    assert done.returncode == 0
    assert "runs already" in done.stdout
    assert platform.pid("supervisor") == before


def test_run_beside_a_running_platform_says_where_it_is(platform: Launcher) -> None:
    done = platform("run")
    assert done.returncode == 0
    assert platform.state["gateway_url"] in done.stdout


def test_status_names_every_process(platform: Launcher) -> None:
    done = platform("status")
    assert done.returncode == 0
    assert {"gateway", "postgres", "nats"} | SERVICES <= {
        line.split()[0] for line in done.stdout.splitlines()[1:]
    }


def test_secrets_are_readable_by_their_owner_alone(platform: Launcher) -> None:
    for name in ("secrets.json", "credentials.json", "state.json", "nats/nats.json"):
        assert stat.S_IMODE((platform.data / name).stat().st_mode) == 0o600, name


def test_servers_listen_on_loopback_alone(platform: Launcher) -> None:
    for process in platform.processes():
        for connection in process.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip == "127.0.0.1"


def test_what_dies_is_started_again(platform: Launcher) -> None:
    for name in ("postgres", "nats", "gateway", "filing"):
        before = platform.pid(name)
        platform.kill(name)
        until(partial(has_another_pid, platform, name, before))
        until(lambda: httpx_ok(f"{platform.state['gateway_url']}/filing/v1/clock"))


def test_stop_ends_everything_and_the_next_start_finds_ports_and_data(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    url = launcher.start()
    ports = {name: part["port"] for name, part in launcher.state["services"].items()}
    run_sql(admin_dsn(launcher), "CREATE TABLE kept (fact text);")

    assert launcher("stop").returncode == 0
    assert launcher.processes() == []
    assert launcher("status").returncode == 3
    assert "gateway_url" not in launcher.state

    assert launcher.start() == url
    assert {name: part["port"] for name, part in launcher.state["services"].items()} == ports
    assert run_sql(admin_dsn(launcher), "SELECT count(*) FROM kept;") == "0\n"


def test_ctrl_c_stops_everything(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    foreground = subprocess.Popen(
        [sys.executable, "-m", "local", "run"], env=launcher.environment(), stdout=subprocess.PIPE, text=True
    )
    until(lambda: launcher.state.get("ready"))
    foreground.send_signal(signal.SIGINT)
    output, _ = foreground.communicate(timeout=60)
    assert foreground.returncode == 0
    assert "The platform is ready" in output
    assert launcher.processes() == []


def test_a_stop_while_starting_leaves_nothing(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    foreground = subprocess.Popen(
        [sys.executable, "-m", "local", "run"], env=launcher.environment(), stdout=subprocess.DEVNULL
    )
    until(launcher.processes)
    foreground.send_signal(signal.SIGTERM)
    assert foreground.wait(60) == 0
    assert launcher.processes() == []


def test_a_start_after_kill_9_cleans_up_and_keeps_the_data(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    launcher.start()
    run_sql(admin_dsn(launcher), "CREATE TABLE kept (fact text);")
    orphans = {process.pid for process in launcher.processes()}
    launcher.kill("supervisor")
    until(lambda: launcher("status").returncode == 3)

    url = launcher.start()
    assert not orphans & {process.pid for process in launcher.processes()}
    assert httpx_ok(f"{url}/filing/v1/clock")
    assert run_sql(admin_dsn(launcher), "SELECT count(*) FROM kept;") == "0\n"


def test_stop_after_kill_9_ends_what_was_left(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    launcher.start()
    launcher.kill("supervisor")
    assert launcher("stop").returncode == 0
    assert launcher.processes() == []


def test_a_child_that_was_not_written_down_yet_is_found(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    launcher.start()
    launcher.kill("supervisor")
    state = launcher.state
    del state["nats"]["pid"]
    write_private(launcher.data / "state.json", state)
    assert launcher("stop").returncode == 0
    assert launcher.processes() == []


def test_a_stranger_with_a_remembered_process_id_is_left_alone(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    launcher.start()
    launcher("stop")
    with subprocess.Popen(["sleep", "600"]) as stranger:
        state = launcher.state
        started = psutil.Process(stranger.pid).create_time()
        state["nats"] |= {"pid": stranger.pid, "started": started, "command": ["nats-server"]}
        state["gateway"] |= {"pid": stranger.pid, "started": started - 60, "command": ["sleep", "600"]}
        write_private(launcher.data / "state.json", state)
        launcher.start()
        launcher("stop")
        assert stranger.poll() is None
        stranger.kill()


def test_two_platforms_run_side_by_side(new_launcher: NewLauncher) -> None:
    first, second = new_launcher(), new_launcher()
    urls = {first.start(), second.start()}
    assert len(urls) == 2
    passwords = [read_json(launcher.data / "secrets.json") for launcher in (first, second)]
    assert passwords[0].keys() == passwords[1].keys()
    assert not set(passwords[0].values()) & set(passwords[1].values())
    first("stop")
    assert httpx_ok(f"{second.state['gateway_url']}/audit/v1/clock")


def test_a_service_that_does_not_start_is_shown_with_its_log(new_launcher: NewLauncher) -> None:
    # Variables of one service are handed on to the services; this one the stand-in obeys.
    launcher = new_launcher()
    launcher.variables["LOCAL_SERVICE_COMMAND"] = (
        f"env REFUSES_TO_START=audit {launcher.environment()['LOCAL_SERVICE_COMMAND']}"
    )
    done = launcher("start")
    assert done.returncode == 1
    assert "audit ended while starting" in done.stdout
    assert "the stand-in was told not to start" in done.stdout
    assert "make clean run" in done.stdout
    assert launcher.processes() == []
    assert launcher("status").returncode == 3


def test_clean_removes_all_data(new_launcher: NewLauncher) -> None:
    launcher = new_launcher()
    launcher.start()
    home = Path(launcher.state["postgres"]["home"])
    assert launcher("clean").returncode == 0
    assert launcher.processes() == []
    assert not launcher.data.exists()
    assert not home.exists()


def test_a_data_folder_that_postgres_cannot_enter_gets_its_cluster_elsewhere(
    new_launcher: NewLauncher,
) -> None:
    launcher = new_launcher()
    closed = launcher.data.parent
    closed.chmod(0o700)
    launcher.start()
    home = Path(launcher.state["postgres"]["home"])
    # Root's PostgreSQL runs as another user, who cannot pass; an ordinary user's runs as its owner, who can.
    assert (closed in home.parents) == (os.geteuid() != 0)
    run_sql(admin_dsn(launcher), "CREATE TABLE kept (fact text);")
    launcher("stop")
    launcher.start()
    assert Path(launcher.state["postgres"]["home"]) == home
    assert run_sql(admin_dsn(launcher), "SELECT count(*) FROM kept;") == "0\n"
    launcher("clean")
    assert not home.parent.exists()


def admin_dsn(launcher: Launcher) -> str:
    password = read_json(launcher.data / "secrets.json")["password:postgres"]
    return f"postgresql://postgres:{password}@127.0.0.1:{launcher.state['postgres']['port']}/postgres"


def has_another_pid(launcher: Launcher, name: str, before: int) -> bool:
    return launcher.pid(name) != before


def httpx_ok(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False
