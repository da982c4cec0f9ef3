"""Synthetic people and bodies for demo, tests and benchmarks: plausible, check-digit-correct, reproducible from a seed.

No list of real persons is behind it. A number can belong to a living person by chance, so nothing made here is shipped
or published: it is generated where it is used.
"""

import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import xlsxwriter

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬琳云峰鹏宇浩凯健俊"
    "帆雪荣国建文辉力志永林春梅琴兰洁晶欣莉婷慧"
)
UNCOMMON = ("买买提·艾力", "阿依古丽·热合曼", "欧阳文博", "王𬭩", "司马青云", "卓玛·央宗")
COUNTIES = (
    "320102",
    "320106",
    "320115",
    "320205",
    "320305",
    "320412",
    "320508",
    "320583",
    "320612",
    "320706",
    "320902",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person with a resident ID number."""

    name: str
    id_number: str


def people(count: int, *, seed: int = 1) -> list[Person]:
    """`count` different people; the first few carry uncommon names (minority, compound, beyond the BMP)."""
    rng = random.Random(seed)
    found: dict[str, Person] = {}
    while len(found) < count:
        name = UNCOMMON[len(found)] if len(found) < len(UNCOMMON) else _name(rng)
        number = _resident_id(rng)
        found.setdefault(number, Person(name, number))
    return list(found.values())


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))


def _resident_id(rng: random.Random) -> str:
    birth = date(1966, 1, 1) + timedelta(days=rng.randrange(38 * 365))
    digits = f"{rng.choice(COUNTIES)}{birth:%Y%m%d}{rng.randrange(1, 1000):03d}"
    return digits + check_character(digits)


def check_character(digits: str) -> str:
    """The 18th character of a resident ID number (GB 11643: ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def uscc(rng: random.Random, *, prefix: str = "91320100") -> str:
    """A unified social credit code with both check characters right (GB 32100, GB 11714)."""
    body = "".join(rng.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=8))
    values = [int(character, 36) for character in body]
    inner = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    first = prefix + body + {10: "X", 11: "0"}.get(inner, str(inner))
    total = sum(USCC_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(first))
    return first + USCC_ALPHABET[-total % 31]


def result_rows(
    persons: Iterable[Person], *, level: int, evaluated_on: date, seed: int = 1
) -> list[dict[str, Any]]:
    """One result for each: most pass, some fail, a few were absent."""
    rng = random.Random(seed)
    rows = []
    for person in persons:
        absent = rng.random() < 0.01
        row = {
            "姓名": person.name,
            "证件类型": "居民身份证",
            "证件号码": person.id_number,
            "认定等级": level,
            "理论成绩": None if absent else _mark(rng),
            "技能成绩": None if absent else _mark(rng),
            "职业道德": "合格",
            "缺考": "是" if absent else None,
            "评价日期": evaluated_on.isoformat(),
        }
        if level in {1, 2}:
            row["综合评审成绩"] = None if absent else _mark(rng)
        rows.append(row)
    return rows


def _mark(rng: random.Random) -> int:
    return max(0, min(100, round(rng.gauss(78, 9))))


def roster_rows(persons: Iterable[Person], *, level: int) -> list[dict[str, Any]]:
    return [
        {"姓名": person.name, "证件类型": "居民身份证", "证件号码": person.id_number, "认定等级": level}
        for person in persons
    ]


def as_xlsx(rows: Sequence[dict[str, Any]]) -> bytes:
    """A sheet with one heading row; ID numbers as text, as the templates ask."""
    buffer = io.BytesIO()
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, headings)
        for number, row in enumerate(rows, start=1):
            for column, heading in enumerate(headings):
                value = row.get(heading)
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
    return buffer.getvalue()


def employer(rng: random.Random, *, region: str = "320106") -> dict[str, Any]:
    return {
        "name": f"江苏{rng.choice('恒鑫华瑞盛通')}{rng.choice('达源科宏泰明')}智能制造有限公司",
        "uscc": uscc(rng),
        "kind": "employer",
        "region": region,
        "contact": {"name": "陈建国", "phone": "025-80000001"},
    }


def agency(rng: random.Random, *, region: str = "320106") -> dict[str, Any]:
    return {
        "name": f"南京{rng.choice('金蓝领求精匠')}{rng.choice('技能职评人才')}评价服务有限公司",
        "uscc": uscc(rng),
        "kind": "third_party_agency",
        "region": region,
        "contact": {"name": "周敏", "phone": "025-80000002"},
    }
