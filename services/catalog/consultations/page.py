"""What came of a consultation as a page and as CSV; in Chinese and English, without script or third party."""

import csv
import io
from html import escape
from typing import Final

from catalog.consultations.schemas import SummaryOut
from common.errors import Bilingual
from common.tabular.writing import defused

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
COLUMNS: Final = ("clause", "stance", "text", "proposal", "verdict", "reason")
WORDS: Final = {
    "support": Bilingual("赞成", "support"),
    "object": Bilingual("反对", "object"),
    "amend": Bilingual("修改", "amend"),
    "accepted": Bilingual("采纳", "accepted"),
    "partly": Bilingual("部分采纳", "partly accepted"),
    "not_accepted": Bilingual("未采纳", "not accepted"),
}


def as_csv(summary: SummaryOut) -> bytes:
    """UTF-8 with a byte order mark; nothing in it is run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in summary.rows():
        writer.writerow([defused(str(row[name] if row[name] is not None else "")) for name in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def as_html(summary: SummaryOut) -> str:
    """Both languages side by side: what people wrote is in theirs."""
    rows = "".join(
        f"<tr><td>{one.clause}</td><td>{_word(one.stance)}</td><td>{_text(one.text, one.proposal)}</td>"
        f"<td>{_word(one.verdict)}</td><td>{escape(one.reason)}</td></tr>"
        for one in summary.opinions
    )
    title = escape(summary.title)
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><main><h1>{title}</h1>'
        f"<p>意见 <span lang=en>opinions</span>: {len(summary.opinions)}</p><table><caption>意见与答复 "
        "<span lang=en>Opinions and answers</span></caption><thead><tr><th scope=col>条 <span lang=en>clause</span>"
        "<th scope=col>立场 <span lang=en>stance</span><th scope=col>意见 <span lang=en>opinion</span>"
        "<th scope=col>答复 <span lang=en>answer</span><th scope=col>理由 <span lang=en>reason</span></tr></thead>"
        f"<tbody>{rows}</tbody></table></main></html>"
    )


def _word(name: str) -> str:
    return f'{WORDS[name].zh} <span lang="en">{WORDS[name].en}</span>'


def _text(text: str, proposal: str | None) -> str:
    return escape(text) + (f"<br>→ {escape(proposal)}" if proposal else "")
