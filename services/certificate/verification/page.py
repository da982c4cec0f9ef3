"""The verification page: verdict first, Chinese with English below, whole without scripts and without third parties."""

from datetime import date, datetime
from html import escape
from typing import Final

from certificate.certificates.explanation import explain
from certificate.verification.chain import chain_card, day_zh
from certificate.verification.domain import Finding, InputName, InputState, Verdict
from certificate.verification.frame import FORM_PATH, both, document
from certificate.verification.proof import SCRIPT, proof_card
from certificate.verification.schemas import KINDS, InputOut, VerificationOut, VerifiedCertificateOut
from common.certificate_code import KeySet
from common.clock import SHANGHAI
from common.errors import Bilingual
from common.grades import Grade
from common.workdays import WorkCalendar

_VERDICTS: Final[dict[Verdict, tuple[Bilingual, str]]] = {
    "valid": (Bilingual("证书有效", "This certificate is valid"), "有效"),
    "not_valid": (Bilingual("不能认可", "Not valid"), "无效"),
    "unprovable": (Bilingual("暂时无法证明", "Cannot be proven now"), "待证"),
}
_TITLES: Final = {
    "revoked": Bilingual("证书已撤销", "This certificate was revoked"),
    "not_genuine": Bilingual("证书码不真实", "This code is not genuine"),
    "not_issued": Bilingual("未登记的证书", "This certificate is not registered"),
    "superseded": Bilingual("证书码已被取代", "This code was superseded"),
    "suspended": Bilingual("证书已暂停使用", "This certificate is suspended"),
    "under_review": Bilingual("证书正在复核", "This certificate is under review"),
    "expired": Bilingual("证书已过有效期", "This certificate has expired"),
}
_INPUTS: Final[dict[InputName, Bilingual]] = {
    "keys": Bilingual("公布的密钥", "Published keys"),
    "status": Bilingual("证书状态", "Status"),
    "names": Bilingual("职业与机构名称", "Names"),
    "register": Bilingual("登记册", "Register"),
}
_STATES: Final[dict[InputState, Bilingual]] = {
    "fresh": Bilingual("最新", "fresh"),
    "old": Bilingual("非最新", "not fresh"),
    "missing": Bilingual("暂不可用", "not available now"),
}


def code_page(found: Finding, text: str, keys: KeySet, calendar: WorkCalendar) -> str:
    """The page of the verdict on a code, with what proves its signature where it is read."""
    title, sections = _sections(found, calendar)
    return document(title, "".join([sections[0], proof_card(text, keys), *sections[1:]]), SCRIPT)


def finding_page(found: Finding, calendar: WorkCalendar) -> str:
    """The page of a verdict on a number and a name."""
    title, sections = _sections(found, calendar)
    return document(title, "".join(sections))


def _sections(found: Finding, calendar: WorkCalendar) -> tuple[Bilingual, list[str]]:
    out = VerificationOut.of(found)
    title, _ = _VERDICTS[out.verdict]
    title = _TITLES.get(out.state, title)
    sections = [_verdict_card(out, title)]
    if out.certificate is not None:
        sections.append(_number_card(out.certificate.number))
        if found.registered is not None:
            sections.append(chain_card(found.registered.ground, out.certificate, calendar))
        if found.claims is not None:
            sections.append(_compare_card(out.certificate.number))
    if out.inputs:
        sections.append(_inputs_card(out.inputs))
    return title, sections


def form_page(message: Bilingual | None = None) -> str:
    """The form for a number and a name; `message` says why nothing was found."""
    title = Bilingual("证书查验", "Check a certificate")
    note = "" if message is None else f'<p class="alert" role="alert">{both(message)}</p>'
    body = f'<section class="card"><h1>{both(title)}</h1>{_form(note + _FORM_HINT, number="")}</section>'
    return document(title, body)


_FORM_HINT: Final = (
    "<p>请填写证书上的编号和持证人姓名。手机扫描证书上的二维码可直接查验。"
    '<span class="en" lang="en">Enter the number and the full name of the holder, as printed; '
    "or scan the QR code.</span></p>"
)


def _verdict_card(out: VerificationOut, title: Bilingual) -> str:
    _, word = _VERDICTS[out.verdict]
    reasons = "".join(
        f'<li>{escape(reason.detail_zh)}<span class="en" lang="en">{escape(reason.detail_en)}</span></li>'
        for reason in out.reasons
    )
    return (
        f'<section class="card {out.verdict}"><div class="verdict" role="status"><h1>{both(title)}</h1>'
        f'{_moment(out.checked_at)}{_seal(word)}</div><ul class="reasons">{reasons}</ul>'
        f"{_facts(out.certificate) if out.certificate else ''}</section>"
    )


def _facts(certificate: VerifiedCertificateOut) -> str:
    level = None
    if certificate.level_name is not None and certificate.level is not None:
        level = both(Bilingual(certificate.level_name, Grade(certificate.level).en))
    rows = [
        (Bilingual("姓名", "Holder"), f'<span class="holder">{escape(certificate.holder)}</span>'),
        (Bilingual("证书", "Certificate"), both(KINDS[certificate.kind])),
        (Bilingual("职业（工种）", "Occupation"), _text(certificate.item_name or certificate.item_code)),
        (Bilingual("等级", "Level"), level),
        (
            Bilingual("证书编号", "Number"),
            f'<span class="number" id="number">{escape(certificate.number)}</span>',
        ),
        (Bilingual("评价机构", "Issued by"), _text(certificate.organisation_name)),
        (Bilingual("委托单位", "Entrusted by"), _text(certificate.entrusted_by)),
        (Bilingual("发证日期", "Issued on"), _day(certificate.issued_on)),
        (
            Bilingual("撤销日期", "Revoked on"),
            _day(certificate.revoked_at.astimezone(SHANGHAI).date()) if certificate.revoked_at else None,
        ),
    ]
    return f"<dl>{''.join(_row(label, value) for label, value in rows if value)}</dl>"


def _row(label: Bilingual, value: str) -> str:
    return f"<div><dt>{both(label)}</dt><dd>{value}</dd></div>"


def _number_card(number: str) -> str:
    parts = explain(number)
    digits = "".join(
        f'<span class="p{index}">{escape(characters)}</span>'
        for index, (characters, _, _) in enumerate(parts)
    )
    lines = "".join(
        f'<li><span class="number p{index}">{escape(characters)}</span><span>{escape(part.zh)}：{escape(meaning.zh)}'
        f'<br><span class="en" lang="en">{escape(part.en)}: {escape(meaning.en)}</span></span></li>'
        for index, (characters, part, meaning) in enumerate(parts)
    )
    heading = both(Bilingual("编号逐段说明", "The number, part by part"))
    return (
        f'<section class="card"><h2>{heading}</h2><p class="digits number" aria-hidden="true">{digits}</p>'
        f'<ul class="parts">{lines}</ul></section>'
    )


def _inputs_card(inputs: list[InputOut]) -> str:
    """How fresh each thing is that the verdict rests on: a verdict is no better than what it was made of."""
    heading = both(Bilingual("查验所依据的数据", "What this check used"))
    return f'<section class="card"><h2>{heading}</h2><dl>{"".join(map(_input, inputs))}</dl></section>'


def _input(used: InputOut) -> str:
    state = _STATES[used.state]
    if used.seen_at is not None:
        seen = f"{used.seen_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        state = Bilingual(f"{state.zh}，截至 {seen}", f"{state.en}, as of {seen}")
    return _row(_INPUTS[used.name], f'<span class="{used.state}">{both(state)}</span>')


def _compare_card(number: str) -> str:
    heading = both(Bilingual("核对全名", "Compare the full name"))
    hint = (
        "<p>页面只显示部分姓名。填写持证人全名，可核对是否为本人证书。"
        '<span class="en" lang="en">Names are masked here; enter the full name to compare it.</span></p>'
    )
    return f'<section class="card compare"><h2>{heading}</h2>{_form(hint, number=number)}</section>'


def _form(before: str, *, number: str) -> str:
    if number:
        field = f'<input type="hidden" name="number" value="{escape(number)}">'
    else:
        field = (
            '<label for="number">证书编号<span class="en" lang="en">Certificate number</span></label>'
            '<input type="text" id="number" name="number" required maxlength="64" autocomplete="off" '
            'autocapitalize="characters" spellcheck="false">'
        )
    return (
        f'<form method="post" action="{FORM_PATH}">{before}{field}'
        '<label for="name">持证人姓名<span class="en" lang="en">Full name of the holder</span></label>'
        '<input type="text" id="name" name="name" required maxlength="100" autocomplete="off">'
        '<button type="submit">查验 Verify</button></form>'
    )


def _text(value: str | None) -> str | None:
    return None if value is None else escape(value)


def _day(day: date) -> str:
    return f'<time datetime="{day}">{day_zh(day)}</time>'


def _moment(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return (
        f'<time datetime="{local.isoformat(timespec="seconds")}">查验时间 {local:%Y-%m-%d %H:%M:%S}'
        '<span class="en" lang="en">Checked at, Beijing time</span></time>'
    )


def _seal(word: str) -> str:
    """A round seal with the verdict in its middle; decoration, the heading says the same."""
    return (
        '<svg viewBox="0 0 120 120" aria-hidden="true"><defs><path id="arc" d="M60 60m-42 0a42 42 0 1 1 84 0"/></defs>'
        '<g fill="none" stroke="currentColor"><circle cx="60" cy="60" r="56" stroke-width="3.5"/>'
        '<circle cx="60" cy="60" r="51.5" stroke-width="1"/></g>'
        '<g fill="currentColor" font-weight="700" text-anchor="middle">'
        '<text font-size="12.5" letter-spacing="3"><textPath href="#arc" startOffset="50%">技能等级证书查验</textPath>'
        "</text>"
        f'<text x="60" y="72" font-size="31" letter-spacing="2">{word}</text>'
        '<text x="60" y="95" font-size="9" letter-spacing="1.5">VERIFIED</text></g></svg>'
    ).replace("VERIFIED", {"有效": "VALID", "无效": "NOT VALID", "待证": "UNPROVEN"}[word])
