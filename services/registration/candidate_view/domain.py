"""PURE: how a candidate proves to be the one: limits of codes and guesses, telephone numbers, what is sent to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from common.errors import Bilingual
from common.identifiers.text import compact
from common.tabular.columns import Column

CODE_DIGITS: Final = 8
CODE_LIFE: Final = timedelta(minutes=10)
TOKEN_LIFE: Final = timedelta(minutes=30)
MOST_TRIES: Final = 5  # of one code
MOST_ASKED: Final = 3  # codes about one person within WINDOW; then whoever asks has to wait
WINDOW: Final = timedelta(minutes=15)
MOST_REQUESTS: Final = 10  # of one person that wait for an answer
Counted = Literal["target", "client", "asked"]
"""Wrong codes for one person, wrong codes from one client, codes asked for by one client."""
MOST: Final[dict[Counted, int]] = {"target": 10, "client": 20, "asked": 200}  # within WINDOW

Verdict = Literal["opened", "unknown", "anothers"]

_MAINLAND: Final = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_ABROAD: Final = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)
_BETWEEN: Final = str.maketrans("", "", "-()")

PHONE = Column(
    "phone",
    ("手机号码", "手机号", "手机", "联系电话"),
    exact=True,
    note=Bilingual(
        "本人手机;平台只用它向本人发送查询验证码和答复",
        "the person's own; used for nothing but codes and answers to that person",
    ),
    width=16,
)


def normal_phone(text: str) -> str | None:
    """A number that messages can be sent to: 11 digits of the mainland, or `+` and the number abroad."""
    clean = compact(text).translate(_BETWEEN)
    if found := _MAINLAND.fullmatch(clean):
        return found[1]
    if found := _ABROAD.fullmatch(clean):
        return f"+{found[1]}"
    return None


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number that a body recorded; `phone` is sealed."""

    organisation_id: UUID
    phone: str


def contact_of(recorded: Iterable[Contact]) -> Contact | None:
    """Where messages to a person go, of all that was recorded, the oldest first.

    The body that was the first to give a number may correct it; another body cannot put its own number there and so
    read what the others recorded.
    """
    known = list(recorded)
    of_first = [one for one in known if one.organisation_id == known[0].organisation_id]
    return of_first[-1] if of_first else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for. `is_known`: there is such a person of that name."""

    code_index: bytes
    tries: int
    expires_at: datetime
    is_open: bool
    is_known: bool

    def may_be_tried(self, now: datetime) -> bool:
        return self.is_known and not self.is_open and self.tries < MOST_TRIES and now < self.expires_at


def verdict(asked: Asked | None, code_index: bytes, *, is_anothers: bool, now: datetime) -> Verdict:
    """What a code comes to. A person who is not known, another name, a used-up and a wrong code are one answer.

    `is_anothers`: the code is right, for somebody else.
    """
    if asked is not None and asked.may_be_tried(now) and asked.code_index == code_index:
        return "opened"
    return "anothers" if is_anothers else "unknown"


def code_notice(code: str) -> str:
    minutes = int(CODE_LIFE.total_seconds() // 60)
    return (
        f"验证码 {code},{minutes} 分钟内有效,用于查询本人的技能等级评价记录。非本人操作请勿告知他人。 "
        f"Code {code}, valid for {minutes} minutes, to see what is recorded about you. Give it to nobody."
    )


def lock_notice() -> str:
    minutes = int(WINDOW.total_seconds() // 60)
    return (
        f"有人多次输入错误的验证码查询您的评价记录,查询已暂停 {minutes} 分钟;您的信息没有被查看。 "
        f"Somebody entered wrong codes for your record again and again. It is locked for {minutes} minutes; "
        "nothing was shown."
    )


def guessing_notice() -> str:
    return (
        "有人多次用错误的姓名查询您的证书编号,按编号查询已暂停数分钟;您的信息没有被查看。 "
        "Somebody tried wrong names at the number of your certificate again and again. Look-ups of it rest for some "
        "minutes; nothing was shown."
    )


def answer_notice() -> str:
    return (
        "您的更正申请已有答复,请登录查询。 "
        "Your request for a correction has been answered; sign in to read the answer."
    )
