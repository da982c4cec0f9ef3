"""PURE: who must be supervised, who may supervise, and draws that anyone can run again (Art. 18, 22)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from common.errors import Bilingual, RuleViolation, StateConflict
from common.regions import covers

ALWAYS_SUPERVISED = frozenset({"social", "school"})  # Art. 18(2); employers at random, Art. 18(1)
TICKET_SPACE = 1 << 256


class ReportTooEarly(RuleViolation):
    """A report describes a session that has begun."""

    code: ClassVar[str] = "report-too-early"
    article: ClassVar[str | None] = "18(2)"
    title: ClassVar[Bilingual] = Bilingual("督导报告过早", "Report filed too early")


class AlreadyReported(StateConflict):
    """A report is filed once; a correction is a new fact, decided by a person."""

    code: ClassVar[str] = "supervision-already-reported"
    article: ClassVar[str | None] = "18(2)"
    title: ClassVar[Bilingual] = Bilingual("督导报告已提交", "Report already filed")


class SupervisorUnsuitable(RuleViolation):
    """The supervisor's card, region or calendar does not allow this assignment."""

    code: ClassVar[str] = "supervisor-unsuitable"
    article: ClassVar[str | None] = "22"
    title: ClassVar[Bilingual] = Bilingual("督导员不符合派遣条件", "Supervisor cannot be sent")


@dataclass(frozen=True, slots=True)
class Card:
    """What decides whether a supervisor can be sent: region of office, end of the card, days already taken."""

    supervisor_id: str
    region: str
    valid_to: date
    busy_on: frozenset[date]


def eligible(cards: Iterable[Card], *, region: str, on: date) -> tuple[str, ...]:
    """Ids of the supervisors who may be sent to a session in `region` on day `on`, in the order of their ids.

    A supervisor acts inside the region of office (by territory, DOMAIN 5), with a valid card, at one place a day.
    """
    fit = [
        card.supervisor_id
        for card in cards
        if covers(card.region, region) and on <= card.valid_to and on not in card.busy_on
    ]
    return tuple(sorted(fit))


def pool_digest(pool: Sequence[str]) -> str:
    """SHA-256 of the pool as a compact JSON array, hex."""
    text = json.dumps(list(pool), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seed_digest(seed: str) -> str:
    """SHA-256 of the 32 seed bytes (given as hex), hex."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def ticket(seed: str, member: str) -> int:
    """A member's lot: SHA-256(seed bytes ‖ 0x1F ‖ member in UTF-8) as a number below 2**256."""
    return int.from_bytes(hashlib.sha256(bytes.fromhex(seed) + b"\x1f" + member.encode()).digest())


def draw_lowest(seed: str, pool: Sequence[str], *, count: int) -> tuple[str, ...]:
    """The `count` members with the lowest lots: each equally likely, the same whoever runs it."""
    return tuple(sorted(pool, key=lambda member: ticket(seed, member))[:count])


def draw_at_rate(seed: str, pool: Sequence[str], *, rate: Decimal) -> tuple[str, ...]:
    """The members whose lot falls below the rate: each is drawn by itself with that probability."""
    limit = lots_below(rate)
    return tuple(member for member in pool if ticket(seed, member) < limit)


def lots_below(rate: Decimal) -> int:
    """The rate as a number of lots, exactly: Decimal's 28 digits would round it (docs/draws.md, step 4)."""
    numerator, denominator = rate.as_integer_ratio()
    return numerator * TICKET_SPACE // denominator


def run_draw(purpose: str, seed: str, pool: Sequence[str], rate: Decimal | None) -> tuple[str, ...]:
    """The outcome of a draw from what is published of it."""
    if purpose == "spot_check":
        return draw_at_rate(seed, pool, rate=rate if rate is not None else Decimal(1))
    return draw_lowest(seed, pool, count=1)


def check_report(*, state: str, on: date, today: date) -> None:
    """Refuse a report before the session begins, and a second one.

    Raises ReportTooEarly, AlreadyReported.
    """
    if state == "reported":
        raise AlreadyReported(
            Bilingual(
                "该场次的督导报告已经提交,不能重复提交;如需更正请联系中心负责人。",
                "The report of this session is already filed; ask the head of the centre for a correction.",
            )
        )
    if today < on:
        raise ReportTooEarly(
            Bilingual(
                f"评价于 {on} 开始,开始后方可提交督导报告。",
                f"The session starts on {on}; report from then on.",
            ),
            starts_on=on,
        )


def check_assignable(card: Card, *, region: str, on: date) -> None:
    """Refuse to send a supervisor whom the rules exclude. Raises SupervisorUnsuitable."""
    if not eligible([card], region=region, on=on):
        raise SupervisorUnsuitable(
            Bilingual(
                "督导员的任职地区、证卡有效期或当日已有任务不允许此次派遣,请另选督导员。",
                "Region of office, card validity or another task on that day excludes this supervisor; choose another.",
            )
        )
