"""What bad inputs of verification are sent to: a service with certificates of two years, and its private keys."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from certificate.certificates.schemas import CertificateOut
from certificate.keys.keystore import Keystore
from certificate.keys.signer import Es256Signer
from certificate.keys.vault import FileVault
from certificate.main import create_app
from certificate.settings import CertificateSettings
from certificate.verification.register import Register
from common.certificate_code import Claims, decode_text, encode_text, read_key, read_payload, split
from common.ids import uuid7
from local.postgres import Postgres
from tests.bad_inputs.harness import Served
from tests.service.certificate.world import (
    NOW,
    PASSPHRASE,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually
from tests.unit.certificate.codes import signed

LAST_YEAR, ITS_RECOGNITION = "2045-10-05T10:05:00+08:00", "2045-10-01T15:00:00+08:00"
LIMITED_ITEM = "4-10-01-03"
"""An item whose standard limits certificates to a year, as this service is set."""
HOLDERS = ("王𬭩", "欧阳静姝", "张三", "José·é")
_addresses = count(1)


@dataclass
class Counter(Served):
    """A service, certificates of last year and of this one, and the private halves of its own keys."""

    certificates: Certificates
    keystore: Path
    old: CertificateOut
    limited: CertificateOut
    valid: CertificateOut
    holder: Person
    published: dict[str, Any] = field(default_factory=dict)

    @property
    def served(self) -> RunningService:
        return self.certificates.service

    async def verdict(self, code: str, **more: Any) -> httpx.Response:
        """Checked from an address that nobody used before: what others mistyped is not this one's."""
        number = next(_addresses)
        client = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 40_000)
        transport = httpx.ASGITransport(self.served.app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url=self.client.base_url) as caller:
            return await caller.post("/certificate/v1/verifications", json={"code": code} | more)

    async def looked_up(self, number: str, name: str, *, address: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.served.app, client=(address, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=self.client.base_url) as caller:
            return await caller.post("/certificate/v1/verifications", json={"number": number, "name": name})

    async def state(self, code: str, expected: str) -> httpx.Response:
        """The answer, once it has this state."""

        async def look() -> httpx.Response | None:
            answer = await self.verdict(code)
            return answer if answer.json()["state"] == expected else None

        return await eventually(look)

    def key_of(self, certificate: CertificateOut) -> Es256Signer:
        """Who signed it: what a thief of the keystore would have."""
        kid = split(decode_text(certificate.code))[0].hex()
        hand = FileVault(Keystore.open(self.keystore, PASSPHRASE)).hand(kid)
        return Es256Signer(read_key(self.published[kid]), hand)

    def claims_of(self, certificate: CertificateOut, **changes: Any) -> Claims:
        said = read_payload(split(decode_text(certificate.code))[1])
        names = ("number", "item_code", "name", "issued_on", "status_index")
        return Claims(**({name: getattr(said, name) for name in names} | changes))

    def forged(self, certificate: CertificateOut, payload: bytes) -> str:
        """Another payload under the same key."""
        return encode_text(signed(payload, self.key_of(certificate)))

    @contextmanager
    def work(self) -> Iterator[list[str]]:
        """What the register is asked meanwhile."""
        statements: list[str] = []
        asked = Register._fetch

        async def noted(register: Register, statement: str, *values: Any, **more: Any) -> Any:
            statements.append(statement)
            return await asked(register, statement, *values, **more)

        Register._fetch = noted  # type: ignore[method-assign,assignment]
        try:
            yield statements
        finally:
            Register._fetch = asked  # type: ignore[method-assign]


async def counter(
    postgres: Postgres, name: str, nats_url: str, folder: Path
) -> AsyncIterator[Callable[[Callable[[], str]], Counter]]:
    """The service with its certificates; called with what reads the log, it is a target."""
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=postgres.create_database(name),
        nats_url=nats_url,
        keystore_dir=folder / "keystore",
        keystore_passphrase=PASSPHRASE,
        validity_years={LIMITED_ITEM: 1},
    ) as service:
        running = Certificates(service)
        await running.be_at(LAST_YEAR)
        old = await issued(running, Person("张三"), at=ITS_RECOGNITION)
        limited = await issued(
            running, Person("张三"), at=ITS_RECOGNITION, item_code=LIMITED_ITEM, item_name="保育师"
        )
        await running.be_at(NOW)
        holder = Person("欧阳静姝")
        valid = await issued(running, holder)
        keys = (await running.client.get("/certificate/v1/keys")).json()["keys"]
        published = {key["kid"]: key for key in keys}

        def made(read: Callable[[], str]) -> Counter:
            return Counter(
                read=read,
                certificates=running,
                keystore=folder / "keystore",
                old=old,
                limited=limited,
                valid=valid,
                holder=holder,
                published=published,
            )

        await made(str).state(valid.code, "valid")
        yield made
    postgres.drop_database(name)


async def issued(
    certificates: Certificates, person: Person, *, at: str = "2046-11-20T15:00:00+08:00", **changes: Any
) -> CertificateOut:
    """A certificate of the day on which its batch was recognised."""
    batch_id = uuid7()
    await certificates.hear(
        organisation(),
        plan(),
        await certificates.results([person], batch_id=batch_id, **changes),
        recorded(batch_id, rows=1),
        recognised(batch_id, rows=1, at=at),
    )
    (made,) = await certificates.issued(1, batch_id)
    return made
