"""Certificate's rows, and what their resources are made of."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from certificate.base import Base
from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.ids import encode_id, uuid7
from tests.contract.roles.frame import table
from tests.contract.roles.matrix import counts
from tests.contract.roles.rows import COUNTY, Made, both, in_charge, nobody, own, public, row
from tests.service.certificate.world import (
    BODY,
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

REVOCATION = {"reason_code": "issued_in_error", "decision_document": "苏人社撤〔2046〕1号"}
ROWS = table(
    "certificate",
    # certificates
    row("GET certificates", "certificates:read", both, "certificate", listed="number"),
    row("GET certificates/{number}", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/qr.svg", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/pdf", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/prints", "certificates:read", both, "certificate"),
    row(
        "POST certificates/{number}/prints",
        "certificates:read",
        both,
        "certificate",
        body={"purpose": "lost"},
    ),
    row(
        "POST certificates/{number}/revocation",
        "certificates:revoke",
        in_charge,
        "certificate",
        body=REVOCATION,
    ),
    # batches, printed by their own body
    row(
        "POST batches/{batch_id}/prints",
        "certificates:read",
        own,
        "certificate",
        body={},
    ),
    row("GET jobs/{job_id}/prints", "certificates:read", own, "printed"),
    row("GET jobs/{job_id}", "certificates:read", own, "printed"),
    row("GET jobs/{job_id}/errors", "certificates:read", own, "printed"),
    row("GET jobs/{job_id}/progress", "certificates:read", own, "printed"),
    row("POST jobs/{job_id}/cancellation", "certificates:read", own, "printed"),
    # one's own certificates, by whoever signed in with a code; links, by whoever has one
    row("GET me/certificates", None, nobody, unseen=(401, "token-missing")),
    row("GET me/certificates/{number}/pdf", None, nobody, unseen=(401, "token-missing")),
    row("GET me/certificates/{number}/prints", None, nobody, unseen=(401, "token-missing")),
    row(
        "POST me/certificates/{number}/prints",
        None,
        nobody,
        body={"purpose": "lost"},
        unseen=(401, "token-missing"),
    ),
    row("POST me/certificates/{number}/shares", None, nobody, body={}, unseen=(401, "token-missing")),
    row("GET me/shares", None, nobody, unseen=(401, "token-missing")),
    row(
        "POST me/shares/{share_id}/revocation",
        None,
        nobody,
        at={"share_id": encode_id("share", uuid7())},
        unseen=(401, "token-missing"),
    ),
    row("GET shares/{token}", None, nobody, unseen=(404, "not-found")),
    # verification and print, by whoever holds a certificate
    public("POST prints"),
    public("POST verifications"),
    public("POST verifications/statements"),
    public("GET verifications/{code}"),
    public("GET keys"),
    public("GET status/lists/{number}"),
    public("GET status/bitstrings/{purpose}/{number}"),
    public("GET status/bundle"),
    public("GET status/bundle/deltas/{serial}"),
    public("GET platform-keys"),
    public("GET /V/{code}"),
    public("GET /v/{code}"),
    public("GET /certificate/v1/verify"),
    public("POST /certificate/v1/verify"),
)


@dataclass
class World:
    """Certificate with one certificate of the county."""

    certificates: Certificates
    account: UUID = field(default_factory=uuid7)
    organisation: UUID = BODY
    made: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> RunningService:
        return self.certificates.service

    async def rows_kept(self) -> Mapping[str, int]:
        """Keys of the platform are made by a worker, whoever calls: not what a request left."""
        return await counts(self, Base.metadata.tables.keys() - {"platform_key"})

    async def certificate(self) -> Made:
        """A certificate that the organisation issued in the county."""
        return self.made

    async def printed(self) -> Made:
        """A job that printed a batch of the organisation."""
        return {"job_id": self.made["job"]}

    async def prepare(self) -> None:
        batch = uuid7()
        await self.certificates.hear(
            organisation(region=COUNTY),
            plan(region=COUNTY),
            await self.certificates.results([Person("王𬭩")], batch_id=batch),
            recorded(batch, rows=1),
            recognised(batch, rows=1),
        )
        (issued,) = await self.certificates.issued(1, batch)
        self.made = {
            "number": issued.number,
            "unknown number": issued.number[:-1] + "X",
            "batch_id": encode_id("batch", batch),
            "job": await self.certificates.printed(batch),
        }


@asynccontextmanager
async def started(database_url: str, nats_url: str) -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_service(
            create_app,
            CertificateSettings,
            database_url=database_url,
            nats_url=nats_url,
            keystore_dir=Path(folder) / "keystore",
            keystore_passphrase=PASSPHRASE,
        ) as service:
            world = World(Certificates(service))
            await world.certificates.be_at(NOW)
            await world.prepare()
            yield world
