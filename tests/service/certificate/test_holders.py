"""Holders: all my certificates with the token of a code, and links that show chosen fields of one for a while."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pypdfium2
import pytest
import pytest_asyncio
from sqlalchemy import text

from certificate.certificates.schemas import CertificateOut
from client import holders
from client.calls import Call
from common.clock import Clock
from common.events.registration import CandidateSessionOpened
from common.ids import uuid7
from common.person_keys import erase
from tests.service.certificate.world import Certificates, Person
from tests.support.waiting import eventually

T = TypeVar("T")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    """One service for the whole module."""
    return one_service


@dataclass(frozen=True)
class Me:
    """Somebody who signed in, with a certificate."""

    certificates: Certificates
    token: str
    person: Person
    certificate: CertificateOut

    async def get(self, path: str) -> httpx.Response:
        return await self.certificates.client.get(
            f"/certificate/v1/me/{path}", headers={"Candidate-Token": self.token}
        )

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.certificates.client.post(
            f"/certificate/v1/me/{path}",
            json={} if body is None else body,
            headers={"Candidate-Token": self.token, "Idempotency-Key": str(uuid7())},
        )

    async def share(self, **body: Any) -> dict[str, Any]:
        answer = await self.post(f"certificates/{self.certificate.number}/shares", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


async def signed_in(certificates: Certificates, person: Person, *, minutes: int = 30) -> str:
    """A token as registration gives it, and its word of it."""
    token = secrets.token_urlsafe(32)
    await certificates.hear(
        CandidateSessionOpened(
            session_id=uuid7(),
            person_id=person.person_id,
            token_sha256=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=Clock.real_now() + timedelta(minutes=minutes),
        )
    )
    return token


@pytest_asyncio.fixture(loop_scope="module")
async def me(certificates: Certificates) -> Me:
    certificate, person = await certificates.one("王𬭩")
    return Me(certificates, await signed_in(certificates, person), person, certificate)


async def opened(certificates: Certificates, url: str) -> httpx.Response:
    token = url.rsplit("/", 1)[1]
    return await certificates.client.get(f"/certificate/v1/shares/{token}")


class TestOwnCertificates:
    async def test_all_of_them_are_shown_in_full_with_their_verdict(self, me: Me) -> None:
        batch = await me.certificates.recognised_batch([me.person])
        (second,) = await me.certificates.issued(1, batch)
        await me.certificates.revoke(second.number)
        await me.certificates.one("李四")

        async def look() -> list[dict[str, Any]] | None:
            shown: list[dict[str, Any]] = (await me.get("certificates")).json()["certificates"]
            return shown if any(one["state"] == "revoked" for one in shown) else None

        found = await eventually(look)
        assert [(one["number"], one["verdict"], one["state"]) for one in found] == [
            (me.certificate.number, "valid", "valid"),
            (second.number, "not_valid", "revoked"),
        ]
        assert {one["holder"] for one in found} == {"王𬭩"}
        assert found[0]["level_name"] == "三级/高级工"
        assert me.person.id_number not in str(found)

    async def test_a_sheet_is_printed_and_a_lost_one_printed_again(self, me: Me) -> None:
        path = f"certificates/{me.certificate.number}"
        made = await me.get(f"{path}/pdf")
        assert made.headers["Content-Type"] == "application/pdf"
        again = await me.post(f"{path}/prints", {"purpose": "lost"})
        assert (again.status_code, again.json()["serial"], again.json()["printed_by"]) == (201, 2, "holder")
        page = pypdfium2.PdfDocument((await me.get(f"{path}/pdf")).content)[0].get_textpage().get_text_range()
        assert "0002" in page
        assert me.certificate.number in page
        sheets = (await me.get(f"{path}/prints")).json()["items"]
        assert [sheet["purpose"] for sheet in sheets] == ["first", "lost"]

    async def test_a_revoked_one_is_not_printed(self, me: Me) -> None:
        await me.certificates.revoke(me.certificate.number)
        for answer in (
            await me.get(f"certificates/{me.certificate.number}/pdf"),
            await me.post(f"certificates/{me.certificate.number}/prints", {"purpose": "lost"}),
        ):
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/certificate-not-printable")

    async def test_anothers_is_as_if_it_were_not_there(self, me: Me) -> None:
        other, _ = await me.certificates.one("李四")
        before = await me.certificates.service.row_counts()
        for answer in (
            await me.get(f"certificates/{other.number}/pdf"),
            await me.get(f"certificates/{other.number}/prints"),
            await me.post(f"certificates/{other.number}/prints", {"purpose": "lost"}),
            await me.post(f"certificates/{other.number}/shares", {}),
        ):
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        after = await me.certificates.service.row_counts()
        assert (after["sheet"], after["share"]) == (before["sheet"], before["share"])

    async def test_the_token_is_asked_for_known_and_in_time(self, me: Me) -> None:
        client = me.certificates.client
        late = await signed_in(me.certificates, me.person, minutes=-1)
        told = []
        for headers in ({}, {"Candidate-Token": secrets.token_urlsafe(32)}, {"Candidate-Token": late}):
            answer = await client.get("/certificate/v1/me/certificates", headers=headers)
            told.append((answer.status_code, answer.json()["type"], answer.headers["WWW-Authenticate"]))
        assert told == [
            (401, f"/problems/token-{why}", "Candidate-Token") for why in ("missing", "invalid", "expired")
        ]

    async def test_a_session_opened_before_tokens_were_told_opens_nothing(self, me: Me) -> None:
        before = await me.certificates.service.row_counts()
        event = CandidateSessionOpened(session_id=uuid7(), person_id=me.person.person_id)
        await me.certificates.hear(event, event)
        assert (await me.certificates.service.row_counts())["holder_session"] == before["holder_session"]


async def test_the_calls_of_the_sdk_speak_of_all_this(me: Me) -> None:
    async def told(call: Call[T]) -> T:
        answer = await me.certificates.client.request(
            call.method, call.path, headers=call.headers, params=call.query, json=call.json
        )
        assert answer.is_success, answer.text
        return call.read(answer)

    number = me.certificate.number
    (own,) = (await told(holders.own_certificates(me.token))).certificates
    assert (own.number, own.holder, own.verdict) == (number, "王𬭩", "valid")
    assert (await told(holders.own_pdf(me.token, number))).startswith(b"%PDF-")
    assert (await told(holders.reprint_own(me.token, number))).serial == 2
    assert len((await told(holders.own_sheets(me.token, number))).items) == 2
    link = await told(holders.share(me.token, number, fields=["name"], days=2))
    assert (await told(holders.open_share(link.url))).shared_by == "王𬭩"
    assert (await told(holders.own_shares(me.token))).shares[0].opened == 1
    assert (await told(holders.take_back(me.token, link.id))).revoked_at is not None


class TestShare:
    async def test_it_shows_the_chosen_fields_and_who_shares_until_when(self, me: Me) -> None:
        made = await me.share(fields=["name", "issued_on", "ground"], days=3)
        shown = (await opened(me.certificates, made["url"])).json()
        assert (shown["shared_by"], shown["verdict"], shown["item_name"]) == ("王𬭩", "valid", "电工")
        assert shown["shared_at"].startswith("2046-11-23")
        assert shown["expires_at"].startswith("2046-11-26")
        assert shown["issued_on"] == "2046-11-20"
        assert shown["ground"]["plan_number"] == "JS-320104-2046-000012"
        assert (shown["number"], shown["organisation_name"], shown["entrusted_by"]) == (None, None, None)

    async def test_what_is_not_chosen_is_not_told_and_the_id_number_never(self, me: Me) -> None:
        made = await me.share(fields=[])
        answer = await opened(me.certificates, made["url"])
        assert answer.json()["shared_by"] == "王*"
        for hidden in ("王𬭩", me.certificate.number, me.person.id_number, "江苏长江机械有限公司"):
            assert hidden not in answer.text
        everything = await me.share(fields=["name", "number", "organisation", "issued_on", "ground"])
        assert me.person.id_number not in (await opened(me.certificates, everything["url"])).text

    async def test_openings_are_counted_and_the_address_is_told_once(self, me: Me) -> None:
        made = await me.share()
        for _ in range(2):
            await opened(me.certificates, made["url"])
        (shown,) = (await me.get("shares")).json()["shares"]
        assert (shown["opened"], shown["id"]) == (2, made["id"])
        assert shown["last_opened_at"] is not None
        assert "url" not in shown
        token = made["url"].rsplit("/", 1)[1]
        assert len(token) == 22  # 128 bits in base64
        async with me.certificates.service.platform.sessions() as session:
            kept = await session.scalars(text("SELECT encode(token_sha256, 'hex') FROM share"))
            assert hashlib.sha256(token.encode()).hexdigest() in kept.all()

    async def test_taken_back_it_ends_at_once(self, me: Me) -> None:
        made = await me.share()
        for _ in range(2):
            answer = await me.post(f"shares/{made['id']}/revocation")
            assert (answer.status_code, answer.json()["revoked_at"] is not None) == (200, True)
        ended = await opened(me.certificates, made["url"])
        assert (ended.status_code, ended.json()["type"]) == (410, "/problems/share-ended")

    async def test_it_expires_on_its_day(self, certificates: Certificates, me: Me) -> None:
        made = await me.share(days=1)
        await certificates.be_at("2046-11-24T10:04:00+08:00")
        assert (await opened(certificates, made["url"])).status_code == 200
        await certificates.be_at("2046-11-24T10:20:00+08:00")
        assert (await opened(certificates, made["url"])).status_code == 410

    async def test_a_revoked_certificate_is_shown_as_revoked(self, me: Me) -> None:
        made = await me.share()
        await me.certificates.revoke(me.certificate.number)

        async def look() -> str | None:
            shown = (await opened(me.certificates, made["url"])).json()
            return str(shown["state"]) if shown["verdict"] == "not_valid" else None

        assert await eventually(look) == "revoked"

    async def test_a_forgotten_holder_shares_nothing(self, me: Me) -> None:
        made = await me.share()
        async with me.certificates.unit_of_work() as uow:
            await erase(uow.session, me.person.person_id)
            await uow.commit()
        assert (await opened(me.certificates, made["url"])).status_code == 410

    async def test_another_persons_link_cannot_be_taken_back(self, me: Me) -> None:
        made = await me.share()
        _, other = await me.certificates.one("李四")
        stranger = Me(me.certificates, await signed_in(me.certificates, other), other, me.certificate)
        assert (await stranger.post(f"shares/{made['id']}/revocation")).status_code == 404
        assert (await opened(me.certificates, made["url"])).status_code == 200

    async def test_the_twenty_first_open_link_is_refused(self, me: Me) -> None:
        for _ in range(20):
            made = await me.share()
        answer = await me.post(f"certificates/{me.certificate.number}/shares", {})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-shares")
        await me.post(f"shares/{made['id']}/revocation")
        await me.share()

    @pytest.mark.parametrize(
        "body", [{"fields": ["id_number"]}, {"days": 0}, {"days": 91}, {"fields": ["name"] * 6}]
    )
    async def test_other_fields_and_longer_times_are_refused(self, me: Me, body: dict[str, Any]) -> None:
        answer = await me.post(f"certificates/{me.certificate.number}/shares", body)
        assert (answer.status_code, (await me.get("shares")).json()["shares"]) == (422, [])

    async def test_whoever_tries_addresses_has_to_rest(self, me: Me) -> None:
        """The last of this module: the client rests for five minutes."""
        made = await me.share()
        answers = [await opened(me.certificates, f"/{secrets.token_urlsafe(16)}") for _ in range(21)]
        assert [answer.status_code for answer in answers] == [404] * 20 + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert (
            await opened(me.certificates, made["url"])
        ).status_code == 429  # the client rests, whatever it asks
