"""A whole batch is printed by its own body, as a job: a file for each certificate, or files of pages."""

import io
import zipfile
from uuid import UUID

import httpx
import pypdfium2
import pytest

from common.ids import encode_id
from common.person_keys import erase
from tests.service.certificate.test_prints import ledger, reprinted, text_of
from tests.service.certificate.world import BODY, Certificates, Person

OTHER = UUID("01936f3c-5a2e-7c41-9d3e-00000000ffff")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    """One service for the whole module."""
    return one_service


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
