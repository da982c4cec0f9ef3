"""The launcher's small parts, without servers."""

import json
import socket
import stat
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from local.keys import Keys
from local.nats import service_user
from local.ports import LOOPBACK, free_port, is_free
from local.postgres import identifier
from local.private import read_json, write_private
from local.process import StartFailed, tail
from local.settings import LocalSettings
from local.state import Recorded, State


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not is_free(port)
        assert free_port(port) != port
    assert free_port(port) == port


def test_a_port_already_given_away_is_not_given_again() -> None:
    port = free_port()
    assert free_port(port, taken=frozenset({port})) != port


def test_a_port_that_another_copy_was_given_is_not_ours_until_that_copy_is_gone() -> None:
    ask = "from local.ports import free_port; print(free_port(), flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", ask], stdin=PIPE, stdout=PIPE, text=True)
    assert other.stdin
    assert other.stdout
    with other, other.stdin, other.stdout:
        port = int(other.stdout.readline())
        assert is_free(port)
        assert free_port(port) != port
        other.kill()
    assert free_port(port) == port


@pytest.mark.parametrize("name", ["", "Filing", "filing;drop", 'a"b', "1a", "a" * 64, "部门"])
def test_only_plain_names_stand_in_statements(name: str) -> None:
    with pytest.raises(ValueError, match="plain lower-case name"):
        identifier(name)


def test_a_private_file_is_replaced_whole_and_stays_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    write_private(file, {"a": 1})
    write_private(file, {"b": 2})
    assert read_json(file) == {"b": 2}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secrets.json"]


def test_a_missing_file_reads_as_empty_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    assert read_json(tmp_path / "none.json") == {}
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(TypeError):
        read_json(tmp_path / "list.json")


def test_a_secret_once_made_never_changes(tmp_path: Path) -> None:
    first = Keys(tmp_path)
    made = (first.password("nats:audit"), first.key("one"), first.bootstrap_account())
    again = Keys(tmp_path)
    assert (again.password("nats:audit"), again.key("one"), again.bootstrap_account()) == made
    assert first.password("nats:audit") != first.password("nats:filing")


def test_the_ring_of_personal_data_is_shared_by_three_services_only(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    rings = [
        keys.personal_data_keys(name)
        for name in ("registration", "audit", "certificate", "catalog", "filing")
    ]
    assert rings[0] == rings[1] == rings[2]
    assert len(set(rings)) == 3


def test_a_services_broker_user_publishes_under_its_own_name_only() -> None:
    user = service_user("audit", "secret")
    assert [subject for subject in user.publish if subject.startswith("skills.")] == ["skills.audit.>"]
    assert not any(subject == ">" for subject in (*user.publish, *user.subscribe))
    assert "secret" not in repr(user)


def test_a_state_outlives_its_writer(tmp_path: Path) -> None:
    state = State(tmp_path, gateway_url="http://127.0.0.1:1", ready=True, postgres_home=tmp_path / "pg")
    state.ports = {"gateway": 1, "postgres": 2, "nats": 3, "filing": 4}
    state.processes = {"filing": Recorded(7, 1.5, ("python", "x"))}
    state.save()
    assert State.load(tmp_path) == state
    content = json.loads((tmp_path / "state.json").read_text())
    assert content["gateway_url"] == "http://127.0.0.1:1"
    assert content["services"]["filing"]["port"] == 4
    assert content["services"]["filing"]["pid"] == 7


def test_after_the_end_ports_stay_known_and_no_address_is_left(tmp_path: Path) -> None:
    state = State(tmp_path, gateway_url="http://127.0.0.1:1", ready=True)
    state.ports = {"gateway": 1}
    state.end()
    assert State.load(tmp_path).ports == {"gateway": 1}
    assert "gateway_url" not in json.loads((tmp_path / "state.json").read_text())


def test_a_process_is_known_by_its_start_and_command_not_by_its_number() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        same = Recorded.of(child.pid, ["sleep", "60"])
        assert same.process() is not None
        assert Recorded(same.pid, same.started - 10, same.command).process() is None
        assert Recorded(same.pid, same.started, ("sleep", "61")).process() is None
        child.kill()
        child.wait()
        assert same.process() is None


def test_a_failed_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "filing.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    shown = str(StartFailed("filing", "ended while starting", log))
    assert shown.startswith("filing ended while starting")
    assert "line 99" in shown
    assert "line 10\n" not in shown
    assert "no log" in tail(tmp_path / "none.log")


def test_settings_hand_on_what_belongs_to_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AUDIT_EMPLOYER_SPOT_CHECK_RATE", "1")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("UNRELATED_SECRET", "x")
    monkeypatch.setenv("GATEWAY_PORT", "9090")
    settings = LocalSettings.from_environment()
    assert settings.data == tmp_path
    assert settings.gateway_port == 9090
    assert settings.passed_on == {"AUDIT_EMPLOYER_SPOT_CHECK_RATE": "1", "LOG_LEVEL": "DEBUG"}
