"""Signing keys in a token: SoftHSM behind PKCS#11, as a real one would be; also while it is taken away."""

import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificate.keys.domain import thumbprint
from certificate.keys.keystore import KeystoreUnusable
from certificate.keys.token import TokenAway, TokenVault
from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.certificate_code import Verified, is_low, verify_code
from tests.service.certificate.world import NOW, Certificates, Person
from tests.support.service import running_service
from tests.support.waiting import eventually

PIN, LABEL = "2468", "skills"
MODULE = next(
    (
        path
        for path in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
        if Path(path).exists()
    ),
    "libsofthsm2.so",
)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which an initialised token lies."""
    folder = tmp_path / "tokens"
    folder.mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    made = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "13579"]
    subprocess.run(made, check=True, capture_output=True)
    return folder


def test_a_key_made_in_the_token_signs_with_the_smaller_s_and_is_found_again(token: Path) -> None:
    public = TokenVault(MODULE, LABEL, PIN).make("ES256")
    assert isinstance(public, ec.EllipticCurvePublicKey)
    kid, _ = thumbprint(public)
    hand = TokenVault(MODULE, LABEL, PIN).hand(kid)
    for number in range(20):
        message = b"%d" % number
        signature = hand.sign(message)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        assert is_low(s)
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def test_an_ed25519_key_signs_in_the_token(token: Path) -> None:
    vault = TokenVault(MODULE, LABEL, PIN)
    public = vault.make("EdDSA")
    assert isinstance(public, ed25519.Ed25519PublicKey)
    public.verify(vault.hand(thumbprint(public)[0]).sign(b"one"), b"one")


def test_a_wrong_pin_a_missing_token_and_an_unknown_key_are_refused(token: Path) -> None:
    with pytest.raises(KeystoreUnusable, match="PinIncorrect"):
        TokenVault(MODULE, LABEL, "0000")
    with pytest.raises(KeystoreUnusable, match="NoSuchToken"):
        TokenVault(MODULE, "another", PIN)
    with pytest.raises(KeystoreUnusable, match="no key"):
        TokenVault(MODULE, LABEL, PIN).hand("0" * 16)


def test_while_the_token_is_away_nothing_is_signed_and_it_goes_on_when_it_returns(token: Path) -> None:
    vault = TokenVault(MODULE, LABEL, PIN)
    hand = vault.hand(thumbprint(vault.make("ES256"))[0])
    take_away(token)
    for _ in range(2):
        with pytest.raises(TokenAway):
            hand.sign(b"one")
    bring_back(token)
    assert len(hand.sign(b"one")) == 64


@pytest.fixture
async def certificates(
    database: Callable[[], str], nats_url: str, token: Path
) -> AsyncIterator[Certificates]:
    """The service with its keys in the token, and no keystore at all."""
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database(),
        nats_url=nats_url,
        pkcs11_module=MODULE,
        pkcs11_token=LABEL,
        pkcs11_pin=PIN,
    ) as service:
        running = Certificates(service)
        await running.be_at(NOW)
        yield running


async def test_a_batch_waits_for_a_token_that_is_taken_away_and_is_issued_when_it_returns(
    certificates: Certificates, token: Path
) -> None:
    first, _ = await certificates.one("张三")
    take_away(token)
    batch_id = await certificates.recognised_batch([Person("李四"), Person("王五")])

    async def broken_off() -> bool | None:
        text = certificates.service.platform.metrics.text().decode()
        lines = [line for line in text.splitlines() if line.startswith("worker_failures_total{")]
        return any(float(line.rpartition(" ")[2]) > 0 for line in lines if "issue" in line) or None

    await eventually(broken_off)
    assert await certificates.listed(batch_id) == []
    bring_back(token)
    issued = await certificates.issued(2, batch_id)
    keys = (await certificates.client.get("/certificate/v1/keys")).json()
    for certificate in (first, *issued):
        assert isinstance(verify_code(certificate.code, keys), Verified)
    assert [one.number[-6:] for one in (first, *issued)] == ["000001", "000002", "000003"]


def take_away(token: Path) -> None:
    """As when the device is pulled: what it stores is gone."""
    token.rename(token.with_name("taken"))


def bring_back(token: Path) -> None:
    token.with_name("taken").rename(token)
