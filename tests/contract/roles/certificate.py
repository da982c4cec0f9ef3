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
from tests.contract.roles.rows import (
    COUNTY,
    NOWHERE,
    Made,
    Seat,
    anyone,
    both,
    in_charge,
    nobody,
    own,
    public,
    row,
)
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
COMPROMISE = {
    "window_from": "2047-06-01T00:00:00+08:00",  # nothing was signed in it: no work is left behind
    "window_to": "2047-07-01T00:00:00+08:00",
    "measure": "reissue",
    "decision_document": "苏人社撤〔2046〕15号",
}
KEY_WINDOW = "window_from=2046-01-01T00:00:00Z&window_to=2046-12-31T00:00:00Z"
SERIES = {"kind": "skill_level", "register": "Y000032000017", "year": "2046", "level": "3"}


def of_a_body(seat: Seat) -> bool:
    """Accounts of any organisation, for lists of their own."""
    return seat.place != NOWHERE


REVIEW = {
    "act": "review",
    "reason_code": "under_investigation",
    "decision_document": "苏人社核〔2046〕1号",
}
SUSPENSIONS = REVIEW | {"act": "suspend", "numbers": ["Y000032000017463999999"]}
APPEAL = {"statement": "撤销依据不足。"}
APPEAL_DECISION = {
    "outcome": "dismissed",
    "reasons": "撤销依据充分。",
    "decision_document": "苏人社复〔2046〕1号",
}
LEGACY = {
    "source": "2006年鉴定登记簿第3册",
    "evidence": "original_register",
    "rows": [
        {
            "number": "0610012003300042",
            "name": "张三",
            "item_name": "维修电工",
            "issuer": "江苏省职业技能鉴定中心",
            "issued_on": "2006-06-30",
        }
    ],
}
ROWS = table(
    "certificate",
    # certificates
    row("GET certificates", "certificates:read", both, "certificate", listed="number"),
    row("GET certificates/{number}", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/qr.svg", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/pdf", "certificates:read", both, "certificate"),
    row("POST legacy-certificates", "certificates:import", body=LEGACY),
    row("GET certificates/{number}/trail", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/badge", "certificates:read", both, "certificate"),
    row("GET certificates/{number}/sd-jwt", "certificates:read", both, "certificate"),
    public("POST wallet", body={"format": "open_badge", "number": "x", "name": "x", "id_number": "x"}),
    public("GET wallet/types/{kind}", at={"kind": "skill_level"}),
    public("GET wallet/did.json"),
    public("GET wallet/issuer"),
    public("GET /certificate/did.json"),
    public("GET /.well-known/jwt-vc-issuer/certificate"),
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
    # keys and series, by the staff who keep them
    row("GET signing-keys", "keys:read"),
    row("GET signing-keys/{kid}/estimate", "keys:read", anyone, "key", query=KEY_WINDOW),
    row("POST signing-keys/{kid}/compromises", "keys:compromise", anyone, "key", body=COMPROMISE),
    row("GET compromises/{compromise_id}", "keys:read", anyone, "compromise"),
    row("GET series", "keys:read"),
    row("GET series/{kind}/{register}/{year}/{level}/unused", "keys:read", at=SERIES),
    # issuing, taken up again
    row("GET batches/{batch_id}/issuance", "certificates:read", both, "certificate"),
    row("POST batches/{batch_id}/issuance", "certificates:take_up", in_charge, "certificate"),
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
    # lists that are verified, by accounts of employers and other bodies
    row(
        "POST verification-lists",
        "certificates:verify_lists",
        of_a_body,
        body=b'[{"code": "AAAA"}]',
        query="ground=consent&reference=2046",
        unseen=(403, "permission-denied"),
    ),
    row("GET verification-lists/{job_id}", "certificates:verify_lists", own, "checked"),
    row("GET verification-lists/{job_id}/answers", "certificates:verify_lists", own, "checked"),
    row("GET verification-lists/{job_id}/answers.csv", "certificates:verify_lists", own, "checked"),
    # status
    row(
        "POST certificates/{number}/status-decisions",
        "certificates:revoke",
        in_charge,
        "certificate",
        body=REVIEW,
    ),
    row("POST status-decisions", "certificates:revoke", body=SUSPENSIONS),
    row("GET status-decisions/{decision_id}", "certificates:revoke", in_charge, "decision"),
    row("GET status-decisions/{decision_id}/numbers", "certificates:revoke", in_charge, "decision"),
    row("GET certificates/{number}/status-changes", "certificates:read", both, "certificate"),
    row("POST certificates/{number}/appeals", "certificates:appeal", both, "revoked", body=APPEAL),
    row("GET certificates/{number}/appeals", "certificates:read", both, "certificate"),
    row(
        "POST appeals/{appeal_id}/decision",
        "certificates:decide_appeal",
        in_charge,
        "appeal",
        body=APPEAL_DECISION,
    ),
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
    public("GET names"),
    public("GET bundle"),
    public("GET /certificate/v1/verify/offline"),
    public("GET /certificate/v1/my"),
    public("POST /certificate/v1/my/sign-out"),
    *(
        row(
            f"{method} /certificate/v1/my/{path}",
            None,
            nobody,
            unseen=(401, ""),
            media_type="application/x-www-form-urlencoded",
            body=b"",
        )
        for method, path in (
            ("GET", "{number}/pdf"),
            ("POST", "prints"),
            ("POST", "shares"),
            ("POST", "shares/revocation"),
        )
    ),
    row("GET /certificate/v1/shared/{token}", None, nobody, unseen=(404, "")),
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

    async def key(self) -> Made:
        """A key that signs; what is compromised stays one."""
        return {"kid": self.made["kid"], "unknown kid": "0" * 16}

    async def compromise(self) -> Made:
        """A decision about a key."""
        answer = await self.service.client.post(
            f"/certificate/v1/signing-keys/{self.made['kid']}/compromises",
            json=COMPROMISE,
            headers=self.service.as_("authority", idempotency_key="new"),
        )
        return {"compromise_id": answer.json()["id"]}

    async def decision(self) -> Made:
        """A decision about certificates, of the county."""
        answer = await self.certificates.client.post(
            "/certificate/v1/status-decisions",
            json=SUSPENSIONS,
            headers=self.service.as_("centre_head", region=COUNTY, idempotency_key="new"),
        )
        assert answer.status_code == 202, answer.text
        return {"decision_id": answer.json()["id"]}

    async def revoked(self) -> Made:
        """A certificate of the county that is revoked."""
        batch = uuid7()
        await self.certificates.hear(
            await self.certificates.results([Person("李四")], batch_id=batch),
            recorded(batch, rows=1),
            recognised(batch, rows=1),
        )
        (issued,) = await self.certificates.issued(1, batch)
        assert (await self.certificates.revoke(issued.number)).status_code == 201
        return {"number": issued.number, "unknown number": issued.number[:-1] + "X"}

    async def appeal(self) -> Made:
        """An appeal against a revocation in the county."""
        number = (await self.revoked())["number"]
        answer = await self.certificates.client.post(
            f"/certificate/v1/certificates/{number}/appeals",
            json=APPEAL,
            headers=self.service.as_("centre_head", region=COUNTY, idempotency_key="new"),
        )
        assert answer.status_code == 201, answer.text
        return {"appeal_id": answer.json()["id"]}

    async def printed(self) -> Made:
        """A job that printed a batch of the organisation."""
        return {"job_id": self.made["job"]}

    async def checked(self) -> Made:
        """A list that the organisation had verified."""
        return {"job_id": self.made["checked"]}

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
            "kid": (await self.service.client.get("/certificate/v1/keys")).json()["keys"][0]["kid"],
            "unknown number": issued.number[:-1] + "X",
            "batch_id": encode_id("batch", batch),
            "job": await self.certificates.printed(batch),
            "checked": await self.certificates.verified_list([{"code": issued.code}]),
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
