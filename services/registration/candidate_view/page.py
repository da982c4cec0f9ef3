"""The page on which candidates sign in: two forms, Chinese with English below, without scripts or third parties."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from common.errors import Bilingual
from common.identifiers.documents import DocumentType
from registration.candidate_view.domain import CODE_DIGITS

SIGN_IN_PATH: Final = "/registration/v1/sign-in"
CODE_PATH: Final = "/registration/v1/sign-in/code"
_STYLE: Final = files("registration.candidate_view").joinpath("page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TITLE: Final = Bilingual("本人登录", "Sign in")
_HINT: Final = Bilingual(
    "验证码发送到报名时登记的手机；平台不会告知是否有此人。",
    "A code goes to the telephone given at registration; nobody is told whether there is such a person.",
)
_SENT: Final = Bilingual(
    "如有此人，验证码已发送到登记的手机，十分钟内有效。",
    "If there is such a person, a code is on its way to the telephone on record; it is good for ten minutes.",
)


def sign_in_page(message: Bilingual | None = None) -> str:
    """Who somebody is; `message` says why nothing was sent."""
    kinds = "".join(f'<option value="{kind}">{escape(kind.zh)}</option>' for kind in DocumentType)
    return _document(
        f'{_alert(message)}<p>{_both(_HINT)}</p><form method="post" action="{SIGN_IN_PATH}">'
        f'{_label("id_type", Bilingual("证件类型", "Type of ID"))}<select id="id_type" name="id_type">{kinds}</select>'
        f"{_field('id_number', Bilingual('证件号码', 'ID number'), 40)}"
        f"{_field('name', Bilingual('姓名', 'Full name'), 100)}"
        '<button type="submit">获取验证码 Send the code</button></form>'
    )


def code_page(session: str, message: Bilingual | None = None) -> str:
    """Where the code is entered."""
    return _document(
        f'{_alert(message)}<p role="status">{_both(_SENT)}</p><form method="post" action="{CODE_PATH}">'
        f'<input type="hidden" name="session" value="{escape(session)}">'
        f"{_label('code', Bilingual('验证码', 'Code'))}"
        f'<input type="text" id="code" name="code" required inputmode="numeric" autocomplete="one-time-code" '
        f'maxlength="{CODE_DIGITS}" pattern="[0-9]{{{CODE_DIGITS}}}">'
        '<button type="submit">登录 Sign in</button></form>'
        f'<p><a href="{SIGN_IN_PATH}">{_both(Bilingual("重新获取验证码", "Ask for another code"))}</a></p>'
    )


def _document(body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{_TITLE.zh} · {_TITLE.en}</title><style>{_STYLE}</style></head><body><main>"
        f'<section class="card"><h1>{_both(_TITLE)}</h1>{body}</section></main></body></html>'
    )


def _field(name: str, label: Bilingual, longest: int) -> str:
    return (
        f"{_label(name, label)}"
        f'<input type="text" id="{name}" name="{name}" required maxlength="{longest}" autocomplete="off">'
    )


def _label(name: str, label: Bilingual) -> str:
    return f'<label for="{name}">{_both(label)}</label>'


def _alert(message: Bilingual | None) -> str:
    return "" if message is None else f'<p class="alert" role="alert">{_both(message)}</p>'


def _both(text: Bilingual) -> str:
    return f'{escape(text.zh)}<span class="en" lang="en">{escape(text.en)}</span>'
