"""Public answers that caches may keep: a strong ETag of the very content, and how long nobody need ask again."""

import hashlib
from typing import Final, TypeVar

from fastapi import Response
from pydantic import BaseModel

DAY_SECONDS: Final = 86_400
Answer = TypeVar("Answer", bound=BaseModel)


def tell(response: Response, answer: Answer, *, fresh_seconds: int = 0) -> Answer:
    """The answer, its headers set. `fresh_seconds` 0: caches ask each time whether it has changed (304)."""
    stamp(response, answer.model_dump_json().encode(), fresh_seconds=fresh_seconds)
    return answer


def stamp(response: Response, content: bytes, *, fresh_seconds: int = 0) -> None:
    response.headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = (
        f"public, max-age={fresh_seconds}" if fresh_seconds else "public, no-cache"
    )
