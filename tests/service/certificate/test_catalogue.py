"""The offline bundle of a running service: whole, signed by published keys, and enough to check a certificate with."""

from datetime import datetime

from common.certificate_code import verify_code
from common.offline import Bundle, verify_offline
from common.offline_bundle import CONTENT_TYPE, NAMES_TYPE, PlatformKeys
from tests.service.certificate.world import ELECTRICIAN, NOW, Certificates
from tests.support.waiting import eventually

AT = datetime.fromisoformat(NOW)


async def test_one_file_and_one_page_say_offline_what_the_service_says_online(
    certificates: Certificates,
) -> None:
    certificate, person = await certificates.one()

    async def fetched() -> Bundle | None:
        answer = await certificates.client.get("/certificate/v1/bundle")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == CONTENT_TYPE
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        bundle = Bundle.parse(answer.content)
        return bundle if bundle.status is not None and verify_code(certificate.code, bundle.keys) else None

    bundle = await eventually(fetched)
    found = verify_offline(certificate.code, bundle, at=AT)
    assert (found.verdict, found.state) == ("valid", "valid")
    assert (found.item_name, found.organisation_name) == ("电工", "江苏长江机械有限公司")
    assert found.proven is not None
    assert found.proven.claims.name == person.name
    published = (await certificates.client.get("/certificate/v1/platform-keys")).json()
    raw = (await certificates.client.get("/certificate/v1/bundle")).content
    assert Bundle.parse(raw, trusted=published).signed_by == bundle.signed_by

    names = await certificates.client.get("/certificate/v1/names")
    assert names.headers["Content-Type"] == "application/jose"
    told = PlatformKeys(published).claims(names.text, NAMES_TYPE)
    assert told["items"] == {ELECTRICIAN: "电工"}
    assert told["bodies"] == {"Y000032000017": "江苏长江机械有限公司"}
    assert person.name not in raw.decode()

    page = await certificates.client.get("/certificate/v1/verify/offline")
    assert page.status_code == 200
    assert len(page.content) < 60_000
    assert all(mark not in page.text for mark in (" src=", "http://", "https://", "<img", "style="))
    assert "script-src 'sha256-" in page.headers["Content-Security-Policy"]
