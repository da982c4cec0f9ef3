"""Lists that are verified for employers: answers by row, nothing kept of whom they concern."""

import io
import json
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import text

from certificate.status.domain import Status
from certificate.verification.lists import service
from certificate.verification.lists.domain import LARGEST_LIST, MISSES_A_DAY
from client import certificate
from client.calls import Call
from common.ids import uuid7
from tests.service.certificate.world import BODY, Certificates
from tests.support.service import owner_connection
from tests.support.waiting import eventually

T = TypeVar("T")
LISTS = "/certificate/v1/verification-lists"


async def answers(certificates: Certificates, job: str, **query: Any) -> list[dict[str, Any]]:
    headers = certificates.service.as_("organisation_reader", organisation_id=BODY)
    answer = await certificates.client.get(f"{LISTS}/{job}/answers", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def kept(certificates: Certificates, job: str) -> dict[str, Any]:
    headers = certificates.service.as_("organisation_reader", organisation_id=BODY)
    found: dict[str, Any] = (await certificates.client.get(f"{LISTS}/{job}", headers=headers)).json()
    return found


async def rows_of_jobs(certificates: Certificates) -> dict[str, int]:
    """What a refused list must not leave; workers write other tables meanwhile."""
    counts = await certificates.service.row_counts()
    return {name: counts[name] for name in ("job", "job_chunk", "upload", "list_check", "idempotency")}


async def in_memory(certificates: Certificates, code: str, state: Status) -> bool | None:
    return (await certificates.verify(code=code)).json()["state"] == state or None


async def test_each_row_gets_its_answer_and_nobody_is_named(certificates: Certificates) -> None:
    valid, person = await certificates.one("欧阳静姝")
    revoked, _ = await certificates.one("张三")
    await certificates.revoke(revoked.number)
    await eventually(lambda: in_memory(certificates, revoked.code, "revoked"))
    sheet = f"证书码,证书编号,姓名\r\n{valid.code},,\r\n{revoked.code},,\r\n"
    sheet += (
        f",{valid.number},{person.name}\r\n,{valid.number},李四\r\n,Y000032000017463999999,{person.name}\r\n"
    )
    sheet += "AAAA,,\r\n"
    job = await certificates.verified_list(sheet.encode(), media_type="text/csv")
    found = await answers(certificates, job)
    assert [(one["row"], one["verdict"], one["state"], one["reason"]) for one in found] == [
        (2, "valid", "valid", "registered"),
        (3, "not_valid", "revoked", "revoked"),
        (4, "valid", "valid", "registered"),
        (5, "not_valid", None, "no-such-certificate"),
        (6, "not_valid", None, "no-such-certificate"),
        (7, "not_valid", "not_genuine", "envelope"),
    ]
    headers = certificates.service.as_("organisation_reader", organisation_id=BODY)
    csv = await certificates.client.get(f"{LISTS}/{job}/answers.csv", headers=headers)
    assert csv.text.splitlines()[1].startswith("2,valid,valid,registered,")
    for told in (json.dumps(found), csv.text):
        assert all(part not in told for part in (valid.number, person.name, "欧", "李四"))
    assert (await kept(certificates, job)) | {"asked_at": "", "expires_at": ""} == {
        "job_id": job,
        "ground": "consent",
        "reference": "2046年入职授权书(01-35号)",
        "rows": 6,
        "valid": 2,
        "not_valid": 4,
        "unprovable": 0,
        "asked_at": "",
        "expires_at": "",
    }


async def test_nothing_of_a_list_is_kept_but_count_and_ground(certificates: Certificates) -> None:
    """Neither tables nor the journal hold what was asked; the answers go after a week."""
    issued, person = await certificates.one("欧阳静姝")
    job = await certificates.verified_list([{"number": issued.number, "name": person.name}])
    async with owner_connection(certificates.service.database_url) as database:
        for table in ("upload", "job_chunk"):
            assert await database.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        for table in ("job", "list_check", "list_answer", "outbox", "idempotency"):
            rows = (await database.execute(text(f"SELECT t::text FROM {table} t"))).scalars().all()
            said = "".join(row for row in rows if "certificates.issued" not in row)
            assert issued.number not in said, table
            assert person.name not in said, table
    expires = datetime.fromisoformat((await kept(certificates, job))["expires_at"])
    assert expires - certificates.service.platform.clock.now() > timedelta(days=6, hours=23)
    assert len(await answers(certificates, job)) == 1
    await certificates.be_at("2046-12-01T10:05:00+08:00")
    await service.forget_answers(certificates.service.platform)
    assert await answers(certificates, job) == []
    assert (await kept(certificates, job))["valid"] == 1


async def test_pages_of_answers_follow_one_another(certificates: Certificates) -> None:
    job = await certificates.verified_list([{"code": "AAAA"}] * 7)
    headers = certificates.service.as_("organisation_reader", organisation_id=BODY)
    first = await certificates.client.get(f"{LISTS}/{job}/answers", params={"limit": 5}, headers=headers)
    rest = await certificates.client.get(
        f"{LISTS}/{job}/answers", params={"limit": 5, "cursor": first.json()["next"]}, headers=headers
    )
    rows = [one["row"] for answer in (first, rest) for one in answer.json()["items"]]
    assert rows == [1, 2, 3, 4, 5, 6, 7]
    assert rest.json()["next"] is None


async def test_workbooks_are_taken_and_all_mistakes_told(certificates: Certificates) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (
        ("证书码", "编号", "姓名"),
        ("AAAA", None, None),
        (None, None, "张三"),
        ("A" * 999, None, None),
    ):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = await certificates.send_list(buffer.getvalue(), media_type=xlsx)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    assert [(error["row"], error["code"]) for error in answer.json()["errors"]] == [(3, "nothing-asked")]
    nothing = await certificates.send_list(b"[]")
    assert (nothing.status_code, nothing.json()["type"]) == (422, "/problems/file-unreadable")
    no_ground = await certificates.send_list([{"code": "AAAA"}], ground="curiosity")
    assert no_ground.status_code == 422


async def test_lists_are_of_bodies_of_ten_thousand_rows_and_of_what_holders_gave(
    certificates: Certificates,
) -> None:
    before = await rows_of_jobs(certificates)
    long = await certificates.send_list([{"code": "AAAA"}] * (LARGEST_LIST + 1))
    assert (long.status_code, long.json()["type"]) == (422, "/problems/validation")
    assert "10,000" in long.text
    bare = await certificates.send_list([{"code": "AAAA"}, {"number": "Y000032000017463000001"}])
    assert (bare.status_code, bare.json()["type"]) == (403, "/problems/permission-denied")
    assert [error["row"] for error in bare.json()["errors"]] == [2]
    assert "Y000032000017463000001" not in bare.text
    assert await rows_of_jobs(certificates) == before


async def test_another_organisation_sees_neither_list_nor_answers(certificates: Certificates) -> None:
    job = await certificates.verified_list([{"code": "AAAA"}])
    headers = certificates.service.as_("organisation_reader", organisation_id=uuid7())
    for path in ("", "/answers", "/answers.csv"):
        answer = await certificates.client.get(f"{LISTS}/{job}{path}", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_list_that_guesses_is_not_answered_any_further(certificates: Certificates) -> None:
    """A search through the numbers of a series with a frequent name stops; the next list is not even taken."""
    issued, person = await certificates.one("欧阳静姝")
    guesses = [{"number": f"Y000032000017463{serial:06}", "name": "张伟"} for serial in range(MISSES_A_DAY)]
    job = await certificates.verified_list([*guesses, {"number": issued.number, "name": person.name}])
    headers = certificates.service.as_("organisation_reader", organisation_id=BODY)
    csv = await certificates.client.get(f"{LISTS}/{job}/answers.csv", headers=headers)
    assert csv.text.splitlines()[-1].startswith(f"{MISSES_A_DAY + 1},unprovable,,too-many-misses,")
    refused = await certificates.send_list([{"number": issued.number, "name": person.name}])
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/permission-denied")
    other = await certificates.send_list([{"code": "AAAA"}], organisation_id=uuid7())
    assert other.status_code == 202


async def test_the_calls_of_integrators_reach_their_routes(certificates: Certificates) -> None:
    found, person = await certificates.one("欧阳静姝")

    async def told(call: Call[T]) -> T:
        reader = certificates.service.as_("organisation_reader", organisation_id=BODY)
        answer = await certificates.client.request(
            call.method,
            call.path,
            headers={**reader, **call.headers},
            params=call.query,
            content=call.content,
            json=call.json,
        )
        assert answer.is_success, answer.text
        return call.read(answer)

    sent = await told(
        certificate.verify_list(
            f"code\r\n{found.code}\r\n".encode(), "text/csv", ground="employment", reference="2046-7"
        )
    )
    headers = certificates.service.as_("organisation_reader", organisation_id=BODY)
    await certificates.ended(sent.id, headers)
    (answer,) = (await told(certificate.list_answers(sent.id))).items
    assert (answer.row, answer.verdict, answer.reason) == (2, "valid", "registered")
    assert b"2,valid,valid,registered" in await told(certificate.list_answers_csv(sent.id))
    day = date(2046, 11, 22)
    checked = await told(certificate.verify(number=found.number, name=person.name, on=day))
    assert (checked.verdict, checked.on) == ("valid", day)
    signed = await told(certificate.statement(code=found.code, on=day))
    assert signed.statement.count(".") == 2
    assert signed.verification.state == "valid"
