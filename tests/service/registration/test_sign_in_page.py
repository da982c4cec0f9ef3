"""The sign-in page: two forms without scripts; the token becomes a cookie for the holder's page alone."""

import re

import httpx
import pytest

from client.sample import people
from tests.service.registration.visits import Visitor
from tests.service.registration.world import EVALUATED_ON, Registration, entry

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANG, LI = people(2, seed=58)
PHONE = "13800138058"
PATH = "/registration/v1/sign-in"


async def asked(shared: Registration, **about: str) -> httpx.Response:
    fields = {"id_type": "resident_id", "id_number": WANG.id_number, "name": WANG.name} | about
    return await shared.service.client.post(PATH, data=fields)


def session_in(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    (session,) = re.findall(r'name="session" value="(visit_[0-9a-z]{26})"', answer.text)
    return str(session)


async def test_a_code_from_the_telephone_gives_a_cookie_for_ones_own_page(shared: Registration) -> None:
    plan = await shared.accepted("social", starts_on=EVALUATED_ON)
    assert (await shared.roster(plan, [entry(WANG, 手机号码=PHONE)]))["state"] == "completed"
    form = await shared.service.client.get(PATH)
    assert form.status_code == 200
    assert "<script" not in form.text
    assert form.headers["Content-Security-Policy"].startswith("default-src 'none'")
    session = session_in(await asked(shared))
    code = await Visitor(shared).code_at(PHONE)
    wrong = await shared.service.client.post(f"{PATH}/code", data={"session": session, "code": "00000000"})
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)
    right = await shared.service.client.post(f"{PATH}/code", data={"session": session, "code": code})
    assert (right.status_code, right.headers["Location"]) == (303, "/certificate/v1/my")
    cookie = right.headers["Set-Cookie"]
    assert cookie.startswith("candidate_token=")
    for mark in ("HttpOnly", "SameSite=strict", "Path=/certificate/v1/my", "Max-Age=1"):
        assert mark in cookie


async def test_known_and_unknown_people_see_the_same_page(shared: Registration) -> None:
    pages = [await asked(shared), await asked(shared, id_number=LI.id_number, name=LI.name)]
    first, second = (answer.text.replace(session_in(answer), "") for answer in pages)
    assert first == second


@pytest.mark.parametrize("about", [{"name": " "}, {"id_number": "123"}, {"id_type": "library_card"}])
async def test_what_cannot_be_asked_is_said_on_the_page(shared: Registration, about: dict[str, str]) -> None:
    answer = await asked(shared, **about)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert WANG.id_number not in answer.text


async def test_a_session_that_is_none_and_a_code_that_is_none_open_nothing(shared: Registration) -> None:
    for fields in ({"session": "visit_none", "code": "12345678"}, {"session": "x", "code": "12"}, {}):
        answer = await shared.service.client.post(f"{PATH}/code", data=fields)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (422, False)
