"""PURE: why the platform refuses, as errors that know nothing of HTTP; `common.problems` tells them at the edge.

A class per rule, in the module that owns the rule, derived from one of the five families here. `code` is the rule's
stable name for machines, `article` where the policy states it, and the facts are what the caller needs to put things
right. Every text is in Chinese and English and never repeats what the caller sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self

Fact = str | int | bool | date | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One mistake: what is wrong and how to mend it, at a JSON pointer or at a row and column of a sheet."""

    code: str
    detail: Bilingual
    remedy: Bilingual
    pointer: str | None = None
    row: int | None = None
    column: str | None = None
    article: str | None = None


class PolicyError(Exception):
    """What the platform refuses, and why. Raise a class of one of the families below."""

    code: ClassVar[str]
    title: ClassVar[Bilingual]
    article: ClassVar[str | None] = None

    def __init__(self, detail: Bilingual, *, errors: Iterable[FieldError] = (), **facts: Fact) -> None:
        super().__init__(detail.en)
        self.detail = detail
        self.errors: tuple[FieldError, ...] = tuple(errors)
        self.facts: Mapping[str, Fact] = facts


class Malformed(PolicyError):
    """It does not parse."""

    code = "malformed"
    title = Bilingual("格式错误", "Malformed")


class RuleViolation(PolicyError):
    """It parses, and its content or a rule of the policy refuses it."""

    code = "rule-violation"
    title = Bilingual("不符合规定", "Refused by a rule")


class TooLarge(PolicyError):
    """It is more than is taken at once."""

    code = "payload-too-large"
    title = Bilingual("内容过大", "Too large")


class StateConflict(PolicyError):
    """It conflicts with how things stand; later, or after another act, it may be right."""

    code = "state-conflict"
    title = Bilingual("与当前状态冲突", "Conflicts with the present state")


class Forbidden(PolicyError):
    """The caller may not do it."""

    code = "permission-denied"
    title = Bilingual("没有权限", "Not allowed")


class NotFound(PolicyError):
    """It does not exist, or is another's: the answer is the same, so that nobody learns which."""

    code = "not-found"
    title = Bilingual("未找到", "Not found")

    @classmethod
    def of(cls, kind: str) -> Self:
        """The refusal for one kind of resource; `kind` is its English term, as in URLs."""
        return cls(
            Bilingual(
                "没有这项资源,或您无权查看;请核对编号。",
                f"There is no such {kind}, or it is not yours to see; check its id.",
            )
        )


class Gone(PolicyError):
    """It was there once and is not any more, by design."""

    code = "gone"
    title = Bilingual("已不存在", "Gone")


class Violations(RuleViolation):
    """All mistakes of one input at once."""

    code = "validation"
    title = Bilingual("内容有误", "The content has mistakes")

    def __init__(self, errors: Iterable[FieldError], **facts: Fact) -> None:
        found = tuple(errors)
        super().__init__(
            Bilingual(
                f"共有 {len(found)} 处错误,请按 errors 中的说明逐项更正后重新提交。",
                f"There are {len(found)} mistakes; mend each as errors[] says and send it again.",
            ),
            errors=found,
            **facts,
        )
