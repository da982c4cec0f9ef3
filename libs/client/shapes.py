"""What answers have in common. Members that a newer platform adds are kept, not refused."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Shape(BaseModel):
    """An answer of the platform."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Listing(Shape, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, if there is one."""

    items: tuple[T, ...]
    next: str | None = None
