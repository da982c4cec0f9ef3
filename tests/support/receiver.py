"""A receiver of webhooks on this machine, with TLS of its own, that answers as it is told."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from audit.webhooks.sending import Sender

HOST = "hr.example.org"


@dataclass
class Receiver:
    """What it heard (headers and body), and what it answers: a whole response, or bytes one at a time."""

    port: int
    context: ssl.SSLContext
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    is_slow: bool = False
    endless: bool = False

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.heard.append((headers, body))
        if self.is_slow:
            for byte in self.answers:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.2)
        writer.write(self.answers)
        await writer.drain()
        while self.endless:
            writer.write(b"x" * 65_536)
            await writer.drain()

    def sender(self, **more: object) -> Sender:
        """A sender that finds this receiver where the network has none."""

        async def here(_: str) -> list[str]:
            return ["127.0.0.1"]

        return Sender(context=self.context, resolver=here, allowed=lambda _: True, port=self.port, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def receiving(folder: Path, *, oldest: bool = False) -> AsyncIterator[Receiver]:
    """A receiver under `hr.example.org`; `oldest`: one that speaks TLS 1.1 at best."""
    certificate, key = _certificate(folder)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    if oldest:
        serving.set_ciphers("DEFAULT@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
            serving.minimum_version = ssl.TLSVersion.TLSv1
            serving.maximum_version = ssl.TLSVersion.TLSv1_1
    trusting = ssl.create_default_context(cafile=str(certificate))
    trusting.minimum_version = ssl.TLSVersion.TLSv1_2
    receiver = Receiver(0, trusting)
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0, ssl=serving)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.endless = False
        server.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "receiver.pem", folder / "receiver.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret
