"""PURE: a certificate checked without a network, by its code and a bundle that was fetched before.

The answer is three-valued as online, and says how old each thing is that it rests on: it is never `valid` when the
status is missing or too old, and a key that the bundle does not hold may be a forger's or merely a newer one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from common.certificate_code import REFUSALS, Refusal, Verified, register_of, verify_code
from common.errors import Bilingual
from common.offline_bundle import Bundle
from common.status_bundle import NotABundle

__all__ = ["FRESH", "REASONS", "USABLE", "Bundle", "Input", "NotABundle", "OfflineFinding", "verify_offline"]

FRESH: Final = timedelta(hours=24)
USABLE: Final = timedelta(days=7)

Verdict = Literal["valid", "not_valid", "unprovable"]
InputName = Literal["keys", "status", "names"]
InputState = Literal["fresh", "old", "missing"]
_UNDECIDED: Final = {"unknown-key": "key-not-in-bundle", "newer-version": "newer-version"}
_STATES: Final[Mapping[int, tuple[Verdict, str]]] = MappingProxyType(
    {
        0: ("valid", "valid"),
        1: ("not_valid", "revoked"),
        2: ("not_valid", "suspended"),
        3: ("unprovable", "under_review"),
        11: ("not_valid", "superseded"),
    }
)
REASONS: Final[Mapping[str, Bilingual]] = MappingProxyType(
    {
        "signature-holds": Bilingual(
            "签名成立：内容由签发机构签发，未被改动。",
            "The signature holds: the issuing body signed this, and nothing was changed.",
        ),
        "valid": Bilingual(
            "截至数据包制作时，证书有效。", "The certificate was valid when the bundle was made."
        ),
        "revoked": Bilingual("证书已被撤销。", "The certificate was revoked."),
        "suspended": Bilingual("证书已暂停使用。", "The certificate is suspended."),
        "under_review": Bilingual(
            "证书正在复核，暂不能证明有效。",
            "The certificate is under review; until that ends it is not proven valid.",
        ),
        "superseded": Bilingual("该证书码已被新码取代。", "This code was superseded by a newer one."),
        "status-missing": Bilingual(
            "数据包中没有状态；请联网查验，或重新下载数据包。",
            "The bundle holds no statuses; check online, or download it anew.",
        ),
        "status-unknown": Bilingual(
            "状态的含义不明；请更新查验程序。", "The status has no meaning known here; update what checks it."
        ),
        "status-old": Bilingual(
            "状态已超过24小时；此后的变更未知。",
            "The status is more than 24 hours old; later changes are not known.",
        ),
        "status-too-old": Bilingual(
            "状态已超过7天，不能据以证明；请重新下载数据包。",
            "The status is more than 7 days old and proves nothing; download the bundle anew.",
        ),
        "newer-than-bundle": Bilingual(
            "证书晚于数据包签发，状态未知；请重新下载数据包。",
            "The certificate is newer than the bundle and its status unknown; download the bundle anew.",
        ),
        "key-not-in-bundle": Bilingual(
            "数据包中没有签发密钥：可能系伪造，也可能密钥较新；请联网查验。",
            "The bundle does not hold the signing key: a forgery, or a newer key; check online.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Input:
    """Something that an answer rests on: when it was made, and whether that is long ago."""

    name: InputName
    state: InputState
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfflineFinding:
    """What a code is worth by a bundle, why, and how old what it rests on is."""

    verdict: Verdict
    state: str
    reasons: tuple[str, ...]
    inputs: tuple[Input, ...]
    proven: Verified | None = None
    item_name: str | None = None
    organisation_name: str | None = None

    @property
    def details(self) -> tuple[Bilingual, ...]:
        """The reasons in words."""
        return tuple(REASONS[one] if one in REASONS else REFUSALS[one].detail for one in self.reasons)


def verify_offline(text: str, bundle: Bundle, *, at: datetime) -> OfflineFinding:
    """What a code or its URL is worth now (`at`), by the bundle alone. Never raises for any text.

    A clock that stands before the bundle's times is wrong, and is taken to stand there.
    """
    now = max(at, bundle.keys_at)
    inputs = _inputs(bundle, at)
    proven = verify_code(text, bundle.keys, at=now)
    if isinstance(proven, Refusal):
        undecided = _UNDECIDED.get(proven.reason)
        if undecided is not None:
            return OfflineFinding("unprovable", "unknown", (undecided,), inputs)
        return OfflineFinding("not_valid", "not_genuine", (proven.reason,), inputs)
    verdict, state, reasons = _by_status(proven, bundle, at)
    return OfflineFinding(
        verdict,
        state,
        ("signature-holds", *reasons),
        inputs,
        proven,
        bundle.items.get(proven.claims.item_code),
        bundle.bodies.get(register_of(proven.number), proven.issuer),
    )


def _by_status(proven: Verified, bundle: Bundle, at: datetime) -> tuple[Verdict, str, tuple[str, ...]]:
    if bundle.status is None:
        return "unprovable", "unknown", ("status-missing",)
    value = bundle.status.status_at(proven.claims.status_index)
    if value is None:
        return "unprovable", "unknown", ("newer-than-bundle",)
    if value not in _STATES:
        return "unprovable", "unknown", ("status-unknown",)
    verdict, state = _STATES[value]
    age = at - bundle.status.made_at
    if age > USABLE and state != "superseded":  # what was superseded never comes back
        return "unprovable", "unknown", ("status-too-old",)
    return verdict, state, (state, "status-old") if age > FRESH else (state,)


def _inputs(bundle: Bundle, at: datetime) -> tuple[Input, ...]:
    status_at = None if bundle.status is None else bundle.status.made_at
    return (
        _input("keys", bundle.keys_at, at),
        _input("status", status_at, at),
        _input("names", bundle.names_at, at),
    )


def _input(name: InputName, made_at: datetime | None, at: datetime) -> Input:
    if made_at is None:
        return Input(name, "missing")
    return Input(name, "fresh" if at - made_at <= FRESH else "old", made_at)
