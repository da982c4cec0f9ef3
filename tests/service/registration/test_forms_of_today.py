"""Sheets of today's bodies, uploaded as they are."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from client.sample import Person, people
from registration.templates.forms import FormId, forms
from tests.service.registration.world import AFTER, CSV, XLSX, Registration

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANG, LI, ZHANG, ZHAO, SUN = people(5, seed=23)


def filled(form: FormId, person: Person, **cells: Any) -> list[str]:
    """A row of a form: a person, and something in every other cell."""
    given = {"姓名": person.name, "证件号码": person.id_number, "身份证号": person.id_number}
    standing = {
        "证件类型": "居民身份证",
        "性别": "男" if int(person.id_number[16]) % 2 else "女",
        "出生日期": f"{person.id_number[6:10]}年{int(person.id_number[10:12])}月{int(person.id_number[12:14])}日",
        "职业工种名称": "电工",
        "职业名称": "电工",
        "认定等级": "四级/中级工",
        "职业技能等级": "4",
        "手机号码": "13800138000",
        "文化程度": "大学本科",
        "民族": "汉族",
        "参加工作时间": "2010-07",
        "专业年限": "8",
        "本职业工作年限": "8",
    }
    cells = standing | given | cells
    return [cells.get(column.heading, "") for column in forms()[form].columns]


def as_csv(form: FormId, *rows: list[str], encoding: str = "gb18030") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[column.heading for column in forms()[form].columns], *rows])
    return text.getvalue().encode(encoding)


async def handed_in(shared: Registration, content: bytes, kind: str = CSV) -> tuple[str, dict[str, Any]]:
    plan = await shared.accepted("social")
    return plan, await shared.ended(await shared.post(f"/plans/{plan}/roster", "plan_filer", content, kind))


def told(job: dict[str, Any]) -> dict[str, str]:
    return {one["column"]: one["en"] for one in job["result"]["dropped"]}


async def test_the_sheet_of_33_columns_becomes_candidates_and_says_what_was_left_out(
    shared: Registration,
) -> None:
    rows = [filled("roster_33", WANG), filled("roster_33", LI, 认定等级="中级工", 出生日期="")]
    plan, job = await handed_in(shared, as_csv("roster_33", *rows))
    assert (job["state"], job["result"]["accepted"], job["result"]["encoding"]) == ("completed", 2, "GB18030")
    assert [one["level"] for one in await shared.candidates(plan)] == [4, 4]
    reasons = told(job)
    assert "collects nothing" in reasons["民族"]
    assert "Certificates are electronic" in reasons["邮政编码"]
    assert set(reasons) == set(job["result"]["dropped_columns"])


async def test_the_sheet_of_20_columns_names_no_level_and_takes_the_only_one_of_the_plan(
    shared: Registration,
) -> None:
    plan, job = await handed_in(shared, as_csv("roster_20", filled("roster_20", ZHANG), encoding="utf-8-sig"))
    assert (job["state"], job["result"]["accepted"]) == ("completed", 1)
    assert [(one["item_code"], one["level"]) for one in await shared.candidates(plan)] == [("6-31-01-03", 4)]
    assert "first sitting or retake" in told(job)["理论考试"]


async def test_the_sheet_of_11_columns_writes_kinds_and_levels_as_digits(shared: Registration) -> None:
    plan, job = await handed_in(
        shared, as_csv("certificates_11", filled("certificates_11", ZHAO, 证件类型="201"))
    )
    assert (job["state"], job["result"]["accepted"]) == ("completed", 1)
    assert [one["id_type"] for one in await shared.candidates(plan)] == ["resident_id"]
    assert "once the result is recognised" in told(job)["发证机构"]


async def test_the_published_form_is_filled_in_and_sent_back(shared: Registration) -> None:
    form = await shared.service.client.get("/registration/v1/templates/roster_33")
    book = openpyxl.load_workbook(io.BytesIO(form.content))
    for place, cell in enumerate(filled("roster_33", SUN), start=1):
        book["数据"].cell(row=2, column=place, value=cell or None)
    buffer = io.BytesIO()
    book.save(buffer)
    book.close()
    _, job = await handed_in(shared, buffer.getvalue(), XLSX)
    assert (job["state"], job["result"]["accepted"]) == ("completed", 1)


async def test_programs_read_what_becomes_of_each_column(shared: Registration) -> None:
    answer = await shared.service.client.get("/registration/v1/templates")
    listed = {one["id"]: one for one in answer.json()["items"]}
    assert list(listed) == ["roster_33", "roster_20", "certificates_11"]
    columns = {one["heading"]: one for one in listed["roster_33"]["columns"]}
    assert columns["证件号码"]["taken_as"] == "id_number"
    assert columns["政治面貌"]["taken_as"] is None
    assert columns["政治面貌"]["reason_zh"].startswith("没有任何条款")


async def test_certificates_alone_are_no_results_and_with_marks_they_are(shared: Registration) -> None:
    """The last of this module: the evaluation is over then."""
    plan = await shared.accepted("employer")
    await shared.be_at(AFTER)
    row = filled("certificates_11", LI, 证件类型="201", 证书编号="S000032012345678901")

    async def recorded(content: bytes) -> dict[str, Any]:
        return await shared.ended(
            await shared.post(f"/plans/{plan}/results", "result_recorder", content, CSV)
        )

    bare = await recorded(as_csv("certificates_11", row))
    assert {code for _, _, code in await shared.mistakes(bare)} == {"mark-missing", "ethics-missing"}
    lines = as_csv("certificates_11", row).decode("gb18030").splitlines()
    with_marks = [f"{lines[0]},理论成绩,技能成绩,职业道德", f"{lines[1]},80,75.5,合格"]
    job = await recorded("\r\n".join(with_marks).encode("gb18030"))
    assert (job["state"], job["result"]["accepted"]) == ("completed", 1)
    assert "once the result is recognised" in told(job)["证书编号"]
