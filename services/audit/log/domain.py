"""PURE: what a leaf of the public log says of an event, and what it keeps to itself."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

SALT_BYTES: Final = 16
PUBLIC_KINDS: Final = frozenset(
    {
        "batch",
        "calendar",
        "call",
        "clock",
        "consultation",
        "decision",
        "draw",
        "edition",
        "entrustment",
        "examiner",  # examiners act in office: the register is public
        "item",
        "late-admission",
        "log",
        "organisation",
        "plan",
        "signing-key",
        "standard",
        "statistics",
        "token-key",
    }
)
WITH_PROOF: Final = frozenset(
    {
        "skills.certificate.certificates.issued.v1",
        "skills.certificate.certificate.reissued.v1",
        "skills.certificate.certificate.revoked.v1",
        "skills.certificate.statuses.changed.v1",
    }
)
_HOST: Final = re.compile(r"^https?://")


def commitment(salt: bytes, body: str) -> bytes:
    """What stands in the log for an event's content: nobody can try contents out without the salt."""
    return hashlib.sha256(salt + body.encode()).digest()


def public_key_of(key: str) -> str:
    """The aggregate's key where it is a public identifier, else its kind alone: persons are not to be followed."""
    kind = key.partition(":")[0]
    return key if kind in PUBLIC_KINDS else kind


def entry_of(
    *,
    event_id: UUID,
    source: str,
    position: int,
    kind: str,
    key: str,
    time: datetime,
    chain: bytes,
    committed: bytes,
) -> str:
    """A leaf as it is hashed and published: canonical JSON (sorted members, no white space)."""
    members: dict[str, Any] = {
        "chain": chain.hex(),
        "commitment": committed.hex(),
        "id": str(event_id),
        "key": public_key_of(key),
        "position": position,
        "source": source,
        "time": time.isoformat().replace("+00:00", "Z"),
        "type": kind,
    }
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS).decode()


def numbers_in(kind: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The certificates that an event of certificate tells of."""
    match kind.removeprefix("skills.certificate."):
        case "certificates.issued.v1":
            return tuple(str(one["number"]) for one in data["certificates"])
        case "statuses.changed.v1":
            return tuple(dict.fromkeys(str(one["number"]) for one in data["changes"]))
        case _:
            return (str(data["number"]),)


def origin_of(public_url: str) -> str:
    """The log's name: its address without the scheme."""
    return f"{_HOST.sub('', public_url)}/audit/v1/log"
