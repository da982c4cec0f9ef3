"""Print: every sheet is in the ledger, what is fetched again is the same sheet, and a lost one is printed again."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pikepdf
import pypdfium2
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from certificate.certificates.schemas import CertificateOut
from certificate.main import create_app
from certificate.proofs.consumers import HANDLERS as PROOFS
from certificate.settings import CertificateSettings
from common.events.audit import LogIncluded
from common.ids import encode_id, uuid7
from common.person_keys import erase
from local.postgres import Postgres
from tests.service.certificate.world import BODY, NOW, PASSPHRASE, Certificates, Person
from tests.support.service import running_service

OTHER = UUID("01936f3c-5a2e-7c41-9d3e-00000000ffff")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def certificates(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Certificates]:
    """One certificate service for the whole module, on 2046-11-23."""
    name = next(database_names)
    keystore: Path = tmp_path_factory.mktemp("prints") / "keystore"
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        keystore_dir=keystore,
        keystore_passphrase=PASSPHRASE,
    ) as service:
        running = Certificates(service)
        await running.be_at(NOW)
        yield running
    postgres.drop_database(name)


def text_of(pdf: bytes) -> str:
    (page,) = pypdfium2.PdfDocument(pdf)
    return str(page.get_textpage().get_text_range()).replace("\r\n", "").replace(" ", "")


def page_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


async def fetched(certificates: Certificates, number: str, **who: Any) -> httpx.Response:
    headers = certificates.service.as_(**(who or {"role": "organisation_reader", "organisation_id": BODY}))
    return await certificates.client.get(f"/certificate/v1/certificates/{number}/pdf", headers=headers)


async def ledger(certificates: Certificates, number: str) -> list[dict[str, Any]]:
    answer = await certificates.client.get(
        f"/certificate/v1/certificates/{number}/prints", headers=certificates.service.as_("authority")
    )
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def reprinted(certificates: Certificates, number: str, purpose: str, **who: Any) -> httpx.Response:
    return await certificates.client.post(
        f"/certificate/v1/certificates/{number}/prints",
        json={"purpose": purpose},
        headers=certificates.service.as_(
            **(who or {"role": "organisation_reader", "organisation_id": BODY}), idempotency_key="new"
        ),
    )


async def by_holder(
    certificates: Certificates, certificate: CertificateOut, person: Person, **more: Any
) -> httpx.Response:
    body = {"number": certificate.number, "name": person.name, "id_number": person.id_number}
    return await certificates.client.post("/certificate/v1/prints", json=body | more)


async def decided(certificates: Certificates, number: str, act: str, reason: str) -> None:
    answer = await certificates.client.post(
        f"/certificate/v1/certificates/{number}/status-decisions",
        json={"act": act, "reason_code": reason, "decision_document": "苏人社停〔2046〕1号"},
        headers=certificates.service.as_("authority", idempotency_key="new"),
    )
    assert answer.status_code == 201, answer.text


class TestLedger:
    async def test_what_is_fetched_again_is_the_same_sheet(self, certificates: Certificates) -> None:
        certificate, person = await certificates.one()
        first = await fetched(certificates, certificate.number)
        again = await by_holder(certificates, certificate, person)
        assert first.content == again.content
        (sheet,) = await ledger(certificates, certificate.number)
        assert {name: sheet[name] for name in ("serial", "version", "purpose", "printed_by", "job_id")} == {
            "serial": 1,
            "version": 1,
            "purpose": "first",
            "printed_by": "body",
            "job_id": None,
        }
        assert sheet["printed_at"].startswith("2046-11-23T10:")

    async def test_a_reprint_keeps_the_number_and_raises_the_serial_on_the_paper(
        self, certificates: Certificates
    ) -> None:
        certificate, _ = await certificates.one()
        assert "打印序号Printserial0001" in page_of(await fetched(certificates, certificate.number))
        made = await reprinted(certificates, certificate.number, "reprint")
        assert (made.status_code, made.json()["serial"], made.json()["number"]) == (
            201,
            2,
            certificate.number,
        )
        text = page_of(await fetched(certificates, certificate.number))
        assert "打印序号Printserial0002" in text
        assert certificate.number in text
        office = await reprinted(certificates, certificate.number, "lost", role="authority")
        assert office.json()["serial"] == 3
        told = [
            (row["serial"], row["purpose"], row["printed_by"])
            for row in await ledger(certificates, certificate.number)
        ]
        assert told == [(1, "first", "body"), (2, "reprint", "body"), (3, "lost", "office")]

    async def test_a_sheet_asked_for_before_any_was_printed_is_the_first(
        self, certificates: Certificates
    ) -> None:
        certificate, _ = await certificates.one()
        made = await reprinted(certificates, certificate.number, "lost")
        assert (made.json()["serial"], made.json()["purpose"]) == (1, "first")

    async def test_a_holder_who_lost_the_sheet_prints_another_one_without_more_ado(
        self, certificates: Certificates
    ) -> None:
        certificate, person = await certificates.one()
        assert "Printserial0001" in page_of(await by_holder(certificates, certificate, person))
        assert "Printserial0002" in page_of(await by_holder(certificates, certificate, person, lost=True))
        told = [
            (row["serial"], row["purpose"], row["printed_by"], row["account_id"])
            for row in await ledger(certificates, certificate.number)
        ]
        assert told == [(1, "first", "holder", None), (2, "lost", "holder", None)]

    async def test_the_sixth_sheet_of_a_day_is_for_tomorrow(self, certificates: Certificates) -> None:
        certificate, person = await certificates.one()
        for _ in range(5):
            assert (await by_holder(certificates, certificate, person, lost=True)).status_code == 200
        refused = await by_holder(certificates, certificate, person, lost=True)
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/rate-limited")
        assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
        assert "Printserial0005" in page_of(await by_holder(certificates, certificate, person))
        assert (await reprinted(certificates, certificate.number, "reprint")).json()["serial"] == 6

    async def test_every_sheet_is_told_to_the_journal(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        await fetched(certificates, certificate.number)
        await fetched(certificates, certificate.number)
        async with certificates.service.platform.sessions() as session:
            found = await session.scalars(
                text(
                    "SELECT body::jsonb -> 'data' -> 'sheets' FROM journal WHERE body::jsonb ->> 'subject' = :key "
                    "AND body::jsonb ->> 'type' = 'skills.certificate.certificates.printed.v1'"
                ),
                {"key": f"certificate:{certificate.number}"},
            )
            assert found.all() == [
                [{"number": certificate.number, "version": 1, "serial": 1, "purpose": "first"}]
            ]

    async def test_the_database_lets_nobody_change_it(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        await fetched(certificates, certificate.number)
        with pytest.raises(DBAPIError, match="never changed"):
            async with certificates.unit_of_work() as uow:
                await uow.session.execute(text("UPDATE sheet SET serial = serial + 1"))

    async def test_a_revoked_certificate_gets_no_new_sheet(self, certificates: Certificates) -> None:
        certificate, person = await certificates.one()
        await certificates.revoke(certificate.number)
        for answer in (
            await reprinted(certificates, certificate.number, "lost"),
            await by_holder(certificates, certificate, person, lost=True),
            await fetched(certificates, certificate.number),
        ):
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/certificate-not-printable")
        assert await ledger(certificates, certificate.number) == []

    async def test_a_suspended_one_is_printed_again_when_it_is_lifted(
        self, certificates: Certificates
    ) -> None:
        certificate, person = await certificates.one()
        await decided(certificates, certificate.number, "suspend", "under_investigation")
        assert (await by_holder(certificates, certificate, person)).status_code == 409
        await decided(certificates, certificate.number, "lift", "suspension_lifted")
        assert (await by_holder(certificates, certificate, person)).status_code == 200


async def test_the_file_carries_the_code_and_version_for_programs(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    answer = await fetched(certificates, certificate.number)
    with pikepdf.open(io.BytesIO(answer.content)) as opened:
        attached = json.loads(opened.attachments["certificate.json"].get_file().read_bytes())
    assert (attached["code"], attached["number"], attached["version"]) == (
        certificate.code,
        certificate.number,
        1,
    )
    assert "log_proof" not in attached
    async with certificates.unit_of_work() as uow:
        told = LogIncluded(
            event_id=uuid7(),
            event_source="certificate",
            position=2,
            event_type="skills.certificate.certificates.issued.v1",
            numbers=(certificate.number,),
            leaf_index=2,
            tree_size=3,
            entry="{}",
            proof=("00" * 32,),
            checkpoint="note",
        )
        await PROOFS[LogIncluded](uow, told)
        await uow.commit()
    answer = await fetched(certificates, certificate.number)
    with pikepdf.open(io.BytesIO(answer.content)) as opened:
        attached = json.loads(opened.attachments["certificate.json"].get_file().read_bytes())
    assert (attached["log_proof"]["leaf_index"], attached["log_proof"]["checkpoint"]) == (2, "note")


class TestBatch:
    """Three certificates, of which one is revoked and one holder is forgotten in the course."""

    async def get(
        self, certificates: Certificates, path: str, organisation_id: UUID = BODY
    ) -> httpx.Response:
        return await certificates.client.get(
            f"/certificate/v1/{path}",
            headers=certificates.service.as_("organisation_reader", organisation_id=organisation_id),
        )

    async def test_a_batch_is_a_zip_with_a_file_for_each_certificate(
        self, certificates: Certificates
    ) -> None:
        batch = await certificates.recognised_batch([Person("王𬭩"), Person("李四"), Person("张三")])
        issued = await certificates.issued(3, batch)
        await reprinted(certificates, issued[0].number, "lost")
        await reprinted(certificates, issued[0].number, "lost")
        job = await certificates.printed(batch)
        state = (await self.get(certificates, f"jobs/{job}")).json()
        assert (state["state"], state["done"], state["total"], state["errors"]) == ("completed", 3, 3, 0)
        assert state["result"] == {"files": 3, "pages": 3, "skipped": 0}
        answer = await self.get(certificates, f"jobs/{job}/prints")
        assert answer.headers["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            assert archive.namelist() == [f"{certificate.number}.pdf" for certificate in issued]
            pages = [text_of(archive.read(name)) for name in archive.namelist()]
        names = {certificate.number: index for index, certificate in enumerate(issued)}
        assert all(number in pages[index] for number, index in names.items())
        assert "Printserial0002" in pages[0]  # what was printed before comes with the sheet that it has
        assert sum("王𬭩" in page for page in pages) == 1
        (sheet,) = await ledger(certificates, issued[1].number)
        assert (sheet["job_id"], sheet["serial"], sheet["printed_by"]) == (job, 1, "body")

    async def test_it_is_also_one_file_of_pages_and_leaves_out_what_is_not_printable(
        self, certificates: Certificates
    ) -> None:
        people = [Person("王五"), Person("赵六"), Person("孙七")]
        batch = await certificates.recognised_batch(people)
        issued = await certificates.issued(3, batch)
        await certificates.revoke(issued[0].number)
        async with certificates.unit_of_work() as uow:
            await erase(uow.session, people[2].person_id)
            await uow.commit()
        job = await certificates.printed(batch, form="pages", afresh=True)
        state = (await self.get(certificates, f"jobs/{job}")).json()
        assert state["result"]["skipped"] + state["result"]["pages"] == 3
        answer = await self.get(certificates, f"jobs/{job}/prints")
        assert answer.headers["Content-Type"] == "application/pdf"
        document = pypdfium2.PdfDocument(answer.content)
        assert len(document) == state["result"]["pages"]
        errors = (await self.get(certificates, f"jobs/{job}/errors")).json()["items"]
        assert {error["code"] for error in errors} == {"certificate-not-printable"}
        assert issued[0].number in errors[0]["detail"]
        assert await ledger(certificates, issued[0].number) == []

    async def test_afresh_every_certificate_gets_another_sheet(self, certificates: Certificates) -> None:
        batch = await certificates.recognised_batch([Person("王五"), Person("赵六")])
        (first, _) = await certificates.issued(2, batch)
        await certificates.printed(batch, form="pages")
        job = await certificates.printed(batch, form="pages", afresh=True)
        document = pypdfium2.PdfDocument((await self.get(certificates, f"jobs/{job}/prints")).content)
        assert ["0002" in page.get_textpage().get_text_range() for page in document] == [True, True]
        assert [row["purpose"] for row in await ledger(certificates, first.number)] == ["first", "reprint"]

    async def test_it_is_for_the_own_body_alone(self, certificates: Certificates) -> None:
        batch = await certificates.recognised_batch([Person("王五")])
        await certificates.issued(1, batch)
        job = await certificates.printed(batch)
        for who, status in (
            ({"role": "organisation_reader", "organisation_id": OTHER}, 404),
            ({"role": "authority"}, 404),
            ({"role": "supervisor", "region": "320104"}, 403),
        ):
            sent = await certificates.client.post(
                f"/certificate/v1/batches/{encode_id('batch', batch)}/prints",
                json={},
                headers=certificates.service.as_(**who, idempotency_key="new"),  # type: ignore[arg-type]
            )
            fetched_ = await certificates.client.get(
                f"/certificate/v1/jobs/{job}/prints",
                headers=certificates.service.as_(**who),  # type: ignore[arg-type]
            )
            assert (sent.status_code, fetched_.status_code) == (status, status)

    async def test_what_is_not_ready_is_told(self, certificates: Certificates) -> None:
        batch = await certificates.recognised_batch([Person("王五")])
        (certificate,) = await certificates.issued(1, batch)
        await certificates.revoke(certificate.number)
        job = await certificates.printed(batch)
        answer = await self.get(certificates, f"jobs/{job}/prints")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/print-not-ready")
