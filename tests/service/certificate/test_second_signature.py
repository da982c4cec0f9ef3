"""Where the operator signs twice, each new certificate carries an SM2 signature; what was signed once stays true."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.certificate_code import Verified, verify_code
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates
from tests.support.service import running_service


async def test_switched_on_new_certificates_are_signed_twice_with_a_key_of_their_own(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> None:
    url = database()

    @asynccontextmanager
    async def started(second_signature: str) -> AsyncIterator[Certificates]:
        async with running_service(
            create_app,
            CertificateSettings,
            database_url=url,
            nats_url=nats_url,
            keystore_dir=tmp_path / "keystore",
            keystore_passphrase=PASSPHRASE,
            second_signature=second_signature,
        ) as service:
            yield Certificates(service)

    async with started("") as certificates:
        await certificates.be_at(NOW)
        once, _ = await certificates.one("张三")
    async with started("sm2") as certificates:
        twice, _ = await certificates.one("李四")
        keys = (await certificates.client.get("/certificate/v1/keys")).json()
        proofs = [verify_code(one.code, keys) for one in (once, twice)]
        assert [isinstance(proof, Verified) and proof.claims.second is not None for proof in proofs] == [
            False,
            True,
        ]
        assert all(isinstance(proof, Verified) for proof in proofs)
        assert sorted("sm2" in key for key in keys["keys"]) == [False, True]
        for certificate in (once, twice):
            assert (await certificates.verify(code=certificate.code)).json()["verdict"] == "valid"
