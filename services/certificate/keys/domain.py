"""PURE: the life of a signing key: made at the first need, replaced before its end, never used after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from common.certificate_code import CHINA
from common.errors import Bilingual, StateConflict

OVERLAP: Final = timedelta(days=30)


class KeyExpired(StateConflict):
    """Nothing is signed with a key outside its validity."""

    code = "signing-key-expired"
    title = Bilingual("签发密钥已过有效期", "Signing key expired")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "签发密钥不在有效期内，未签发任何证书。",
                "The key is outside its validity; nothing was signed.",
            )
        )


@dataclass(frozen=True, slots=True)
class KeyLife:
    kid: str
    valid_from: datetime
    valid_to: datetime


def key_to_sign_with(lives: Sequence[KeyLife], *, issued_on: date, now: datetime) -> KeyLife | None:
    """The newest key that covers the day of issue and has more than the overlap before it; None: make one."""
    fit = [life for life in lives if life.valid_from <= start_of(issued_on) and life.valid_to > now + OVERLAP]
    return max(fit, key=lambda life: life.valid_to, default=None)


def new_life(*, issued_on: date, now: datetime, lifetime: timedelta) -> tuple[datetime, datetime]:
    """From the day of issue that needed the key, which may lie a little back, until its lifetime from now is over."""
    return start_of(issued_on), now + lifetime


def check_may_sign(life: KeyLife, now: datetime) -> None:
    """Raises KeyExpired."""
    if not life.valid_from <= now <= life.valid_to:
        raise KeyExpired


def start_of(day: date) -> datetime:
    """The first instant of a day in China."""
    return datetime.combine(day, time(), CHINA)
