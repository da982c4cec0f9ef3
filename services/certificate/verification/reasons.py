"""PURE: the reasons that a verdict gives, in both languages; none names a person or repeats what was asked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from certificate.certificates.domain import REASONS
from common.certificate_code import CHINA
from common.errors import Bilingual


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is as it is; `since` where what it tells began at a known moment."""

    code: str
    detail: Bilingual
    since: datetime | None = None


SIGNATURE_HOLDS: Final = Reason(
    "signature-holds",
    Bilingual(
        "签名成立：内容由签发机构以已公布的密钥签发，未被改动。",
        "The signature holds: the issuing body signed this with a published key, and nothing was changed.",
    ),
)
STANDS: Final = Reason(
    "registered",
    Bilingual("证书已登记，未被撤销。", "The certificate is on the register and has not been revoked."),
)
NOT_ISSUED: Final = Reason(
    "not-issued",
    Bilingual("登记册中没有这份证书。", "The register has no such certificate."),
)
STATE_UNKNOWN: Final = Reason(
    "state-unreadable",
    Bilingual(
        "暂时无法读取证书状态，现在不能证明其有效；请稍后重试。",
        "The certificate's state cannot be read at the moment, so nothing can be proven now; try again shortly.",
    ),
)
KEYS_UNKNOWN: Final = Reason(
    "keys-unreadable",
    Bilingual(
        "暂时无法读取已公布的密钥；请稍后重试。", "The published keys cannot be read now; try again shortly."
    ),
)
_LEGACY: Final = {
    "original_register": Bilingual(
        "平台启用前核发的证书，依据原始登记簿录入：{source}。",
        "Issued before the platform; taken over from the original register: {source}.",
    ),
    "archive_scan": Bilingual(
        "平台启用前核发的证书，依据档案影像录入：{source}；请向原发证机构核实。",
        "Issued before the platform; taken over from a scan of the files: {source}. Ask the issuing body.",
    ),
    "declared": Bilingual(
        "平台启用前核发的证书，仅有申报记录：{source}；不能据此证明其有效。",
        "Issued before the platform and only declared: {source}. That proves nothing.",
    ),
}


def legacy(evidence: str, source: str) -> Reason:
    """Where an imported certificate comes from, and what that is worth."""
    told = _LEGACY[evidence]
    return Reason(
        f"legacy-{evidence.replace('_', '-')}",
        Bilingual(told.zh.format(source=source), told.en.format(source=source)),
    )


HISTORY_UNKNOWN: Final = Reason(
    "history-unreadable",
    Bilingual(
        "暂时无法读取证书状态的历史记录；请稍后重试。",
        "The history of the certificate's state cannot be read at the moment; try again shortly.",
    ),
)


def superseded(since: datetime | None) -> Reason:
    return Reason(
        "superseded",
        Bilingual(
            f"该证书码已被新的证书码取代{_from_zh(since)}。",
            f"This code was superseded by a newer one of the same certificate{_from_en(since)}.",
        ),
        since,
    )


def revoked(reason_code: str | None, since: datetime | None) -> Reason:
    """Revoked: the class of the reason is told, what lies behind it is not (Art. 22)."""
    why = _why(reason_code)
    return Reason(
        "revoked",
        Bilingual(
            f"证书已被撤销{_from_zh(since)}{why.zh}。",
            f"The certificate was revoked{_from_en(since)}{why.en}.",
        ),
        since,
    )


def suspended(reason_code: str | None, since: datetime | None) -> Reason:
    why = _why(reason_code)
    return Reason(
        "suspended",
        Bilingual(
            f"证书已暂停使用{_from_zh(since)}{why.zh}。在作出决定前不能作为凭证。",
            f"The certificate is suspended{_from_en(since)}{why.en}. Until that is decided it proves nothing.",
        ),
        since,
    )


def under_review(reason_code: str | None, since: datetime | None) -> Reason:
    why = _why(reason_code)
    return Reason(
        "under-review",
        Bilingual(
            f"证书正在复核{_from_zh(since)}{why.zh}。既未撤销，也暂不能证明有效；请在复核结束后再查。",
            f"The certificate is under review{_from_en(since)}{why.en}. Neither revoked nor proven valid meanwhile.",
        ),
        since,
    )


def expired(last_day: date) -> Reason:
    return Reason(
        "expired",
        Bilingual(
            f"证书有效期至{_day_zh(last_day)}，已经届满。",
            f"The certificate was valid until {last_day}, as its standard limits it.",
        ),
    )


def not_yet_issued(issued_on: date) -> Reason:
    return Reason(
        "not-yet-issued",
        Bilingual(
            f"证书于{_day_zh(issued_on)}核发，所问之日尚未核发。",
            f"The certificate was issued on {issued_on}, after the day asked about.",
        ),
    )


def as_of(seen_at: datetime, age: timedelta) -> Reason:
    """The status is not of this moment, but still within what lists in circulation may be old."""
    zh, en = span(age)
    return Reason(
        "status-old",
        Bilingual(
            f"状态截至{_moment(seen_at)}（{zh}前）；此后的变更尚未读到。",
            f"The status is as of {_moment(seen_at)} ({en} old); later changes have not been read yet.",
        ),
        seen_at,
    )


def too_old(seen_at: datetime, age: timedelta) -> Reason:
    zh, en = span(age)
    return Reason(
        "status-too-old",
        Bilingual(
            f"所知状态截至{_moment(seen_at)}（{zh}前），已过时，现在不能据以证明；请稍后重试。",
            f"The last status known is of {_moment(seen_at)} ({en} old): too old to prove anything; try again later.",
        ),
        seen_at,
    )


def on_the_day(day: date) -> Reason:
    return Reason(
        "state-of-the-day",
        Bilingual(
            f"以下为{_day_zh(day)}日终时的状态，依据状态变更记录。",
            f"This is the state at the end of {day}, from the record of its changes.",
        ),
    )


def changed_since(name: Bilingual, since: datetime) -> Reason:
    return Reason(
        "changed-since",
        Bilingual(
            f"所问之日以后状态有变：{name.zh}{_from_zh(since)}。",
            f"After the day asked about the state changed: {name.en}{_from_en(since)}.",
        ),
        since,
    )


def span(age: timedelta) -> tuple[str, str]:
    """An age in the largest unit that says enough."""
    seconds = max(0, int(age.total_seconds()))
    for size, zh, en in ((86_400, "天", "days"), (3_600, "小时", "hours"), (60, "分钟", "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size}{zh}", f"{seconds // size} {en}"
    return f"{seconds}秒", f"{seconds} seconds"


def _why(reason_code: str | None) -> Bilingual:
    for code, text in REASONS.items():
        if code == reason_code:
            return Bilingual(f"：{text.zh}", f": {text.en}")
    return Bilingual("", "")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _from_zh(since: datetime | None) -> str:
    return "" if since is None else f"（自{_moment(since)}起）"


def _from_en(since: datetime | None) -> str:
    return "" if since is None else f" (since {_moment(since)}, Beijing time)"


def _day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
