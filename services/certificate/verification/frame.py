"""What all pages of verification share: the document around a body, its styles, its scripts, and what it may load.

A page is one file. Nothing is fetched beside it: styles and scripts are within, and named by their hashes.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from common.errors import Bilingual

FORM_PATH: Final = "/certificate/v1/verify"
OFFLINE_PATH: Final = "/certificate/v1/verify/offline"
_PACKAGE: Final = files("certificate.verification")
_STYLE: Final = _PACKAGE.joinpath("page.css").read_text(encoding="utf-8")
_IMPORT: Final = re.compile(r"^import .*\n", re.MULTILINE)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@dataclass(frozen=True, slots=True)
class Script:
    """A module that stands within a page: modules of `assets`, one behind the other, without their imports."""

    text: str

    @property
    def element(self) -> str:
        return f'<script type="module">{self.text}</script>'


@cache
def script_of(*modules: str) -> Script:
    """The modules in the order in which they build on one another."""
    sources = (_PACKAGE.joinpath("assets", name).read_text(encoding="utf-8") for name in modules)
    return Script("".join(_IMPORT.sub("", source) for source in sources))


@cache
def headers(script: Script | None = None) -> Mapping[str, str]:
    """What the page may do: show itself, run this script, send its form back here. Nothing else, and to nobody else."""
    scripts = f"script-src {_hash(script.text)}; " if script else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src {_hash(_STYLE)}; {scripts}form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def document(title: Bilingual, body: str, script: Script | None = None) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title><style>{_STYLE}</style></head><body>"
        f"<header>{_EMBLEM}<p><strong>职业技能等级证书查验</strong>"
        '<span class="en" lang="en">Skill certificate verification</span></p></header>'
        f"<main>{body}</main>{_FOOTER}{script.element if script else ''}</body></html>"
    )


def both(text: Bilingual) -> str:
    """Chinese with English below."""
    return f'{escape(text.zh)}<span class="en" lang="en">{escape(text.en)}</span>'


_EMBLEM: Final = (
    '<svg viewBox="0 0 40 40" aria-hidden="true">'
    '<rect x="1.5" y="1.5" width="37" height="37" rx="7" fill="currentColor"/>'
    '<rect x="4.5" y="4.5" width="31" height="31" rx="4.5" fill="none" stroke="#fff" stroke-width="1.2"/>'
    '<path d="M12 20.5l5.5 5.8L28.5 14" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round" '
    'stroke-linejoin="round"/></svg>'
)
_FOOTER: Final = (
    f'<footer><p><a href="{FORM_PATH}">按编号和姓名查验</a>'
    '<span class="en" lang="en">Check by number and name</span></p>'
    f'<p><a href="{OFFLINE_PATH}">离线查验</a><span class="en" lang="en">Check without a network</span></p>'
    "<p>二维码自带数字签名，可在没有网络时用公布的密钥验证；撤销状态以联网查验为准。"
    '<span class="en" lang="en">The QR code carries a signature that can be checked offline with the published keys; '
    "whether a certificate was revoked is told online.</span></p></footer>"
)
