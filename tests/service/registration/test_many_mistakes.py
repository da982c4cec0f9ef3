"""A sheet in which nearly every row is wrong, each in one of forty ways: all of them told, and the mended one taken."""

import io
from typing import Any, Final

import openpyxl

from client.sample import as_xlsx, check_character, people, result_rows
from tests.service.registration.world import AFTER, EVALUATED_ON, XLSX, Registration

WRONG: Final = 5_000
FIRST, *CROWD = people(WRONG + 1, seed=41)


def number(born: str, division: str = "320106") -> str:
    """A resident ID number whose check digit is right."""
    digits = f"{division}{born}101"
    return digits + check_character(digits)


MISTAKES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("姓名", "missing", {"姓名": None}),
    ("姓名", "too-long", {"姓名": "王" * 51}),
    ("姓名", "too-long", {"姓名": "王" * 1_001}),
    ("姓名", "name-characters", {"姓名": "王?"}),
    ("姓名", "name-characters", {"姓名": "=王伟"}),
    ("姓名", "name-damaged", {"姓名": "王�"}),
    ("姓名", "characters", {"姓名": "王\x07伟"}),
    ("姓名", "id-two-names", {"姓名": "王小明", "证件号码": FIRST.id_number}),
    ("证件号码", "duplicate-row", {"姓名": FIRST.name, "证件号码": FIRST.id_number}),
    ("证件号码", "missing", {"证件号码": None}),
    ("证件号码", "id-checksum", {"证件号码": "321302199003074512"}),
    ("证件号码", "id-length", {"证件号码": "3213021990"}),
    ("证件号码", "id-characters", {"证件号码": "32130219900307A511"}),
    ("证件号码", "id-old-form", {"证件号码": "321302900307451"}),
    ("证件号码", "id-birth-date", {"证件号码": number("20230229")}),
    ("证件号码", "id-birth-date", {"证件号码": number("20400101")}),
    ("证件号码", "id-region", {"证件号码": number("19900307", "000000")}),
    ("证件号码", "id-became-number", {"证件号码": 3.21302199003074e17}),
    ("证件号码", "id-type", {"证件类型": "护照"}),
    ("证件号码", "id-length", {"证件类型": "护照", "证件号码": "E12"}),
    ("证件号码", "under-16", {"证件号码": number("20190307")}),
    ("证件类型", "id-type-unknown", {"证件类型": "图书证"}),
    ("性别", "id-sex", {"性别": "女", "证件号码": number("19900307")}),
    ("出生日期", "id-birth-date", {"出生日期": "1911-10-10"}),
    ("认定等级", "missing", {"认定等级": None}),
    ("认定等级", "level-unknown", {"认定等级": 9}),
    ("认定等级", "level-not-in-plan", {"认定等级": 1}),
    ("职业名称", "item-not-in-plan", {"职业名称": "焊工"}),
    ("理论成绩", "mark-missing", {"理论成绩": None, "缺考": None}),
    ("理论成绩", "value-type", {"理论成绩": "八十"}),
    ("理论成绩", "value-range", {"理论成绩": 100.5}),
    ("技能成绩", "value-range", {"技能成绩": -1}),
    ("技能成绩", "value-precision", {"技能成绩": 59.999}),
    ("技能成绩", "value-type", {"技能成绩": "1e2"}),
    ("综合评审成绩", "mark-not-expected", {"综合评审成绩": 80}),
    ("职业道德", "ethics-missing", {"职业道德": None}),
    ("职业道德", "choice-unknown", {"职业道德": "还行"}),
    ("缺考", "choice-unknown", {"缺考": "不清楚"}),
    ("违纪", "choice-unknown", {"违纪": "不清楚"}),
    ("评价日期", "value-type", {"评价日期": "当天"}),
    ("评价日期", "value-range", {"评价日期": "2031-10-24"}),
    ("备注", "too-long", {"备注": "补" * 201}),
)


async def test_every_mistake_of_5000_rows_is_told_and_the_mended_sheet_is_taken(
    registration: Registration,
) -> None:
    assert len(MISTAKES) >= 40
    plan = await registration.accepted("employer")
    await registration.be_at(AFTER)
    right = [
        row | {"理论成绩": 80, "技能成绩": 75, "缺考": None}
        for row in result_rows([FIRST, *CROWD], level=4, evaluated_on=EVALUATED_ON)
    ]
    wrong = [right[0]]
    expected = []
    for place, row in enumerate(right[1:]):
        column, code, change = MISTAKES[place % len(MISTAKES)]
        wrong.append(row | change)
        expected.append((place + 3, column, code))  # row 1 of the sheet is its headings, row 2 is right

    sent = await registration.post(f"/plans/{plan}/results", "result_recorder", as_xlsx(wrong), XLSX)
    job = await registration.ended(sent)
    assert (job["state"], job["total"], job["result"]["rejected"]) == ("rejected", WRONG + 1, WRONG)
    told = await every_mistake(registration, job)
    of_same_person = {row for row, _, code in told if code == "id-two-names"}
    assert [one for one in told if one[0] not in of_same_person] == [
        one for one in expected if one[0] not in of_same_person
    ]
    assert {row for row, _, _ in told} == set(range(3, WRONG + 3))
    back = await registration.get(f"/jobs/{job['id']}/sheet", "result_recorder")
    sheet = openpyxl.load_workbook(io.BytesIO(back.content), read_only=True).worksheets[0]
    marks = [line[-1] for line in sheet.iter_rows(values_only=True)]
    assert sum(bool(mark) for mark in marks[2:]) == WRONG

    mended = await registration.post(f"/plans/{plan}/results", "result_recorder", as_xlsx(right), XLSX)
    job = await registration.ended(mended)
    assert (job["state"], job["errors"], job["result"]["accepted"]) == ("completed", 0, WRONG + 1)


async def every_mistake(registration: Registration, job: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Row, column and code of every mistake, page by page; each says what is wrong and how to mend it."""
    found: list[tuple[int, str, str]] = []
    cursor = ""
    while True:
        page = (await registration.get(f"/jobs/{job['id']}/errors?limit=200{cursor}")).json()
        assert all(item["detail"] and item["remedy"] for item in page["items"])
        found += [(item["row"], item["column"], item["code"]) for item in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"
