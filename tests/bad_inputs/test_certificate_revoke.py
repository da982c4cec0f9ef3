"""Bad inputs of revoking: without a reason, by the body that issued, twice at once, and taken back (Art. 22)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from certificate.certificates.schemas import CertificateOut
from certificate.main import create_app
from certificate.settings import CertificateSettings
from certificate.status.models import StatusChange
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.certificate.world import BODY, NOW, PASSPHRASE, Certificates, Person
from tests.support.service import RunningService, running_service

in_one_loop = pytest.mark.asyncio(loop_scope="module")
AREA = Area("certificate", secrets=["王𬭩"])
ENTRIES = [one for one in AREA.entries if one.op == "revoke"]
REVOCATION = {"reason_code": "cheating", "decision_document": "苏人社撤〔2046〕1号"}
FACTS = ("status_change", "status_decision", "certificate_status", "decided_number")


@dataclass
class Desk(Served):
    """A running certificate service, and a certificate that nothing was decided about."""

    certificates: Certificates
    certificate: CertificateOut

    @property
    def served(self) -> RunningService:
        return self.certificates.service

    async def revoke(self, body: Mapping[str, Any] = REVOCATION, **who: Any) -> httpx.Response:
        return await self.decide("revocation", body, **who)

    async def decide(self, act: str, body: Mapping[str, Any], **who: Any) -> httpx.Response:
        headers = self.served.as_(**({"role": "authority"} | who), idempotency_key="new")
        path = f"/certificate/v1/certificates/{self.certificate.number}/{act}"
        return await self.client.post(path, json=body, headers=headers)

    async def facts(self) -> list[int]:
        counts = await self.served.row_counts()
        return [counts[table] for table in FACTS]

    async def changes(self) -> list[str]:
        async with self.certificates.unit_of_work() as uow:
            acts = select(StatusChange.act).where(StatusChange.number == self.certificate.number)
            return list(await uow.session.scalars(acts))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Certificates]:
    name = next(database_names)
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        keystore_dir=tmp_path_factory.mktemp("revoke") / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        yield certificates
    postgres.drop_database(name)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(opened: Certificates, capsys: pytest.CaptureFixture[str]) -> Desk:
    batch_id = await opened.recognised_batch([Person("王𬭩")])
    (certificate,) = await opened.issued(1, batch_id)
    return Desk(opened, certificate, read=lambda: "".join(capsys.readouterr()))


@AREA.case("certificate-059")
async def without_a_reason(bad: BadInput, desk: Desk) -> Answer:
    before = await desk.facts()
    for reason in ("", "because", None):
        answer = await desk.revoke(REVOCATION | {"reason_code": reason})
        assert answer.json()["errors"][0]["pointer"] == "/reason_code"
    assert await desk.facts() == before
    return Answer.of(answer)


@AREA.case("certificate-060")
async def by_the_body_that_issued(bad: BadInput, desk: Desk) -> Answer:
    before = await desk.facts()
    answer = await desk.revoke(role="organisation_administrator", organisation_id=BODY)
    assert await desk.facts() == before
    return Answer.of(answer)


@AREA.case("certificate-061")
async def twice_at_once(bad: BadInput, desk: Desk) -> Answer:
    answers = await asyncio.gather(*(desk.revoke() for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await desk.changes() == ["revoke"]
    return Answer.of(next(answer for answer in answers if answer.status_code == 409))


@AREA.case("certificate-062")
async def taken_back(bad: BadInput, desk: Desk) -> Answer:
    assert (await desk.revoke()).status_code == 201
    acts = {
        "lift": "suspension_lifted",
        "end_review": "review_ended",
        "review": "cheating",
        "suspend": "cheating",
    }
    for act, reason in acts.items():
        body = {"act": act, "reason_code": reason, "decision_document": "苏人社撤〔2046〕2号"}
        answer = await desk.decide("status-decisions", body)
        assert (answer.status_code, answer.json()["state"]) == (409, "revoked")
    assert await desk.changes() == ["revoke"]
    return Answer.of(answer)


@in_one_loop
@pytest.mark.parametrize("bad", ENTRIES, ids=str)
async def test_bad_inputs_of_revoking(bad: BadInput, desk: Desk) -> None:
    await AREA.run(bad, desk)


def test_every_entry_of_revoking_is_mapped() -> None:
    assert set(AREA.unmapped()) & {one.id for one in ENTRIES} == set()
