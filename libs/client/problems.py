"""Problem answers (RFC 9457) as exceptions that say what to do."""

from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Mistake(BaseModel):
    """One entry of `errors[]`: where it is, what is wrong, how to mend it."""

    model_config = ConfigDict(extra="allow")

    code: str = ""
    detail: str = ""
    remedy: str = ""
    pointer: str | None = None
    row: int | None = None
    column: str | None = None
    article: str | None = None

    def __str__(self) -> str:
        place = self.pointer or " ".join(
            part
            for part in (f"第 {self.row} 行" if self.row else "", f"「{self.column}」" if self.column else "")
            if part
        )
        return f"{place}: {self.detail} {self.remedy}".strip(": ")


class ProblemBody(BaseModel):
    """The body of a problem answer; further members are facts of the problem."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str = ""
    article: str | None = None
    errors: list[Mistake] = Field(default_factory=list)


class Problem(Exception):
    """The platform refused a call. `code` is stable; `facts` holds what the caller needs to put it right."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.body = read_problem(response)
        self.code = self.body.type.rpartition("/")[2]
        self.facts: dict[str, Any] = self.body.model_extra or {}
        super().__init__(
            f"{self.status} {self.code}: {self.body.detail or self.body.title}"
            + "".join(f"\n  {mistake}" for mistake in self.body.errors[:20])
        )


class Unreachable(Exception):
    """No answer from the platform: not running, or the network failed for longer than the retries."""


def read_problem(response: httpx.Response) -> ProblemBody:
    """The problem in an answer; a bare one when the answer is none of ours."""
    try:
        return ProblemBody.model_validate_json(response.content)
    except ValidationError:
        return ProblemBody(title=response.reason_phrase, status=response.status_code)
