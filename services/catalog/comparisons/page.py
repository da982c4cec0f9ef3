"""A comparison as a page: in Chinese or English, for screens, screen readers and paper; no script, no third party."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from catalog.comparisons.domain import DIFFERENCES, Changed, Difference
from catalog.comparisons.service import Comparison
from catalog.editions.schemas import EditionSummary
from catalog.items.domain import Version
from common.errors import Bilingual
from common.events.catalog import Track
from common.problems import Language

_STYLE: Final = files("catalog.comparisons").joinpath("page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TRACKS: Final[dict[Track, Bilingual]] = {
    "national_qualification": Bilingual("国家职业资格", "National qualification"),
    "skill_level": Bilingual("职业技能等级", "Skill level"),
    "special_ability": Bilingual("专项职业能力", "Special ability"),
}
_HEADINGS: Final[dict[Difference, Bilingual]] = {
    "added": Bilingual("新增", "New on the list"),
    "left": Bilingual("退出清单", "Off the list"),
    "track": Bilingual("类别变更", "Another track"),
    "renamed": Bilingual("更名", "Another name"),
    "levels": Bilingual("等级变更", "Other levels"),
    "admission": Bilingual("准入性质变更", "Admission changed"),
    "national_item": Bilingual("所属国家项目变更", "Another national item"),
}
_ADMISSION: Final = {
    True: Bilingual("准入类", "tied to admission"),
    False: Bilingual("不与准入挂钩", "not tied to admission"),
}
_TITLE: Final = Bilingual("目录清单两版对照", "Two editions of the list")
_FIRST: Final = Bilingual("原版", "First edition")
_SECOND: Final = Bilingual("对照版", "Second edition")
_UNCHANGED: Final = Bilingual("未变更的项目", "Items unchanged")
_EFFECTIVE: Final = Bilingual("自 {day} 起施行", "in effect from {day}")
_SAME: Final = Bilingual("两版的清单相同。", "The list is the same under both.")
_CODE: Final = Bilingual("编码", "Code")
_NAME: Final = Bilingual("名称", "Name")
_BEFORE: Final = Bilingual("原为", "Before")
_AFTER: Final = Bilingual("现为", "After")
_NOTHING: Final = Bilingual("无", "none")
_GOES_ON: Final = Bilingual("承接:{codes}", "goes on as {codes}")
_SKIP: Final = Bilingual("跳到内容", "Skip to the content")
_CONTENTS: Final = Bilingual("本页内容与下载", "On this page, and downloads")


def comparison_page(comparison: Comparison, *, language: Language) -> str:
    """The whole document, a table for each kind of difference."""
    counts = comparison.counts()
    present = [difference for difference in DIFFERENCES if counts[difference]]

    def say(text: Bilingual) -> str:
        return escape(getattr(text, language))

    links = [
        *(
            f'<li><a href="#{difference}">{say(_HEADINGS[difference])} ({counts[difference]})</a></li>'
            for difference in present
        ),
        '<li><a href="?format=csv" download>CSV</a></li><li><a href="?format=json">JSON</a></li>',
        '<li><a href="?format=html&amp;lang=en" lang="en" hreflang="en">English</a></li>'
        if language == "zh"
        else '<li><a href="?format=html&amp;lang=zh" lang="zh-CN" hreflang="zh-CN">中文</a></li>',
    ]
    body = "".join(_table(comparison.changes, difference, language) for difference in present)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{say(_TITLE)}</title><style>{_STYLE}</style></head><body>"
        f'<a class="skip" href="#content">{say(_SKIP)}</a>'
        f"<header><h1>{say(_TITLE)}</h1><dl>"
        f"<dt>{say(_FIRST)}</dt><dd>{_edition(comparison.first, language)}</dd>"
        f"<dt>{say(_SECOND)}</dt><dd>{_edition(comparison.second, language)}</dd>"
        f"<dt>{say(_UNCHANGED)}</dt><dd>{comparison.unchanged}</dd></dl></header>"
        f'<nav aria-label="{say(_CONTENTS)}"><ul>{"".join(links)}</ul></nav>'
        f'<main id="content">{body or f"<p>{say(_SAME)}</p>"}</main></body></html>'
    )


def _edition(edition: EditionSummary, language: Language) -> str:
    day = getattr(_EFFECTIVE, language).format(day=edition.effective_on)
    return f'<span lang="zh-CN">{escape(edition.name)}</span> ({escape(day)})'


def _table(changes: Iterable[Changed], difference: Difference, language: Language) -> str:
    """The items that differ in this, with what was and what is; the names of items stay Chinese."""
    rows = "".join(
        _row(change, difference, language) for change in changes if difference in change.differences
    )
    heads = "".join(
        f'<th scope="col">{escape(getattr(text, language))}</th>' for text in (_CODE, _NAME, _BEFORE, _AFTER)
    )
    title = escape(getattr(_HEADINGS[difference], language))
    return (
        f'<section id="{difference}" aria-labelledby="{difference}-title">'
        f'<div class="wide" role="region" tabindex="0" aria-labelledby="{difference}-title">'
        f'<table><caption id="{difference}-title">{title}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _row(change: Changed, difference: Difference, language: Language) -> str:
    before = _value(change.before, difference, language)
    after = _value(change.after, difference, language)
    if change.went_on_as:
        goes_on = getattr(_GOES_ON, language).format(codes="、".join(change.went_on_as))
        after = f"{after} ({escape(goes_on)})"
    return (
        f'<tr><th scope="row">{escape(change.code)}</th><td lang="zh-CN">{escape(change.name)}</td>'
        f"<td>{before}</td><td>{after}</td></tr>"
    )


def _value(version: Version | None, difference: Difference, language: Language) -> str:
    """What the difference is about, of one side; for an item that came or left: its track."""
    if version is None:
        return escape(getattr(_NOTHING, language))
    item = version.item
    match difference:
        case "renamed":
            return f'<span lang="zh-CN">{escape(item.name)}</span>'
        case "levels":
            return escape(" ".join(map(str, item.levels)))
        case "admission":
            return escape(getattr(_ADMISSION[item.admission_linked], language))
        case "national_item" if item.national_item:
            return f'<span lang="zh-CN">{escape(item.national_item)}</span>'
        case "national_item":
            return escape(getattr(_NOTHING, language))
        case _:
            return escape(getattr(TRACKS[item.track], language))
