"""PURE: the verdict on a certificate: valid, not valid, or cannot be proven now; always with reasons and times.

It is never `valid` when the status could not be read, and never `not_valid` because a call failed (decision 53).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from certificate.status.domain import NAMES, Status
from certificate.verification import reasons
from certificate.verification.reasons import Reason
from common.certificate_code import CHINA, Kind, Refusal, Verified
from common.errors import Bilingual, NotFound, RuleViolation
from common.identifiers.names import mask_name

Verdict = Literal["valid", "not_valid", "unprovable"]
State = Literal[
    "valid",
    "suspended",
    "under_review",
    "revoked",
    "superseded",
    "expired",
    "not_yet_issued",
    "not_genuine",
    "not_issued",
    "unknown",
]
InputName = Literal["keys", "status", "names", "register"]
InputState = Literal["fresh", "old", "missing"]


class CertificateNotFound(NotFound):
    """No certificate has this number and this holder: which of the two is wrong is nobody's to learn."""

    code = "certificate-not-found"
    title = Bilingual("未查到证书", "No such certificate")
    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "没有与所填编号和姓名同时相符的证书；请对照证书逐字核对后重试。",
                "No certificate has this number and this holder's name; check both against the certificate.",
            )
        )


class DayAhead(RuleViolation):
    """What will be valid on a day to come is nobody's to say."""

    code = "day-ahead"
    title = Bilingual("日期尚未到来", "The day lies ahead")
    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "只能查询当日或以前某日的状态；请改为今天或更早的日期。",
                "Only the state of today or of an earlier day can be told; ask about such a day.",
            )
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """What a certificate rests on: standard, plan and batch, and when its results were recognised.

    `accredited`: the first and last day on which the body might evaluate this; `candidates`: approved on the roster;
    `results`: of its batch, and how many passed.
    """

    plan_number: str | None = None
    filed_on: date | None = None
    starts_on: date | None = None
    standard: str | None = None
    recognised_at: datetime | None = None
    accredited: tuple[date, date] | None = None
    candidates: int | None = None
    results: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The status of a certificate as it was last seen, and how long ago that was."""

    status: Status
    since: datetime | None = None
    reason_code: str | None = None
    age: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Registered:
    """A certificate as the register has it."""

    number: str
    kind: Kind
    level: int
    item_code: str
    item_name: str
    organisation_name: str
    entrusted_by: str | None
    issued_on: date
    kid: str
    status_index: int
    code: bytes = field(repr=False)
    known: Known
    ground: Ground


@dataclass(frozen=True, slots=True)
class Legacy:
    """A certificate of the time before, as it was imported."""

    number: str
    item_name: str
    level: int | None
    issuer: str
    issued_on: date
    source: str
    evidence: Literal["original_register", "archive_scan", "declared"]


@dataclass(frozen=True, slots=True)
class Names:
    """Occupation and issuing body, as memory has them."""

    item: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class InputUsed:
    """Something that a verdict rests on or shows: how fresh it is, or that it is missing."""

    name: InputName
    state: InputState
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How old a status may be: `fresh` without a word about it, `usable` with one; beyond that it proves nothing."""

    fresh: timedelta = timedelta(seconds=60)
    usable: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: the verdict, why, when, and what may be shown of the certificate (the holder masked)."""

    verdict: Verdict
    state: State
    reasons: tuple[Reason, ...]
    checked_at: datetime
    holder: str | None = None
    registered: Registered | None = None
    claims: Verified | None = None
    inputs: tuple[InputUsed, ...] = ()
    names: Names = Names()
    since: datetime | None = None
    on: date | None = None
    legacy: Legacy | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A status that a certificate came to have.

    `at`: from when it stood. `since`: when the measure behind it was taken, where that was earlier, because a graver
    one covered it until `at`.
    """

    status: Status
    at: datetime
    reason_code: str | None = None
    since: datetime | None = None


Judged = tuple[Verdict, State, tuple[Reason, ...]]
_FINAL: Final[Status] = "superseded"


def judged(
    known: Known | None,
    at: datetime,
    bounds: Bounds,
    *,
    is_absent: bool = False,
    last_day: date | None = None,
) -> Judged:
    """The verdict by status. `known`: None when it could not be read; `is_absent`: the register has no such one."""
    if known is None:
        if is_absent:
            return "not_valid", "not_issued", (reasons.NOT_ISSUED,)
        return "unprovable", "unknown", (reasons.STATE_UNKNOWN,)
    seen_at = at - known.age
    if known.age > bounds.usable and known.status != _FINAL:
        return "unprovable", "unknown", (reasons.too_old(seen_at, known.age),)
    verdict, state, reason = _by_status(known, at.astimezone(CHINA).date(), last_day)
    if known.age > bounds.fresh:
        return verdict, state, (reason, reasons.as_of(seen_at, known.age))
    return verdict, state, (reason,)


def _by_status(known: Known, day: date, last_day: date | None) -> tuple[Verdict, State, Reason]:
    match known.status:
        case "superseded":
            return "not_valid", "superseded", reasons.superseded(known.since)
        case "revoked":
            return "not_valid", "revoked", reasons.revoked(known.reason_code, known.since)
        case "suspended":
            return "not_valid", "suspended", reasons.suspended(known.reason_code, known.since)
        case "under_review":
            return "unprovable", "under_review", reasons.under_review(known.reason_code, known.since)
        case "valid":
            if last_day is not None and day > last_day:
                return "not_valid", "expired", reasons.expired(last_day)
            return "valid", "valid", reasons.STANDS


def last_day_of(issued_on: date, years: int | None) -> date | None:
    """The last day of a certificate whose standard limits its validity; None: it stands for good."""
    if years is None:
        return None
    try:
        return issued_on.replace(year=issued_on.year + years) - timedelta(days=1)
    except ValueError:  # the 29th of February
        return date(issued_on.year + years, 2, 28)


def not_genuine(refusal: Refusal, at: datetime, inputs: tuple[InputUsed, ...] = ()) -> Finding:
    """A code that proves nothing; nothing of what it claims is shown."""
    reason = Reason(refusal.reason, refusal.detail)
    return Finding("not_valid", "not_genuine", (reason,), at, inputs=inputs)


def unprovable(reason: Reason, at: datetime, inputs: tuple[InputUsed, ...] = ()) -> Finding:
    """Nothing can be proven now, and nothing is shown."""
    return Finding("unprovable", "unknown", (reason,), at, inputs=inputs)


def by_code(
    verified: Verified,
    known: Known | None,
    registered: Registered | None,
    at: datetime,
    bounds: Bounds,
    *,
    is_absent: bool,
    last_day: date | None = None,
) -> Finding:
    """The verdict on a genuine code: a stolen key alone makes no certificate, so its status decides."""
    verdict, state, why = judged(known, at, bounds, is_absent=is_absent, last_day=last_day)
    why = (reasons.SIGNATURE_HOLDS, *why)
    if state == "not_issued":
        return Finding(verdict, state, why, at)
    holder = mask_name(verified.claims.name)
    since = known.since if known is not None and state != "unknown" else None
    return Finding(verdict, state, why, at, holder, registered, verified, since=since)


def by_number(
    registered: Registered, name: str, at: datetime, bounds: Bounds, last_day: date | None = None
) -> Finding:
    """The verdict on a number whose holder's name was given."""
    known = registered.known
    verdict, state, why = judged(known, at, bounds, last_day=last_day)
    since = known.since if state != "unknown" else None
    return Finding(verdict, state, why, at, mask_name(name), registered, since=since)


def by_legacy(legacy: Legacy, name: str, at: datetime) -> Finding:
    """Never more than the evidence supports: the original register proves, a scan or a declaration does not."""
    reason = (reasons.legacy(legacy.evidence, legacy.source),)
    if legacy.evidence == "original_register":
        return Finding("valid", "valid", reason, at, mask_name(name), legacy=legacy)
    return Finding("unprovable", "unknown", reason, at, mask_name(name), legacy=legacy)


def legacy_on_day(found: Finding, issued_on: date, day: date) -> Finding:
    """What a finding of now says of an earlier day: what its evidence says of the issue, it says of every day since."""
    if day < issued_on and found.verdict == "valid":
        why = (*found.reasons, reasons.not_yet_issued(issued_on))
        return replace(found, verdict="not_valid", state="not_yet_issued", reasons=why, on=day)
    return replace(found, on=day)


def on_day(
    found: Finding, issued_on: date, history: Sequence[Change], day: date, last_day: date | None = None
) -> Finding:
    """What a finding of now says of the end of an earlier day, from all changes in the order of their times."""
    proven = tuple(reason for reason in found.reasons if reason is reasons.SIGNATURE_HOLDS)
    if day < issued_on:
        why = (*proven, reasons.not_yet_issued(issued_on))
        return replace(found, verdict="not_valid", state="not_yet_issued", reasons=why, since=None, on=day)
    before = [change for change in history if change.at.astimezone(CHINA).date() <= day]
    then = before[-1] if before else None
    known = Known("valid") if then is None else Known(then.status, then.since or then.at, then.reason_code)
    verdict, state, reason = _by_status(known, day, last_day)
    later = [change for change in history[len(before) :] if change.status != known.status]
    changed = (reasons.changed_since(NAMES[later[-1].status], later[-1].at),) if later else ()
    return replace(
        found,
        verdict=verdict,
        state=state,
        reasons=(*proven, reasons.on_the_day(day), reason, *changed),
        since=known.since,
        on=day,
    )


def history_unknown(found: Finding, day: date, inputs: tuple[InputUsed, ...]) -> Finding:
    """What was on a day cannot be told from what is now."""
    proven = tuple(reason for reason in found.reasons if reason is reasons.SIGNATURE_HOLDS)
    return replace(
        found,
        verdict="unprovable",
        state="unknown",
        reasons=(*proven, reasons.HISTORY_UNKNOWN),
        inputs=inputs,
        since=None,
        on=day,
    )
