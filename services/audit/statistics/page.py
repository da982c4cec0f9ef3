"""The open page of statistics: published figures as pictures and as tables, without scripts or third parties."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from html import escape
from typing import Final

from audit.statistics import chart
from audit.statistics.dimensions import DIMENSION_NAMES, Dimension, Measure
from audit.statistics.question import FIRST_MONTH, Question
from audit.statistics.schemas import RowOut, StatisticsOut
from audit.statistics.sheet import line
from common.errors import Bilingual
from common.regions import regions

_STYLE: Final = """
:root{color-scheme:light dark;font-family:system-ui,"Noto Sans CJK SC",sans-serif;line-height:1.5}
body{margin:0 auto;max-width:60rem;padding:1rem}
.en{display:block;font-size:.85em;opacity:.8}
section{border:1px solid #8886;border-radius:.75rem;margin:1rem 0;padding:1rem}
svg{height:auto;max-width:100%;background:#fff;color:#111;border-radius:.5rem}
table{border-collapse:collapse}th,td{border-bottom:1px solid #8886;padding:.25rem .75rem;text-align:start}
td:last-child,th:last-child{text-align:end;font-variant-numeric:tabular-nums}
"""
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=60",
}
SECTIONS: Final[tuple[tuple[Dimension, Measure, Bilingual], ...]] = (
    ("city", "certificates", Bilingual("各市核发证书", "Certificates by city")),
    ("month", "certificates", Bilingual("逐月核发证书", "Certificates by month")),
    ("level", "certificates", Bilingual("各等级证书", "Certificates by level")),
    ("class", "certificates", Bilingual("各职业大类证书", "Certificates by major class of occupations")),
    ("mode", "candidates", Bilingual("各评价方式考生", "Candidates by mode of evaluation")),
    ("town", "candidates", Bilingual("城乡考生", "Candidates in town and country")),
    ("sex", "candidates", Bilingual("考生性别", "Candidates by sex")),
    ("age", "candidates", Bilingual("考生年龄段", "Candidates by age")),
)


def questions(today: date) -> list[Question]:
    """What the page asks: every published month, one dimension at a time."""
    return [
        Question((measure,), (dimension,), FIRST_MONTH, today.replace(day=1), is_open_ended=True)
        for dimension, measure, _ in SECTIONS
    ]


def statistics_page(answers: Sequence[StatisticsOut]) -> str:
    """The page of the answers to `questions`, in their order."""
    months = [month.month for month in answers[0].months]
    span = f"{months[0]} – {months[-1]}" if months else "—"
    sections = "".join(
        _section(found, dimension, title)
        for found, (dimension, _, title) in zip(answers, SECTIONS, strict=True)
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>技能人才评价统计 · Statistics of skill evaluation</title><style>{_STYLE}</style></head><body>"
        "<header><h1>技能人才评价统计"
        '<span class="en" lang="en">Statistics of skill evaluation</span></h1>'
        f"<p>已公布月份：{span}；“*”表示人数不足 5 人或为保护其不被推算而不显示。"
        f'<span class="en" lang="en">Published months: {span}; “*”: fewer than five people, or hidden for their '
        "sake.</span></p></header>"
        f"<main>{sections}</main></body></html>"
    )


def _section(found: StatisticsOut, dimension: Dimension, title: Bilingual) -> str:
    figures = [(row, _figure(row)) for row in found.rows]
    if dimension == "city":
        names = {code: place.name for code, place in regions().items()}
        picture = chart.city_map(title.zh, {row.by["city"]: value for row, value in figures}, names)
    else:
        picture = chart.bar_chart(title.zh, [(line(row, found.names)[0], value) for row, value in figures])
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line(row, found.names)) + "</tr>"
        for row in found.rows
    )
    head = f"<tr><th>{escape(DIMENSION_NAMES[dimension].zh)}</th><th>{escape(title.zh)}</th></tr>"
    return (
        f'<section><h2>{escape(title.zh)}<span class="en" lang="en">{escape(title.en)}</span></h2>'
        f"{picture.decode()}<details><summary>数据表 · table</summary>"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></details></section>"
    )


def _figure(row: RowOut) -> float | None:
    (value,) = row.values.values()
    return None if value is None else float(value)
