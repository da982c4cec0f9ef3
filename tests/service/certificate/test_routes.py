"""Routes by caller: nobody, another organisation, another region, the right ones; revocation; print."""

from uuid import UUID

import pypdfium2
import pytest
import zxingcpp

from common.ids import encode_id, uuid7
from common.person_keys import erase
from tests.service.certificate.world import BODY, PLAN, Certificates

KEPT = ("status_change", "status_decision", "certificate_status")
OTHER = UUID("01936f3c-5a2e-7c41-9d3e-00000000ffff")
READERS = [
    ({"role": "organisation_reader", "organisation_id": BODY}, 200),
    ({"role": "organisation_reader", "organisation_id": OTHER}, 404),
    ({"role": "centre_reviewer", "region": "320104"}, 200),
    ({"role": "centre_reviewer", "region": "320100"}, 200),
    ({"role": "centre_reviewer", "region": "320200"}, 404),
    ({"role": "authority"}, 200),
    ({"role": "supervisor", "region": "320104"}, 403),
]


@pytest.mark.parametrize(("who", "status"), READERS)
@pytest.mark.parametrize("path", ["", "/pdf", "/qr.svg"])
async def test_a_certificate_is_for_its_organisation_and_region(
    certificates: Certificates, path: str, who: dict[str, object], status: int
) -> None:
    certificate, _ = await certificates.one()
    url = f"/certificate/v1/certificates/{certificate.number}{path}"
    assert (await certificates.client.get(url)).status_code == 401
    answer = await certificates.client.get(url, headers=certificates.service.as_(**who))  # type: ignore[arg-type]
    assert answer.status_code == status


@pytest.mark.parametrize(("who", "status"), READERS)
async def test_lists_show_what_the_caller_may_see(
    certificates: Certificates, who: dict[str, object], status: int
) -> None:
    certificate, person = await certificates.one()
    answer = await certificates.client.get(
        "/certificate/v1/certificates",
        params={"plan_id": encode_id("plan", PLAN)},
        headers=certificates.service.as_(**who),  # type: ignore[arg-type]
    )
    if status == 403:
        assert answer.status_code == 403
        return
    numbers = [item["number"] for item in answer.json()["items"]]
    assert numbers == ([certificate.number] if status == 200 else [])
    assert person.name not in answer.text


async def test_a_list_goes_on_behind_its_cursor(certificates: Certificates) -> None:
    first, _ = await certificates.one("张三")
    second, _ = await certificates.one("李四")
    headers = certificates.service.as_("authority")
    page = (await certificates.client.get("/certificate/v1/certificates?limit=1", headers=headers)).json()
    assert [item["number"] for item in page["items"]] == [first.number]
    rest = await certificates.client.get(
        "/certificate/v1/certificates", params={"limit": 1, "cursor": page["next"]}, headers=headers
    )
    assert [item["number"] for item in rest.json()["items"]] == [second.number]
    assert rest.json()["next"] is None


async def test_a_certificate_explains_its_number(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    answer = await certificates.client.get(
        f"/certificate/v1/certificates/{certificate.number.lower()}",
        headers=certificates.service.as_("authority"),
    )
    parts = answer.json()["number_parts"]
    assert [part["characters"] for part in parts] == ["Y", "0000", "32", "000017", "46", "3", "000001"]
    assert parts[2]["meaning_zh"] == "江苏省"


class TestRevocation:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ({"role": "organisation_administrator", "organisation_id": BODY}, 403),
            ({"role": "centre_head", "region": "320200"}, 404),
            ({"role": "centre_head", "region": "320104"}, 201),
        ],
    )
    async def test_it_is_for_the_centre_of_the_region(
        self, certificates: Certificates, who: dict[str, object], status: int
    ) -> None:
        certificate, _ = await certificates.one()
        headers = certificates.service.as_(**who, idempotency_key="new")  # type: ignore[arg-type]
        assert (await certificates.revoke(certificate.number, **headers)).status_code == status

    async def test_it_is_final(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        first = await certificates.revoke(certificate.number)
        assert first.json()["revoked_at"].startswith("2046-11-23T10:")
        again = await certificates.revoke(certificate.number)
        assert again.status_code == 409
        assert again.json()["type"] == "/problems/state-conflict"
        detail = await certificates.client.get(
            f"/certificate/v1/certificates/{certificate.number}",
            headers=certificates.service.as_("authority"),
        )
        assert detail.json()["state"] == "revoked"
        assert detail.json()["revocation"]["decision_document"] == "苏人社撤〔2046〕1号"

    async def test_a_repetition_gets_the_same_answer(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        headers = certificates.service.as_("authority", idempotency_key=str(uuid7()))
        first = await certificates.revoke(certificate.number, **headers)
        again = await certificates.revoke(certificate.number, **headers)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["Idempotent-Replayed"] == "true"

    @pytest.mark.parametrize(
        "body",
        [
            {"reason_code": "because", "decision_document": "苏人社撤〔2046〕1号"},
            {"reason_code": "cheating", "decision_document": " "},
            {"reason_code": "cheating"},
        ],
    )
    async def test_it_needs_a_reason_of_the_list_and_a_decision(
        self, certificates: Certificates, body: dict[str, str]
    ) -> None:
        certificate, _ = await certificates.one()
        before = await certificates.service.row_counts()
        answer = await certificates.client.post(
            f"/certificate/v1/certificates/{certificate.number}/revocation",
            json=body,
            headers=certificates.service.as_("authority", idempotency_key="new"),
        )
        assert answer.status_code == 422
        after = await certificates.service.row_counts()
        assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}


class TestPrint:
    async def test_the_printed_page_carries_name_number_and_a_qr_that_proves_it(
        self, certificates: Certificates
    ) -> None:
        certificate, person = await certificates.one("王𬭩·买买提")
        answer = await certificates.client.post(
            "/certificate/v1/prints",
            json={"number": certificate.number, "name": person.name, "id_number": person.id_number},
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        document = pypdfium2.PdfDocument(answer.content)
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
        for printed in (
            "王𬭩·买买提",
            person.id_number,
            certificate.number,
            "三级/高级工",
            "--",
            "2046年11月20日",
        ):
            assert printed in text.replace(" ", "")
        page = document[0].render(scale=150 / 72).to_pil()
        (read,) = zxingcpp.read_barcodes(page)
        assert read.text == certificate.code
        assert (await certificates.verify(code=read.text)).json()["verdict"] == "valid"

    @pytest.mark.parametrize("wrong", ["number", "name", "id_number", "id_type"])
    async def test_any_mismatch_is_the_same_answer(self, certificates: Certificates, wrong: str) -> None:
        certificate, person = await certificates.one()
        body = {
            "number": certificate.number,
            "name": person.name,
            "id_number": person.id_number,
            "id_type": "resident_id",
        }
        other = {
            "number": "Y000032000017463999999",
            "name": "张三",
            "id_number": "320102199001019999",
            "id_type": "passport",
        }
        answer = await certificates.client.post("/certificate/v1/prints", json=body | {wrong: other[wrong]})
        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/certificate-not-found"

    async def test_a_revoked_certificate_is_not_printed(self, certificates: Certificates) -> None:
        certificate, person = await certificates.one()
        await certificates.revoke(certificate.number)
        answer = await certificates.client.post(
            "/certificate/v1/prints",
            json={"number": certificate.number, "name": person.name, "id_number": person.id_number},
        )
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/certificate-not-printable"

    async def test_a_forgotten_holder_is_masked_in_lists_and_not_printed(
        self, certificates: Certificates
    ) -> None:
        certificate, person = await certificates.one()
        async with certificates.unit_of_work() as uow:
            await erase(uow.session, person.person_id)
            await uow.commit()
        (listed,) = await certificates.listed()
        assert listed.holder == "***"
        answer = await certificates.client.get(
            f"/certificate/v1/certificates/{certificate.number}/pdf",
            headers=certificates.service.as_("authority"),
        )
        assert answer.status_code == 409
