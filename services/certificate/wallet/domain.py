"""PURE: what a certificate says in the formats of wallets. A badge never has the document number.

Open Badges 3.0 (a profile of the W3C Verifiable Credentials Data Model 2.0), secured by Data Integrity with the
cryptosuite eddsa-jcs-2022. SD-JWT VC (RFC 9901 and draft-ietf-oauth-sd-jwt-vc), every fact of the holder a disclosure
of its own.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from certificate.prints.domain import TITLES
from certificate.wallet.multibase import base58btc
from common.certificate_code import Kind
from common.grades import Grade
from common.jcs import canonical

Json = dict[str, Any]
CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
CRYPTOSUITE: Final = "eddsa-jcs-2022"
TYPES: Final = "/certificate/v1/wallet/types"


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate on its way into a wallet. `places`: where its status is told, by format."""

    kind: Kind
    level: int
    number: str
    item_code: str
    item_name: str
    organisation_name: str
    issued_on: date
    verification_url: str
    public_url: str
    token_list: tuple[str, int]
    bitstrings: Sequence[Json]
    standard: str | None
    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)

    @property
    def level_text(self) -> str:
        return "" if self.kind == "special_ability" else Grade(self.level).zh

    @property
    def since(self) -> str:
        """The first instant of the day of issue, in China."""
        return f"{self.issued_on.isoformat()}T00:00:00+08:00"


def did_of(public_url: str) -> str:
    """The platform as a did:web; its document is at `<public_url>/certificate/did.json`."""
    return f"did:web:{urlsplit(public_url).netloc.replace(':', '%3A')}:certificate"


def did_document(public_url: str, keys: Mapping[str, str]) -> Json:
    """The keys (id → publicKeyMultibase) that sign badges."""
    did = did_of(public_url)
    methods = [
        {"id": f"{did}#{kid}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        for kid, key in keys.items()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def badge(credential: Credential) -> Json:
    """An Open Badge, unsigned. The issuing body is the source of the achievement; the platform vouches for it."""
    url = credential.public_url
    achieved = " ".join(filter(None, (credential.item_name, credential.level_text)))
    ground = credential.standard or TITLES[credential.kind].zh
    return {
        "@context": list(CONTEXTS),
        "id": credential.verification_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{TITLES[credential.kind].zh} {achieved}",
        "issuer": {
            "id": did_of(url),
            "type": ["Profile"],
            "name": "技能人才职业技能等级服务平台",
            "url": url,
        },
        "validFrom": credential.since,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": credential.name,
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "source": {
                "id": f"{url}/filing/v1/organisations",
                "type": ["Profile"],
                "name": credential.organisation_name,
            },
            "achievement": {
                "id": f"{url}{TYPES}/{credential.kind}#{credential.item_code}-{credential.level}",
                "type": ["Achievement"],
                "achievementType": "Certification",
                "name": achieved,
                "description": f"{TITLES[credential.kind].en}: {credential.item_code}, level {credential.level}",
                "humanCode": credential.item_code,
                "criteria": {"narrative": ground},
            },
        },
        "credentialStatus": list(credential.bitstrings),
    }


def proved(document: Json, *, kid: str, did: str, at: datetime, sign: Callable[[bytes], bytes]) -> Json:
    """The document with its proof (Data Integrity EdDSA Cryptosuites 1.0, section 3.3: eddsa-jcs-2022)."""
    options: Json = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "verificationMethod": f"{did}#{kid}",
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = sign(proof_hash(document, options))
    return document | {"proof": options | {"proofValue": base58btc(signature)}}


def proof_hash(document: Json, options: Json) -> bytes:
    """What the signature of a Data Integrity proof stands for: the hashes of options and document."""
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def disclosures(credential: Credential, salts: Callable[[], str]) -> list[str]:
    """What the holder may disclose, each with a salt of its own, in one order for all."""
    facts = {
        "name": credential.name,
        "id_type": credential.id_type,
        "id_number": credential.id_number,
        "number": credential.number,
        "organisation": credential.organisation_name,
        "issued_on": credential.issued_on.isoformat(),
    }
    return [_base64url(orjson.dumps([salts(), name, value])) for name, value in facts.items()]


def sd_jwt(
    credential: Credential,
    told: Sequence[str],
    *,
    kid: str,
    at: datetime,
    holder_key: Mapping[str, str] | None,
    sign: Callable[[bytes], bytes],
) -> str:
    """The credential with all its disclosures, as it is handed to the holder."""
    uri, index = credential.token_list
    payload: Json = {
        "iss": f"{credential.public_url}/certificate",
        "iat": int(at.timestamp()),
        "vct": f"{credential.public_url}{TYPES}/{credential.kind}",
        "kind": credential.kind,
        "level": credential.level or None,
        "item_code": credential.item_code,
        "item_name": credential.item_name,
        "status": {"status_list": {"uri": uri, "idx": index}},
        "_sd_alg": "sha-256",
        "_sd": sorted(_base64url(sha256(one.encode()).digest()) for one in told),
    }
    if holder_key is not None:
        payload["cnf"] = {"jwk": dict(holder_key)}
    present = {name: value for name, value in payload.items() if value is not None}
    header = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": kid}
    signed = f"{_base64url(orjson.dumps(header))}.{_base64url(orjson.dumps(present))}"
    jwt = f"{signed}.{_base64url(sign(signed.encode()))}"
    return "~".join([jwt, *told, ""])


def type_metadata(kind: Kind, public_url: str) -> Json:
    """What an SD-JWT VC of this kind holds (SD-JWT VC type metadata)."""
    labels = {
        "name": ("姓名", "Holder"),
        "id_type": ("证件类型", "Kind of document"),
        "id_number": ("证件号码", "Document number"),
        "number": ("证书编号", "Certificate number"),
        "organisation": ("评价机构", "Issued by"),
        "issued_on": ("发证日期", "Issued on"),
        "item_name": ("职业", "Occupation"),
        "level": ("等级", "Level"),
    }
    return {
        "vct": f"{public_url}{TYPES}/{kind}",
        "name": TITLES[kind].en,
        "display": [
            {"locale": "zh-CN", "name": TITLES[kind].zh},
            {"locale": "en", "name": TITLES[kind].en},
        ],
        "claims": [
            {
                "path": [name],
                "display": [{"locale": "zh-CN", "label": zh}, {"locale": "en", "label": en}],
                "sd": "never" if name in ("item_name", "level") else "always",
            }
            for name, (zh, en) in labels.items()
        ],
    }


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
