"""The pages of holders: without scripts or third parties, in Chinese and English; forms do what the routes do."""

import re

import httpx
import pytest
import pytest_asyncio

from tests.service.certificate.test_holders import Me, signed_in
from tests.service.certificate.world import Certificates

pytestmark = pytest.mark.asyncio(loop_scope="module")
MY = "/certificate/v1/my"


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    """One service for the whole module."""
    return one_service


@pytest_asyncio.fixture(loop_scope="module")
async def me(certificates: Certificates) -> Me:
    certificate, person = await certificates.one("王<b>𬭩")
    return Me(certificates, await signed_in(certificates, person), person, certificate)


async def get(me: Me, path: str = "", *, token: str | None = None) -> httpx.Response:
    cookie = {"Cookie": f"candidate_token={token or me.token}"}
    return await me.certificates.client.get(f"{MY}{path}", headers=cookie)


async def send(me: Me, path: str, **fields: str | list[str]) -> httpx.Response:
    cookie = {"Cookie": f"candidate_token={me.token}"}
    return await me.certificates.client.post(f"{MY}/{path}", data=fields, headers=cookie)


def is_bare(answer: httpx.Response) -> bool:
    """Nothing is run, nothing is fetched, nothing is kept."""
    policy = answer.headers["Content-Security-Policy"]
    return (
        "<script" not in answer.text
        and not re.search(r"""(src|href)=["']?(https?:)?//""", answer.text)
        and policy.startswith("default-src 'none'")
        and "script-src" not in policy
        and answer.headers["Cache-Control"] == "no-store"
        and answer.headers["Referrer-Policy"] == "no-referrer"
    )


async def test_a_link_opens_a_page_that_says_who_shares_what_until_when(me: Me) -> None:
    made = await me.share(fields=["name", "issued_on"], days=2)
    answer = await me.certificates.client.get(made["url"].split("127.0.0.1", 1)[1])
    assert (answer.status_code, is_bare(answer)) == (200, True)
    for shown in (
        "由持证人 王&lt;b&gt;𬭩 分享",
        "2046年11月25日",
        "证书有效",
        "This certificate is valid",
        "电工",
        "三级/高级工",
    ):
        assert shown in answer.text
    for hidden in (me.certificate.number, me.person.id_number, "江苏长江机械有限公司", "<b>"):
        assert hidden not in answer.text
    (shown_link,) = (await me.get("shares")).json()["shares"]
    assert shown_link["opened"] == 1


async def test_a_link_that_ended_or_never_was_is_told_as_a_page(me: Me) -> None:
    made = await me.share()
    await me.post(f"shares/{made['id']}/revocation")
    ended = await me.certificates.client.get(made["url"].split("127.0.0.1", 1)[1])
    unknown = await me.certificates.client.get("/certificate/v1/shared/AAAAAAAAAAAAAAAAAAAAAA")
    assert [(one.status_code, is_bare(one)) for one in (ended, unknown)] == [(410, True), (404, True)]
    assert "已过期或已被持证人收回" in ended.text


async def test_my_page_shows_my_certificates_and_forms(me: Me) -> None:
    answer = await get(me)
    assert (answer.status_code, is_bare(answer)) == (200, True)
    assert me.certificate.number in answer.text
    assert "王&lt;b&gt;𬭩" in answer.text
    assert me.person.id_number not in answer.text
    labels = set(re.findall(r'<label for="([^"]+)"', answer.text))
    assert labels == set(re.findall(r'<input type="number" id="([^"]+)"', answer.text))
    assert f"{MY}/{me.certificate.number}/pdf" in answer.text


async def test_the_forms_print_share_and_take_back(me: Me) -> None:
    number = me.certificate.number
    assert (await get(me, f"/{number}/pdf")).headers["Content-Type"] == "application/pdf"
    assert (await send(me, "prints", number=number)).status_code == 200
    sheets = (await me.get(f"certificates/{number}/prints")).json()["items"]
    assert [(sheet["serial"], sheet["purpose"]) for sheet in sheets] == [(1, "first"), (2, "lost")]
    made = await send(me, "shares", number=number, fields=["name", "number"], days="3")
    (address,) = re.findall(r"/certificate/v1/shared/[\w-]{22}", made.text)
    assert number in (await me.certificates.client.get(address)).text
    (link,) = (await me.get("shares")).json()["shares"]
    assert (link["fields"], is_bare(made)) == (["name", "number"], True)
    taken = await send(me, "shares/revocation", share=link["id"])
    assert "已收回" in taken.text
    assert (await me.certificates.client.get(address)).status_code == 410


async def test_what_a_form_cannot_do_is_said_on_the_page(me: Me) -> None:
    number = me.certificate.number
    wrong = [
        await send(me, "shares", number=number, fields=["id_number"], days="3"),
        await send(me, "shares", number=number, fields=["name"], days="ninety"),
        await send(me, "shares", number="Y000032000017463999999", fields=["name"], days="3"),
        await send(me, "shares/revocation", share="no id"),
    ]
    assert [answer.status_code for answer in wrong] == [422, 422, 409, 409]
    assert all('role="alert"' in answer.text for answer in wrong)
    assert (await me.get("shares")).json()["shares"] == []


async def test_without_a_session_the_page_leads_to_the_sign_in(me: Me) -> None:
    fresh = await me.certificates.client.get(MY)
    assert (fresh.status_code, is_bare(fresh)) == (200, True)
    assert 'href="/registration/v1/sign-in"' in fresh.text
    stale = await get(me, token="no such token")
    assert stale.status_code == 401
    assert 'candidate_token=""' in stale.headers["Set-Cookie"]
    out = await send(me, "sign-out")
    assert (out.status_code, out.headers["Location"]) == (303, MY)
    assert 'candidate_token=""' in out.headers["Set-Cookie"]
