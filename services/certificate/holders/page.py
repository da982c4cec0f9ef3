"""The pages of holders: what a link shows, and one's own certificates. Without scripts; Chinese with English below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Final

from certificate.holders.domain import FIELDS, MOST_DAYS
from certificate.holders.schemas import OwnCertificateOut, SharedOut, ShareOut
from certificate.verification.domain import Verdict
from certificate.verification.frame import both, document
from certificate.verification.schemas import KINDS, ReasonOut
from common.clock import SHANGHAI
from common.errors import Bilingual
from common.grades import Grade

MY_PATH: Final = "/certificate/v1/my"
SIGN_IN_PATH: Final = "/registration/v1/sign-in"
_VERDICTS: Final[dict[Verdict, Bilingual]] = {
    "valid": Bilingual("证书有效", "This certificate is valid"),
    "not_valid": Bilingual("不能认可", "Not valid"),
    "unprovable": Bilingual("暂时无法证明", "Cannot be proven now"),
}
_TITLE: Final = Bilingual("我的证书", "My certificates")
_NONE: Final = Bilingual("没有您的证书。", "There are no certificates of yours.")
Row = tuple[Bilingual, str | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What a form came to: a message, and the address of a new link, which is shown this once."""

    message: Bilingual
    url: str | None = None
    is_refusal: bool = False


def shared_page(shown: SharedOut) -> str:
    """What a holder shares: who, until when, and whether it is valid now."""
    title = _VERDICTS[shown.verdict]
    who = Bilingual(
        f"由持证人 {shown.shared_by} 分享，{_zh(shown.expires_at)}前有效",
        f"Shared by the holder, {shown.shared_by}, until {_en(shown.expires_at)}",
    )
    ground = shown.ground
    rows: list[Row] = [
        (Bilingual("持证人", "Holder"), f'<span class="holder">{escape(shown.shared_by)}</span>'),
        (Bilingual("证书", "Certificate"), both(KINDS[shown.kind])),
        (Bilingual("职业（工种）", "Occupation"), escape(shown.item_name)),
        (Bilingual("等级", "Level"), _level(shown.level_name, shown.level)),
        (Bilingual("证书编号", "Number"), _number(shown.number)),
        (Bilingual("评价机构", "Issued by"), _text(shown.organisation_name)),
        (Bilingual("委托单位", "Entrusted by"), _text(shown.entrusted_by)),
        (Bilingual("发证日期", "Issued on"), _day(shown.issued_on) if shown.issued_on else None),
        (Bilingual("评价标准", "Standard"), _text(ground.standard if ground else None)),
        (Bilingual("评价方案", "Plan"), _text(ground.plan_number if ground else None)),
        (
            Bilingual("结果认定", "Results recognised"),
            _text(_zh(ground.recognised_at)) if ground and ground.recognised_at else None,
        ),
    ]
    note = Bilingual(
        "本页仅显示持证人选择公开的内容；证件号码从不公开。",
        "This page shows what the holder chose to show; the ID number is never shown.",
    )
    body = (
        f'<section class="card {shown.verdict}"><div class="verdict" role="status"><h1>{both(title)}</h1>'
        f"{_moment(shown.checked_at)}</div>{_reasons(shown.reasons)}{_list(rows)}</section>"
        f'<section class="card"><h2>{both(who)}</h2><p>{both(note)}</p></section>'
    )
    return document(title, body)


def refusal_page(title: Bilingual, detail: Bilingual, *, has_sign_in: bool = False) -> str:
    """Why there is nothing to show."""
    link = _link(SIGN_IN_PATH, Bilingual("登录", "Sign in")) if has_sign_in else ""
    body = (
        f'<section class="card"><h1>{both(title)}</h1><p class="alert" role="alert">{both(detail)}</p>{link}'
        "</section>"
    )
    return document(title, body)


def sign_in_page() -> str:
    """What is needed to see one's own certificates."""
    hint = Bilingual(
        "凭证件、姓名和发送到登记手机的验证码登录，查看本人全部证书、下载打印、分享给他人。",
        "Sign in with your document, your name and a code sent to your telephone on record: see, print and share "
        "all your certificates.",
    )
    link = _link(SIGN_IN_PATH, Bilingual("登录", "Sign in"))
    return document(
        _TITLE, f'<section class="card"><h1>{both(_TITLE)}</h1><p>{both(hint)}</p>{link}</section>'
    )


def my_page(
    certificates: Sequence[OwnCertificateOut], shares: Sequence[ShareOut], said: Said | None = None
) -> str:
    """All certificates of a person with what can be done with them, and the links that were made."""
    head = f'<section class="card"><h1>{both(_TITLE)}</h1>{_said(said)}{_sign_out()}</section>'
    cards = (
        "".join(_card(one) for one in certificates) or f'<section class="card"><p>{both(_NONE)}</p></section>'
    )
    return document(_TITLE, head + cards + _shares(shares))


def _card(one: OwnCertificateOut) -> str:
    rows: list[Row] = [
        (Bilingual("姓名", "Holder"), f'<span class="holder">{escape(one.holder)}</span>'),
        (Bilingual("证书", "Certificate"), both(KINDS[one.kind])),
        (Bilingual("等级", "Level"), _level(one.level_name, one.level)),
        (Bilingual("证书编号", "Number"), _number(one.number)),
        (Bilingual("评价机构", "Issued by"), escape(one.organisation_name)),
        (Bilingual("发证日期", "Issued on"), _day(one.issued_on)),
    ]
    return (
        f'<section class="card {one.verdict}"><div class="verdict"><h2>{escape(one.item_name)}</h2>'
        f"<p>{both(_VERDICTS[one.verdict])}</p></div>{_reasons(one.reasons)}{_list(rows)}{_acts(one.number)}</section>"
    )


def _acts(number: str) -> str:
    safe = escape(number)
    fields = "".join(
        f'<label class="pick"><input type="checkbox" name="fields" value="{field}"'
        f"{'' if field == 'ground' else ' checked'}> {both(label)}</label>"
        for field, label in FIELDS.items()
    )
    return (
        f'<p><a class="act" href="{MY_PATH}/{safe}/pdf">{both(Bilingual("下载打印", "Download to print"))}</a></p>'
        f'<form method="post" action="{MY_PATH}/prints"><input type="hidden" name="number" value="{safe}">'
        f'<button type="submit">遗失补打 Print a lost one again</button></form>'
        f'<form method="post" action="{MY_PATH}/shares"><input type="hidden" name="number" value="{safe}">'
        f"<fieldset><legend>{both(Bilingual('分享内容', 'What a link shows'))}</legend>{fields}</fieldset>"
        f'<label for="days-{safe}">有效天数<span class="en" lang="en">Days</span></label>'
        f'<input type="number" id="days-{safe}" name="days" value="7" min="1" max="{MOST_DAYS}" required>'
        '<button type="submit">生成分享链接 Make a link</button></form>'
    )


def _shares(shares: Sequence[ShareOut]) -> str:
    if not shares:
        return ""
    items = "".join(_share(one) for one in shares)
    heading = both(Bilingual("我的分享", "My links"))
    return f'<section class="card"><h2>{heading}</h2><ul class="parts">{items}</ul></section>'


def _share(one: ShareOut) -> str:
    fields = [FIELDS[field] for field in one.fields]
    about = Bilingual(
        f"{'、'.join(field.zh for field in fields) or '仅有效性'}；至{_zh(one.expires_at)}；已打开 {one.opened} 次",
        f"{', '.join(field.en for field in fields) or 'validity alone'}; until {_en(one.expires_at)}; "
        f"opened {one.opened} times",
    )
    if one.revoked_at is not None:
        act = both(Bilingual("已收回", "Taken back"))
    else:
        act = (
            f'<form method="post" action="{MY_PATH}/shares/revocation">'
            f'<input type="hidden" name="share" value="{escape(str(one.model_dump(mode="json")["id"]))}">'
            '<button type="submit">收回 Take back</button></form>'
        )
    return f'<li><span class="number">{escape(one.number)}</span><span>{both(about)}{act}</span></li>'


def _sign_out() -> str:
    return (
        f'<form method="post" action="{MY_PATH}/sign-out"><button type="submit">退出 Sign out</button></form>'
    )


def _said(said: Said | None) -> str:
    if said is None:
        return ""
    kind = ' class="alert" role="alert"' if said.is_refusal else ' role="status"'
    link = "" if said.url is None else f'<p class="number">{escape(said.url)}</p>'
    return f"<p{kind}>{both(said.message)}</p>{link}"


def _link(path: str, label: Bilingual) -> str:
    return f'<p><a class="act" href="{path}">{both(label)}</a></p>'


def _reasons(reasons: Iterable[ReasonOut]) -> str:
    items = "".join(f"<li>{both(Bilingual(one.detail_zh, one.detail_en))}</li>" for one in reasons)
    return f'<ul class="reasons">{items}</ul>'


def _list(rows: Iterable[Row]) -> str:
    shown = "".join(f"<div><dt>{both(label)}</dt><dd>{value}</dd></div>" for label, value in rows if value)
    return f"<dl>{shown}</dl>"


def _level(name: str | None, level: int | None) -> str | None:
    return None if name is None or level is None else both(Bilingual(name, Grade(level).en))


def _number(number: str | None) -> str | None:
    return None if number is None else f'<span class="number">{escape(number)}</span>'


def _text(value: str | None) -> str | None:
    return None if not value else escape(value)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _zh(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{_day(local.date())}{local:%H:%M}"


def _en(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M} (Beijing)"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return (
        f'<time datetime="{local.isoformat(timespec="seconds")}">查验时间 {local:%Y-%m-%d %H:%M:%S}'
        '<span class="en" lang="en">Checked at, Beijing time</span></time>'
    )
