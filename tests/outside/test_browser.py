"""The verification page in a real browser: the proof is made on the device, and nobody else is asked for anything."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.certificate_code import decode_text, encode_text
from common.offline import Bundle
from tests.outside.chromium import Browser, Tab, browser
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates, Person
from tests.support.service import running_service
from tests.support.waiting import eventually

OUTCOME = "document.getElementById('proof')?.dataset.outcome"


@dataclass(frozen=True)
class World:
    """A running service behind a real socket, a certificate of it, and a browser."""

    certificates: Certificates
    browser: Browser
    base: str
    code: str
    person: Person

    async def seen(self, look: Callable[[Tab], None], *, runs_scripts: bool = True) -> Tab:
        """A tab that was looked at from another thread, while this one serves it."""

        def run() -> Tab:
            with self.browser.tab(runs_scripts=runs_scripts) as tab:
                look(tab)
                return tab

        return await asyncio.to_thread(run)


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as running:
        yield running


@pytest.fixture
async def world(
    database: Callable[[], str], nats_url: str, tmp_path: Path, chromium: Browser
) -> AsyncIterator[World]:
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database(),
        nats_url=nats_url,
        on_socket=True,
        port=0,
        keystore_dir=tmp_path / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        certificate, person = await certificates.one()
        base = str(service.client.base_url).rstrip("/")
        yield World(certificates, chromium, base, certificate.code.rpartition("/")[2], person)


def hosts(tab: Tab) -> set[str]:
    return {urlsplit(url).netloc for url in tab.requests if not url.startswith(("data:", "about:"))}


async def test_a_scan_shows_the_verdict_and_proves_the_signature_in_the_browser(
    world: World, tmp_path: Path
) -> None:
    def look(tab: Tab) -> None:
        tab.open(f"{world.base}/V/{world.code}")
        assert tab.wait_for(OUTCOME) == "proven"
        shown = tab.ask("document.body.innerText")
        assert "证书有效" in shown
        assert "本机已独立验证：签名成立，内容未被改动。" in shown
        assert "Proven on this device" in shown
        assert world.person.name not in shown
        tab.screenshot(tmp_path / "valid.png")

    tab = await world.seen(look)
    assert hosts(tab) == {urlsplit(world.base).netloc}
    assert [url for url in tab.requests if "/V/" not in url and "favicon" not in url] == []
    assert [text for text in tab.complaints if "favicon" not in text and "404" not in text] == []


async def test_without_scripts_the_page_is_whole_and_claims_no_proof_of_its_own(world: World) -> None:
    def look(tab: Tab) -> None:
        tab.open(f"{world.base}/V/{world.code}")
        shown = tab.text()
        for words in ("证书有效", "电工", "三级/高级工", "本机未独立验证", "JS-320104-2046-000012"):
            assert words in shown
        assert "本机已独立验证" not in shown

    await world.seen(look, runs_scripts=False)


async def test_a_code_that_was_changed_is_refused_in_the_browser_too(world: World) -> None:
    cose = decode_text(world.code)
    changed = encode_text(cose.replace(b"6-31-01-03", b"6-31-01-04"))

    def look(tab: Tab) -> None:
        tab.open(f"{world.base}/V/{changed}")
        assert tab.wait_for(OUTCOME) == "refuted"
        shown = tab.ask("document.body.innerText")
        assert "证书码不真实" in shown
        assert "Refused on this device: The signature does not hold" in shown

    await world.seen(look)


async def test_a_page_that_lies_about_the_number_is_given_away_by_its_own_proof(
    world: World, tmp_path: Path
) -> None:
    """A copy of the page with another number in it, as a forger would host it."""
    page = (await world.certificates.client.get(f"/V/{world.code}")).text
    number = page.split('id="number">')[1].split("<")[0]
    copy = tmp_path / "copy.html"
    copy.write_text(page.replace(f'id="number">{number}', f'id="number">{number[:-1]}9'))

    def look(tab: Tab) -> None:
        tab.open(copy.as_uri())
        assert tab.wait_for(OUTCOME) == "refuted"
        assert "请勿采信本页" in tab.ask("document.body.innerText")

    await world.seen(look)


async def test_a_bundle_and_a_page_that_was_loaded_check_codes_with_the_network_off(
    world: World, tmp_path: Path
) -> None:
    async def fetched() -> bytes | None:
        raw = (await world.certificates.client.get("/certificate/v1/bundle")).content
        bundle = Bundle.parse(raw)
        return raw if bundle.status is not None and len(bundle.keys) else None

    file = tmp_path / "bundle.json"
    file.write_bytes(await eventually(fetched))
    answers = "document.getElementById('answer')"

    def look(tab: Tab) -> None:
        tab.open(f"{world.base}/certificate/v1/verify/offline")
        tab.go_offline()
        tab.choose("#bundle", file)
        for code, verdict in ((world.code, "valid"), (f"{world.base}/V/{world.code}".upper(), "valid")):
            tab.ask(f"document.getElementById('code').value = '{code}'")
            tab.ask(f"{answers}.className = 'card'")
            tab.ask("document.querySelector('#offline button').click()")
            assert verdict in tab.wait_for(f"{answers}.classList.length > 1 && {answers}.className")
        shown = tab.ask("document.body.innerText")
        assert "截至数据包制作时，证书有效。" in shown
        assert "江苏长江机械有限公司" in shown
        tab.ask("document.getElementById('code').value = 'AAAA'")
        tab.ask("document.querySelector('#offline button').click()")
        tab.wait_for(f"{answers}.className.includes('not_valid')")
        tab.screenshot(tmp_path / "offline.png")

    tab = await world.seen(look)
    assert hosts(tab) <= {urlsplit(world.base).netloc}
