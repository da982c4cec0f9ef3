"""A bundle of fixed keys, for tests that check without a network."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificate.keys.domain import thumbprint
from common.certificate_code import canonical_signature
from common.offline_bundle import KEYS_TYPE, NAMES_TYPE, bundle_file, signed_part
from common.status_bundle import bundle_of, sealed
from tests.unit.certificate.codes import REGISTER, key_set, signer

MADE_AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PLACES = 1 << 20


class Platform:
    """A key of the platform, published for one purpose."""

    def __init__(self, secret: int, purpose: str) -> None:
        self._private = ec.derive_private_key(secret, ec.SECP256R1())
        self.kid, jwk = thumbprint(self._private.public_key())
        life = {
            "nbf": int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()),
            "exp": int(datetime(2027, 11, 1, tzinfo=UTC).timestamp()),
        }
        self.document = (
            jwk
            | {"kid": self.kid, "alg": "ES256", "use": "sig", "purpose": purpose}
            | life
            | {"iss": "https://skills.example.org"}
        )

    def sign(self, message: bytes) -> bytes:
        return canonical_signature(
            *decode_dss_signature(
                self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
            )
        )


NAMES, STATUS = Platform(4444, "names"), Platform(5555, "status")
PLATFORM_KEYS = {"keys": [NAMES.document, STATUS.document]}


def bundle(
    statuses: Mapping[int, int] | None = None,
    *,
    made_at: datetime = MADE_AT,
    keys: Mapping[str, Any] | None = None,
    with_status: bool = True,
    signs_status: Platform = STATUS,
    change: Callable[[dict[str, Any]], None] | None = None,
) -> bytes:
    """A bundle file; `change` alters its document."""
    life = {"iat": int(made_at.timestamp())}
    names = {"items": {"6-31-01-03": "电工"}, "bodies": {REGISTER: "江苏长江机械有限公司"}}
    told = bundle_of(statuses or {}, serial=7, made_at=made_at, places=PLACES)
    raw = bundle_file(
        platform_keys=PLATFORM_KEYS,
        keys=signed_part(life | dict(keys or key_set(signer())), KEYS_TYPE, kid=NAMES.kid, sign=NAMES.sign),
        names=signed_part(life | names, NAMES_TYPE, kid=NAMES.kid, sign=NAMES.sign),
        status=sealed(told, kid=bytes.fromhex(signs_status.kid), sign=signs_status.sign)
        if with_status
        else None,
    )
    if change is None:
        return raw
    document = json.loads(raw)
    change(document)
    return json.dumps(document).encode()
