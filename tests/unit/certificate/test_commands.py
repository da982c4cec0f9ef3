"""`skills verify` without a platform: by a bundle, by a printed page, and what it ends with."""

import builtins
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import Result
from typer.testing import CliRunner

from certificate.prints.printer import Printer
from client.cli import app
from common.certificate_code import encode_text
from tests.unit.certificate.bundles import MADE_AT, NAMES, PLATFORM_KEYS, Platform, bundle
from tests.unit.certificate.codes import code
from tests.unit.certificate.test_print import certificate

GENUINE = encode_text(code())


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock stands an hour after the bundle was made."""

    class Hour(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return (MADE_AT + timedelta(hours=1)).astimezone(tz or UTC)

    monkeypatch.setattr("client.commands.certificate.datetime", Hour)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    file = tmp_path / "bundle.json"
    file.write_bytes(bundle({77: 1}))
    return file


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("print") / "certificate.pdf"
    file.write_bytes(Printer().pdf(certificate()))
    return file


@pytest.mark.usefixtures("today")
def test_a_code_is_checked_offline_and_the_end_says_the_verdict(fresh: Path, tmp_path: Path) -> None:
    valid = ran(GENUINE, "--offline", fresh)
    assert valid.exit_code == 0
    assert valid.stdout.splitlines()[0] == "有效 valid"
    assert "电工 · 江苏长江机械有限公司 · 王𬭩 · 2026-11-23" in valid.stdout
    assert f"status: fresh, {MADE_AT.isoformat()}" in valid.stdout
    revoked = tmp_path / "revoked.json"
    revoked.write_bytes(bundle({123_456: 1}))
    assert ran(GENUINE, "--offline", revoked).exit_code == 1
    without = tmp_path / "without.json"
    without.write_bytes(bundle(with_status=False))
    assert ran(GENUINE, "--offline", without).exit_code == 3
    assert ran("AAAA", "--offline", fresh).exit_code == 1


def test_a_bundle_that_is_none_is_told_and_nothing_is_claimed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(bundle()[:-40])
    found = ran(GENUINE, "--offline", broken)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "The bundle cannot be used" in found.stderr
    assert ran(GENUINE, "--offline", tmp_path / "absent.json").exit_code == 1


@pytest.mark.usefixtures("today")
def test_keys_that_the_user_knows_replace_those_of_the_bundle(fresh: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    known.write_text(json.dumps(PLATFORM_KEYS))
    assert ran(GENUINE, "--offline", fresh, "--trusted", known).exit_code == 0
    known.write_text(json.dumps({"keys": [Platform(6666, "names").document, NAMES.document]}))
    assert ran(GENUINE, "--offline", fresh, "--trusted", known).exit_code == 1


@pytest.mark.usefixtures("today")
def test_a_printed_page_is_checked_by_its_qr_code(printed: Path, fresh: Path) -> None:
    found = ran("--pdf", printed, "--offline", fresh)
    assert found.exit_code == 0
    assert "Y000032000017263000042" in found.stdout


def test_a_page_whose_attachment_speaks_of_another_certificate_is_refused(
    printed: Path, fresh: Path, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.pdf"
    with pikepdf.open(printed) as document:
        told = json.loads(document.attachments["certificate.json"].get_file().read_bytes())
        told["code"] = told["code"][:-1]
        document.attachments["certificate.json"] = pikepdf.AttachedFileSpec(
            document, json.dumps(told).encode(), filename="certificate.json"
        )
        document.save(forged)
    found = ran("--pdf", forged, "--offline", fresh)
    assert found.exit_code == 1
    assert "another certificate than the page" in found.stderr


def test_files_without_a_certificate_are_told(tmp_path: Path, fresh: Path) -> None:
    empty = tmp_path / "empty.pdf"
    document = pikepdf.new()
    document.add_blank_page()
    document.save(empty)
    assert "No page bears the QR code" in ran("--pdf", empty, "--offline", fresh).stderr
    text = tmp_path / "text.pdf"
    text.write_text("no PDF")
    assert "not a PDF" in ran("--pdf", text, "--offline", fresh).stderr
    assert "either a code or --pdf" in ran("--offline", fresh).stderr


def test_without_the_extra_the_command_says_what_to_install(
    printed: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = builtins.__import__

    def absent(name: str, *rest: Any, **named: Any) -> Any:
        if name == "zxingcpp":
            raise ImportError(name)
        return there(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", absent)
    found = ran("--pdf", printed, "--offline", fresh)
    assert found.exit_code == 1
    assert "skill-level-platform[pdf]" in found.stderr
