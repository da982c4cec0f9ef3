"""PURE: passwords, locks, and who may not decide on whom (Art. 22)."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from common.errors import Bilingual, FieldError, StateConflict

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 128
FAILURES_BEFORE_LOCK: Final = 5
LOCK: Final = timedelta(minutes=15)
ENROLMENT_LIFE: Final = timedelta(hours=24)
SALT_BYTES: Final = 16
# OWASP's figures for scrypt: 32 MiB a try.
_COST: Final = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
_COMMON: Final = frozenset(
    {"password", "passw0rd", "qwertyuiop", "letmein", "admin", "iloveyou", "woaini", "zhongguo", "jiangsu"}
)


class ConflictOfInterest(StateConflict):
    """Nobody decides on a body that he also acts for."""

    code, article = "conflict-of-interest", "22"
    title = Bilingual("利益冲突", "Conflict of interest")


class IdentityBound(StateConflict):
    """Who somebody is at an issuer opens one account, and is not taken from it by another's granter."""

    article = "18(3)"
    title = Bilingual("身份已绑定", "Identity bound already")


def digest_of(password: str, salt: bytes) -> bytes:
    """What is kept of a password: slow to try, and of no use elsewhere."""
    return hashlib.scrypt(password.encode(), salt=salt, **_COST)


def is_password(given: str, salt: bytes, digest: bytes) -> bool:
    return hmac.compare_digest(digest_of(given, salt), digest)


def password_problems(password: str, username: str) -> tuple[FieldError, ...]:
    """What is wrong with a password that somebody chose."""
    return tuple(_problems(password, username))


def _problems(password: str, username: str) -> Iterator[FieldError]:
    bare = "".join(character for character in password.casefold() if character.isalnum())
    letters = bare.strip("0123456789")
    if len(set(password)) < 5 or letters in _COMMON or username.casefold() in password.casefold():
        yield FieldError(
            pointer="/password",
            code="password-guessable",
            detail=Bilingual("密码容易被猜到。", "The password is easily guessed."),
            remedy=Bilingual(
                "请使用几个互不相关的词,不含用户名。", "Use several unrelated words, without the user name."
            ),
        )


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when an account is locked after so many failures in a row."""
    return now + LOCK if failures >= FAILURES_BEFORE_LOCK else None
