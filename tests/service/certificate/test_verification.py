"""Verification by anyone: three-valued, reasoned, dated; unknown and mismatch are one answer."""

import asyncio
import json
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from certificate.verification import register
from certificate.verification.guesses import MISSES
from common.certificate_code import decode_text, encode_text
from common.events.filing import EntrustedBy
from common.ids import uuid7
from tests.service.certificate.world import (
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.support.waiting import eventually


async def test_a_code_is_valid_and_masks_its_holder(certificates: Certificates) -> None:
    certificate, person = await certificates.one("欧阳静姝")
    answer = await certificates.verify(code=certificate.code)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["verdict"], found["state"]) == ("valid", "valid")
    assert [reason["code"] for reason in found["reasons"]] == ["signature-holds", "registered"]
    assert found["checked_at"].startswith("2046-11-23T10:")
    assert found["checked_at"].endswith("+08:00")
    shown = found["certificate"]
    assert shown["holder"] == "欧***"
    assert (shown["level_name"], shown["item_name"]) == ("三级/高级工", "电工")
    assert shown["organisation_name"] == "江苏长江机械有限公司"
    assert person.name not in answer.text
    assert person.id_number not in answer.text


async def test_a_certificate_of_an_entrusted_evaluation_names_both_sides(certificates: Certificates) -> None:
    """Art. 12: the body that evaluated, and the employer on whose behalf it did."""
    by = EntrustedBy(
        entrustment_id=uuid7(),
        organisation_id=uuid7(),
        name="江苏示范电力有限公司",
        uscc="91320000MA1X2Y3Z4A",
    )
    person, batch_id = Person("王𬭩"), uuid7()
    await certificates.hear(
        organisation(),
        plan(entrusted_by=by),
        await certificates.results([person], batch_id=batch_id),
        recorded(batch_id, rows=1),
        recognised(batch_id, rows=1),
    )
    (certificate,) = await certificates.issued(1, batch_id)
    assert (certificate.organisation_name, certificate.entrusted_by) == (
        "江苏长江机械有限公司",
        "江苏示范电力有限公司",
    )
    found = (await certificates.verify(code=certificate.code)).json()["certificate"]
    assert found["entrusted_by"] == "江苏示范电力有限公司"


@pytest.mark.parametrize("spelling", ["code", "lower", "spaced", "path"])
async def test_every_spelling_of_a_code_gets_the_same_verdict(
    certificates: Certificates, spelling: str
) -> None:
    certificate, _ = await certificates.one()
    code = certificate.code.rpartition("/")[2]
    spaced = "-".join(code[at : at + 8] for at in range(0, len(code), 8))
    if spelling == "path":
        answer = await certificates.client.get(f"/certificate/v1/verifications/{code}")
    else:
        text = {"code": code, "lower": certificate.code.lower(), "spaced": f" {spaced} "}.get(spelling, code)
        answer = await certificates.verify(code=text)
    assert answer.json()["verdict"] == "valid"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_revocation_is_seen_at_once(certificates: Certificates) -> None:
    certificate, person = await certificates.one()
    assert (await certificates.verify(code=certificate.code)).json()["verdict"] == "valid"
    assert (await certificates.revoke(certificate.number)).status_code == 201
    by_number = (await certificates.verify(number=certificate.number, name=person.name)).json()
    assert (by_number["verdict"], by_number["state"]) == ("not_valid", "revoked")

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await certificates.verify(code=certificate.code)).json()
        return None if found["state"] == "valid" else found

    by_code = await eventually(look)
    assert (by_code["verdict"], by_code["state"]) == ("not_valid", "revoked")
    assert by_code["reasons"][-1]["code"] == "revoked"
    assert "错误核发" in by_code["reasons"][-1]["detail_zh"]
    assert by_code["certificate"]["revoked_at"].startswith("2046-11-23T10:")
    assert by_code["since"] == by_code["certificate"]["revoked_at"]


async def test_a_changed_code_is_not_genuine_and_shows_nothing_of_what_it_claims(
    certificates: Certificates,
) -> None:
    certificate, _ = await certificates.one()
    cose = bytearray(decode_text(certificate.code))
    cose[60] ^= 1
    answer = await certificates.verify(code=encode_text(bytes(cose)))
    assert answer.status_code == 200
    assert (answer.json()["verdict"], answer.json()["state"]) == ("not_valid", "not_genuine")
    assert "certificate" not in answer.json()
    assert certificate.number not in answer.text


async def test_number_and_name_together_are_found(certificates: Certificates) -> None:
    certificate, _ = await certificates.one("买买提·阿不都")
    for number, name in [
        (certificate.number, "买买提·阿不都"),
        (certificate.number.lower(), "买买提•阿不都 "),
        (f" {certificate.number[:13]} {certificate.number[13:]}", "买买提・阿不都"),
    ]:
        found = await certificates.verify(number=number, name=name)
        assert found.status_code == 200, found.text
        assert found.json()["verdict"] == "valid"
        assert found.json()["certificate"]["holder"] == "买***"


async def test_unknown_number_and_wrong_name_are_one_answer(certificates: Certificates) -> None:
    certificate, person = await certificates.one()
    wrong_name = await certificates.verify(number=certificate.number, name="张三")
    unknown = await certificates.verify(number="Y000032000017463999999", name=person.name)
    shape = await certificates.verify(number="none of ours", name=person.name)
    bodies = [answer.json() | {"request_id": ""} for answer in (wrong_name, unknown, shape)]
    assert [answer.status_code for answer in (wrong_name, unknown, shape)] == [404, 404, 404]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["type"] == "/problems/certificate-not-found"


async def test_a_number_at_which_names_are_guessed_rests(certificates: Certificates) -> None:
    certificate, person = await certificates.one()
    for guess in range(MISSES):
        assert (await certificates.verify(number=certificate.number, name=f"张{guess}")).status_code == 404
    rested = await certificates.verify(number=certificate.number, name=person.name)
    assert rested.status_code == 429
    assert 0 < int(rested.headers["Retry-After"]) <= 300
    other = await certificates.verify(number="Y000032000017463999999", name=person.name)
    assert other.status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"number": "Y1"}, {"name": "张三"}, {"code": "A", "number": "Y", "name": "张三"}]
)
async def test_half_a_question_is_refused(certificates: Certificates, body: dict[str, str]) -> None:
    answer = await certificates.verify(**body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "one-way-to-verify"


async def test_the_status_is_in_memory_and_what_is_missing_is_told(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By code nothing is asked of the register; by number nothing can be proven without it."""
    certificate, person = await certificates.one()

    async def unreadable(*about: object, **more: object) -> None:
        raise register.RegisterUnreadable

    monkeypatch.setattr(register.Register, "_fetch", unreadable)

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await certificates.verify(code=certificate.code)).json()
        return None if found["verdict"] == "unprovable" else found

    found = await eventually(look)
    assert (found["verdict"], found["state"]) == ("valid", "valid")
    states = {used["name"]: used["state"] for used in found["inputs"]}
    assert (states["keys"], states["status"], states["register"]) == ("fresh", "fresh", "missing")
    assert found["certificate"]["holder"] == "王*"
    assert found["certificate"]["organisation_name"] == "江苏长江机械有限公司"
    by_number = (await certificates.verify(number=certificate.number, name=person.name)).json()
    assert by_number["verdict"] == "unprovable"
    assert "certificate" not in by_number


async def test_a_day_gone_by_is_answered_from_the_record_of_changes(certificates: Certificates) -> None:
    certificate, person = await certificates.one()  # of 2046-11-20, the day of its recognition
    assert (await certificates.revoke(certificate.number)).status_code == 201  # on 2046-11-23
    for day, state in [("2046-11-19", "not_yet_issued"), ("2046-11-22", "valid"), ("2046-11-23", "revoked")]:
        by_number = await certificates.verify(number=certificate.number, name=person.name, on=day)
        by_code = await certificates.verify(code=certificate.code, on=day)
        quick = await certificates.client.get(
            f"/certificate/v1/verifications/{certificate.code.rpartition('/')[2]}", params={"on": day}
        )
        assert [answer.json()["state"] for answer in (by_number, by_code, quick)] == [state] * 3
        assert by_code.json()["on"] == day
        assert "state-of-the-day" in by_code.text or state == "not_yet_issued"
    ahead = await certificates.verify(code=certificate.code, on="2046-11-24")
    assert (ahead.status_code, ahead.json()["type"]) == (422, "/problems/day-ahead")
    wrong = await certificates.client.get("/certificate/v1/verifications/AAAA", params={"on": "tomorrow"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "not-a-date")


async def test_a_statement_is_the_same_answer_signed_with_a_published_key(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    answer = await certificates.client.post(
        "/certificate/v1/verifications/statements", json={"code": certificate.code, "on": "2046-11-22"}
    )
    assert answer.status_code == 200, answer.text
    published = (await certificates.client.get("/certificate/v1/platform-keys")).json()["keys"]
    (key,) = [one for one in published if one["purpose"] == "answer"]
    signed = jws.deserialize_compact(answer.json()["statement"], ECKey.import_key(key), algorithms=["ES256"])
    assert signed.headers() == {"alg": "ES256", "kid": key["kid"], "typ": "verification+jwt"}
    claims = json.loads(signed.payload)
    assert claims["verification"] == answer.json()["verification"]
    assert claims["verification"]["state"] == "valid"
    assert claims["code_sha256"] == sha256(certificate.code.encode()).hexdigest()
    assert claims["iss"] == key["iss"]
    again = await certificates.client.post("/certificate/v1/verifications/statements", json={"code": "AAAA"})
    assert again.json()["verification"]["state"] == "not_genuine"
    unknown = await certificates.client.post(
        "/certificate/v1/verifications/statements", json={"number": certificate.number, "name": "张三"}
    )
    assert unknown.status_code == 404


async def test_keys_say_body_register_and_validity(certificates: Certificates) -> None:
    await certificates.one()
    answer = await certificates.client.get("/certificate/v1/keys")
    (key,) = answer.json()["keys"]
    assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")
    assert (key["register"], key["issuer"]) == ("Y000032000017", "江苏长江机械有限公司")
    assert key["nbf"] == 2426256000  # 2046-11-20T00:00:00+08:00, the day of issue that needed it
    assert "d" not in key
    assert "register_code" not in key
    assert answer.headers["Cache-Control"] == "public, max-age=60"


class TestPage:
    @pytest.mark.parametrize("path", ["V", "v"])
    async def test_a_scan_opens_the_verdict_first(self, certificates: Certificates, path: str) -> None:
        certificate, person = await certificates.one()
        page = await certificates.client.get(f"/{path}/{certificate.code.rpartition('/')[2]}")
        assert page.status_code == 200
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        text = page.text
        assert text.index("证书有效") < text.index(certificate.number)
        assert "JS-320104-2046-000012" in text
        assert "电工国家职业技能标准" in text
        assert person.name not in text
        assert person.id_number not in text
        assert len(page.content) < 60_000

    async def test_it_loads_nothing_from_anywhere_and_runs_only_what_its_policy_names(
        self, certificates: Certificates
    ) -> None:
        certificate, _ = await certificates.one()
        page = await certificates.client.get(f"/V/{certificate.code.rpartition('/')[2]}")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "script-src 'sha256-" in policy
        assert all(mark not in page.text for mark in (" src=", "http://", "https://", "<img", "style="))

    async def test_it_explains_the_number_part_by_part(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        text = (await certificates.client.get(f"/V/{certificate.code.rpartition('/')[2]}")).text
        for part in ("评价机构类别", "江苏省", "000017", "核发年份", "三级/高级工", "证书序列码"):
            assert part in text

    async def test_a_forged_code_is_told_as_such(self, certificates: Certificates) -> None:
        page = await certificates.client.get("/V/AAAA")
        assert page.status_code == 200
        assert "证书码不真实" in page.text
        script = await certificates.client.get("/V/<script>alert(1)")
        assert "<script>alert" not in script.text

    async def test_the_form_finds_by_number_and_name(self, certificates: Certificates) -> None:
        certificate, person = await certificates.one()
        form = await certificates.client.get("/certificate/v1/verify")
        assert 'method="post"' in form.text
        found = await certificates.client.post(
            "/certificate/v1/verify", data={"number": certificate.number, "name": person.name}
        )
        assert found.status_code == 200
        assert "证书有效" in found.text
        missed = await certificates.client.post(
            "/certificate/v1/verify", data={"number": certificate.number, "name": "张三"}
        )
        assert missed.status_code == 404
        assert "没有与所填编号和姓名同时相符的证书" in unescape(missed.text)
        empty = await certificates.client.post("/certificate/v1/verify", data={"number": ""})
        assert empty.status_code == 422


async def test_many_checks_at_once_all_get_their_answer(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    code = certificate.code.rpartition("/")[2]
    answers = await asyncio.gather(
        *(certificates.client.get(f"/certificate/v1/verifications/{code}") for _ in range(100))
    )
    assert {answer.json()["verdict"] for answer in answers} == {"valid"}


@pytest.mark.parametrize("text", ["%00", "Y%00", "%F0%9F%98%80", "%ff%fe", "a%20b", "A" * 5000])
async def test_hostile_paths_get_an_answer(certificates: Certificates, text: str) -> None:
    headers = certificates.service.as_("authority")
    detail = await certificates.client.get(f"/certificate/v1/certificates/{text}", headers=headers)
    assert detail.status_code == 404
    quick = await certificates.client.get(f"/certificate/v1/verifications/{text}")
    page = await certificates.client.get(f"/V/{text}")
    if text.endswith("%00"):  # no path of the platform has a NUL in it
        assert (quick.status_code, page.status_code) == (404, 404)
    else:
        assert (quick.json()["state"], page.status_code) == ("not_genuine", 200)


@pytest.mark.parametrize("number", ["\t", "Y 0", "Ｙ", "😀", "' OR 1=1 --"])
async def test_hostile_numbers_are_simply_not_found(certificates: Certificates, number: str) -> None:
    assert (await certificates.verify(number=number, name="张三")).status_code == 404
    form = await certificates.client.post(
        "/certificate/v1/verify", data={"number": f"{number}x\x00", "name": "\x00"}
    )
    assert form.status_code in {404, 422}
