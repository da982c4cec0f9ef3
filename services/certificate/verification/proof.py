"""The proof that a page carries: the code and the published key that it names, for the verifier that runs with it."""

import json
from typing import Any, Final

from certificate.verification.frame import both, script_of
from common.certificate_code import KeySet, PublishedKey, key_named_in, public_jwk, sm2_members
from common.errors import Bilingual

SCRIPT: Final = script_of("verifier.js", "proof.js")
_HEADING: Final = Bilingual("本机验证", "Proof on this device")
_WITHOUT_SCRIPTS: Final = Bilingual(
    "浏览器未运行脚本：签名由服务器验证，本机未独立验证。",
    "Scripts are off: the server verified the signature, this device did not.",
)


def proof_card(text: str, keys: KeySet) -> str:
    """What the script needs, and what is said while no script has run."""
    key = key_named_in(text, keys)
    material = {"code": text, "key": None if key is None else published(key)}
    return (
        f'<section class="card proof" id="proof" aria-live="polite"><h2>{both(_HEADING)}</h2>'
        f"<p>{both(_WITHOUT_SCRIPTS)}</p></section>"
        f'<script type="application/json" id="proof-material">{_embedded(material)}</script>'
    )


def published(key: PublishedKey) -> dict[str, Any]:
    """A key as `GET /certificate/v1/keys` tells it."""
    validity = {"nbf": int(key.valid_from.timestamp()), "exp": int(key.valid_to.timestamp())}
    told: dict[str, Any] = public_jwk(key) | validity | {"issuer": key.issuer}
    if key.compromised is not None:
        first, last = key.compromised
        told["compromised"] = {"from": int(first.timestamp()), "to": int(last.timestamp())}
    if key.sm2 is not None:
        told["sm2"] = sm2_members(key.sm2)
    return told


def _embedded(value: Any) -> str:
    """JSON that ends no element and begins none."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c")
