"""Older certificates on real servers: taken in whole or not at all, found like others, worth what they rest on."""

from typing import Any

import httpx
import pytest

from client import certificate as calls
from tests.service.certificate.world import Certificates

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROW = {
    "number": "0610012003300042",
    "name": "张三",
    "item_name": "维修电工",
    "level": 3,
    "issuer": "江苏省职业技能鉴定中心",
    "issued_on": "2006-06-30",
}


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    return one_service


async def imported(
    certificates: Certificates,
    *rows: dict[str, Any],
    evidence: str = "original_register",
    source: str = "登记簿",
) -> httpx.Response:
    call = calls.import_legacy(source, evidence, [ROW | row for row in rows])
    headers = certificates.service.as_("authority", idempotency_key="new")
    return await certificates.client.post(call.path, json=call.json, headers=headers)


async def found(certificates: Certificates, number: str, name: str) -> httpx.Response:
    return await certificates.client.post(
        "/certificate/v1/verifications", json={"number": number, "name": name}
    )


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [("original_register", "valid"), ("archive_scan", "unprovable"), ("declared", "unprovable")],
)
async def test_it_is_worth_what_its_evidence_supports(
    certificates: Certificates, evidence: str, verdict: str
) -> None:
    number = {"original_register": "0610012003300101", "archive_scan": "0610012003300102"}.get(
        evidence, "R3G20081234567890123"
    )
    answer = await imported(certificates, {"number": number}, evidence=evidence, source=f"来源 {evidence}")
    assert (answer.status_code, answer.json()["imported"]) == (201, 1)
    told = (await found(certificates, number, "张三")).json()
    assert (told["verdict"], told["legacy"]["evidence"], told["legacy"]["holder"]) == (
        verdict,
        evidence,
        "张*",
    )
    assert f"来源 {evidence}" in told["reasons"][0]["detail_zh"]
    assert (await found(certificates, number, "李四")).status_code == 404


async def test_a_number_of_two_persons_is_told_and_the_name_decides(certificates: Certificates) -> None:
    number = "0610012003300777"
    answer = await imported(
        certificates, {"number": number}, {"number": number, "name": "王五", "level": None}
    )
    assert answer.json() == {"imported": 2, "known": 0, "clashes": [{"number": number, "persons": 2}]}
    first, second = await found(certificates, number, "张三"), await found(certificates, number, "王五")
    assert (first.json()["legacy"].get("level"), second.json()["legacy"].get("level")) == (3, None)


async def test_every_mistake_is_told_and_nothing_is_kept(certificates: Certificates) -> None:
    answer = await imported(
        certificates,
        {"number": "0610012003300888", "issued_on": "1949-10-01"},
        {"number": "0610012003300889", "level": 5},
        {"number": "0610012003300890"},
        {"number": "0610012003300890"},
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/rows/0/issued_on",
        "/rows/1/level",
        "/rows/3",
    }
    assert (await found(certificates, "0610012003300890", "张三")).status_code == 404


async def test_the_same_rows_sent_again_are_known(certificates: Certificates) -> None:
    assert (await imported(certificates, {"number": "0610012003300999"})).json()["imported"] == 1
    assert (await imported(certificates, {"number": "0610012003300999"})).json() == {
        "imported": 0,
        "known": 1,
        "clashes": [],
    }


@pytest.mark.parametrize(
    ("day", "verdict", "state"),
    [("2006-06-29", "not_valid", "not_yet_issued"), ("2006-06-30", "valid", "valid")],
)
async def test_before_its_issue_it_was_not_valid(
    certificates: Certificates, day: str, verdict: str, state: str
) -> None:
    await imported(certificates, {"number": "0610012003300555"})
    question = {"number": "0610012003300555", "name": "张三", "on": day}
    told = (await certificates.client.post("/certificate/v1/verifications", json=question)).json()
    assert (told["verdict"], told["state"], told["on"]) == (verdict, state, day)


async def test_a_number_that_the_platform_issued_is_refused(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    rows = ({"number": "0610012003300556"}, {"number": certificate.number})
    answer = await imported(certificates, *rows)
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/rows/1/number", "issued-here")
    ]
    for number in ("0610012003300556", certificate.number):
        assert (await found(certificates, number, "张三")).status_code == 404
