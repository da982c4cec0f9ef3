"""The platform's own keys: made at the first need, one for each purpose, published with what they are for."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from certificate.keys.keystore import Keystore
from certificate.keys.models import PlatformKey
from certificate.keys.service import Signers
from certificate.keys.vault import FileVault
from tests.service.certificate.world import PASSPHRASE, Certificates


def signers(certificates: Certificates, *, days: int = 365) -> Signers:
    folder = certificates.service.platform.settings.keystore_dir  # type: ignore[attr-defined]
    return Signers(FileVault(Keystore.open(folder, PASSPHRASE)), lifetime=timedelta(days=days))


def part(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def published(certificates: Certificates, purpose: str) -> list[dict[str, Any]]:
    """The keys for a purpose; the service itself has made others."""
    keys = (await certificates.client.get("/certificate/v1/platform-keys")).json()["keys"]
    return [key for key in keys if key["purpose"] == purpose]


async def test_a_platform_key_is_made_once_kept_and_published_with_its_purpose(
    certificates: Certificates,
) -> None:
    made = []
    for by in (signers(certificates), signers(certificates)):  # the second process finds the key of the first
        async with certificates.unit_of_work() as uow:
            made.append(await by.platform_signer(uow, "answer"))
            await by.platform_signer(uow, "credential", algorithm="EdDSA")
            await uow.commit()
    assert made[0].kid == made[1].kid
    assert [key["alg"] for key in await published(certificates, "credential")] == ["EdDSA"]
    (key,) = await published(certificates, "answer")
    assert key["kid"] == made[0].kid
    assert key["exp"] - key["nbf"] >= 365 * 86_400
    signature = made[1].sign(b"a list")
    numbers = [int.from_bytes(part(key[name]), "big") for name in ("x", "y")]
    ec.EllipticCurvePublicNumbers(numbers[0], numbers[1], ec.SECP256R1()).public_key().verify(
        encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")),
        b"a list",
        ec.ECDSA(hashes.SHA256()),
    )


async def test_an_ed25519_key_signs_as_its_published_half_says(certificates: Certificates) -> None:
    async with certificates.unit_of_work() as uow:
        by = await signers(certificates).platform_signer(uow, "credential", algorithm="EdDSA")
        await uow.commit()
    (key,) = await published(certificates, "credential")
    assert (key["kty"], key["crv"], "y" in key) == ("OKP", "Ed25519", False)
    ed25519.Ed25519PublicKey.from_public_bytes(part(key["x"])).verify(by.sign(b"one"), b"one")


async def test_thirty_days_before_its_end_another_takes_over_and_both_stay_published(
    certificates: Certificates,
) -> None:
    by, kids = signers(certificates, days=60), []
    for instant in (
        "2047-01-01T00:00:00+08:00",
        "2047-01-30T23:50:00+08:00",
        "2047-01-31T00:10:00+08:00",  # its end, on 2 March, is 30 days ahead (made some moments after midnight)
    ):
        await certificates.be_at(instant)
        async with certificates.unit_of_work() as uow:
            kids.append((await by.platform_signer(uow, "log")).kid)
            await uow.commit()
    assert kids[0] == kids[1] != kids[2]
    assert [key["kid"] for key in await published(certificates, "log")] == [kids[0], kids[2]]


async def test_what_is_published_is_never_taken_back_even_by_the_database_owner(
    certificates: Certificates,
) -> None:
    async with certificates.unit_of_work() as uow:
        await signers(certificates).platform_signer(uow, "names")
        await uow.commit()
    async with certificates.unit_of_work() as uow:
        with pytest.raises(DBAPIError, match="never changed or deleted"):
            await uow.session.execute(delete(PlatformKey))
