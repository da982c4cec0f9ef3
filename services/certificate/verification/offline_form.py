"""The page that checks codes without a network: once loaded, or saved as a file, it asks nobody any more.

Its reader chooses a bundle (`GET /certificate/v1/bundle`, saved while there was a network) and pastes a code.
"""

from typing import Final

from certificate.verification.frame import both, document, script_of
from common.errors import Bilingual

BUNDLE_PATH: Final = "/certificate/v1/bundle"
SCRIPT: Final = script_of("verifier.js", "bundle.js", "offline.js")
_TITLE: Final = Bilingual("离线查验", "Check without a network")
_HINT: Final = Bilingual(
    "请在联网时保存本页和数据包。断网后打开本页，选择数据包，再粘贴扫码所得的文字。",
    "Save this page and the bundle while online. Later open the page, choose the bundle, and paste what was scanned.",
)
_NEEDS_SCRIPTS: Final = Bilingual(
    "离线查验需要浏览器运行脚本；也可使用命令 skills verify --offline。",
    "Checking offline needs scripts; the command skills verify --offline does the same.",
)
_BUNDLE: Final = Bilingual("下载数据包", "Download the bundle")


def _label(field: str, text: Bilingual) -> str:
    return f'<label for="{field}">{text.zh}<span class="en" lang="en">{text.en}</span></label>'


PAGE: Final = document(
    _TITLE,
    f'<section class="card"><h1>{both(_TITLE)}</h1><p>{both(_HINT)}</p>'
    f'<p><a href="{BUNDLE_PATH}" download="skills-bundle.json">{both(_BUNDLE)}</a></p>'
    f"<noscript><p>{both(_NEEDS_SCRIPTS)}</p></noscript>"
    '<form id="offline">'
    f"{_label('bundle', Bilingual('数据包文件', 'Bundle file'))}"
    '<input type="file" id="bundle" accept=".json,application/json" required>'
    f"{_label('code', Bilingual('扫码所得的文字', 'What was scanned'))}"
    '<input type="text" id="code" required maxlength="4096" autocomplete="off" autocapitalize="characters" '
    'spellcheck="false">'
    '<button type="submit">查验 Verify</button></form></section>'
    '<section class="card" id="answer" role="status" hidden></section>',
    SCRIPT,
)
