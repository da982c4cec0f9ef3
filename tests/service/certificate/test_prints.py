"""Print: every sheet is in the ledger, what is fetched again is the same sheet, and a lost one is printed again."""

import io
import json
from typing import Any
from uuid import UUID

import httpx
import pikepdf
import pypdfium2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from certificate.certificates.schemas import CertificateOut
from certificate.proofs.consumers import HANDLERS as PROOFS
from common.events.audit import LogIncluded
from common.ids import uuid7
from tests.service.certificate.world import BODY, Certificates, Person

OTHER = UUID("01936f3c-5a2e-7c41-9d3e-00000000ffff")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    """One service for the whole module."""
    return one_service


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
