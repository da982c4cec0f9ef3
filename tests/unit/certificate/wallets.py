"""A credential for tests, and keys that sign it."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificate.status.lists import bitstring_entries, list_uri
from certificate.wallet import domain
from certificate.wallet.domain import Credential, Json
from certificate.wallet.multibase import multikey

URL = "https://skills.example.org"
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ID_NUMBER = "32010619130101001X"
CREDENTIAL = Credential(
    kind="skill_level",
    level=3,
    number="Y000032000017263000042",
    item_code="6-31-01-03",
    item_name="电工",
    organisation_name="南京某机械制造有限公司",
    issued_on=date(2026, 3, 20),
    verification_url="HTTPS://SKILLS.EXAMPLE.ORG/V/2KCE3IQB",
    public_url=URL,
    token_list=list_uri(URL, 1_048_583),
    bitstrings=bitstring_entries(URL, 1_048_583),
    standard="国家职业技能标准·电工",
    name="张𬭩",
    id_type="resident_id",
    id_number=ID_NUMBER,
)
ED = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
EC = ec.derive_private_key(7, ec.SECP256R1())


def did() -> Json:
    raw = ED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return domain.did_document(URL, {"key-1": multikey(raw)})


def signed_badge(**changes: Any) -> Json:
    document = domain.badge(replace(CREDENTIAL, **changes))
    return domain.proved(document, kid="key-1", did=domain.did_of(URL), at=AT, sign=ED.sign)


def es256(message: bytes) -> bytes:
    r, s = decode_dss_signature(EC.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def jwk() -> dict[str, str]:
    numbers = EC.public_key().public_numbers()
    x, y = (urlsafe_b64encode(one.to_bytes(32, "big")).decode().rstrip("=") for one in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def signed_token(holder_key: dict[str, str] | None = None) -> str:
    numbers = count()
    told = domain.disclosures(CREDENTIAL, lambda: f"salt-{next(numbers):016}")
    return domain.sd_jwt(CREDENTIAL, told, kid="key-1", at=AT, holder_key=holder_key, sign=es256)


def shown(token: str, *names: str) -> str:
    """The token with the disclosures of these names only, as a wallet shows it."""
    jwt, *told, _ = token.split("~")
    kept = [one for one in told if disclosed(one)[1] in names]
    return "~".join([jwt, *kept, ""])


def disclosed(disclosure: str) -> list[Any]:
    import json
    from base64 import urlsafe_b64decode

    found: list[Any] = json.loads(urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    return found
