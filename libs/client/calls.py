"""Calls as values: what to send and how to read the answer. The sync and the async sender share them."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar, cast

import httpx
from pydantic import BaseModel, TypeAdapter

T = TypeVar("T")
Query: TypeAlias = Mapping[str, str | int | bool | date | datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request to one service. `read` turns a successful response into a value."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    changes_nothing: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice has the effect of once: reads, and writes under an Idempotency-Key."""
        return self.changes_nothing or self.method in {"GET", "PUT"} or "Idempotency-Key" in self.headers


def get(path: str, shape: type[T] | object, query: Query | None = None) -> Call[T]:
    """Read a resource into `shape`."""
    return Call(method="GET", path=path, read=reader(shape), query=plain_query(query))


def create(
    path: str,
    shape: type[T] | object,
    body: BaseModel | Mapping[str, Any] | None = None,
    *,
    query: Query | None = None,
    content: bytes | None = None,
    content_type: str | None = None,
    idempotency_key: str | None = None,
) -> Call[T]:
    """Create something once: the key makes a repeat harmless. `content` sends a file as it is."""
    headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
    if content_type:
        headers["Content-Type"] = content_type
    return Call(
        method="POST",
        path=path,
        read=reader(shape),
        query=plain_query(query),
        json=None if content is not None else plain_body(body),
        content=content,
        headers=headers,
    )


def update(path: str, shape: type[T] | object, body: BaseModel | Mapping[str, Any], *, etag: str) -> Call[T]:
    """Replace a resource, provided it is still the version that was read."""
    return Call(
        method="PUT", path=path, read=reader(shape), json=plain_body(body), headers={"If-Match": etag}
    )


def download(path: str, query: Query | None = None, *, accept: str = "*/*") -> Call[bytes]:
    """Read a file."""
    return Call(
        method="GET",
        path=path,
        read=lambda response: response.content,
        query=plain_query(query),
        headers={"Accept": accept},
    )


def reader(shape: type[T] | object) -> Callable[[httpx.Response], T]:
    """A function that validates a JSON answer into `shape` (any type pydantic knows)."""
    adapter: TypeAdapter[T] = TypeAdapter(cast("type[T]", shape))
    return lambda response: adapter.validate_json(response.content)


def plain_body(body: BaseModel | Mapping[str, Any] | None) -> Any:
    """JSON-ready: a model's own dump, or the mapping with dates as text and absent (None) members left out."""
    if isinstance(body, BaseModel):
        return body.model_dump(mode="json", exclude_none=True)
    if body is None:
        return {}
    return TypeAdapter(dict[str, Any]).dump_python(
        {name: value for name, value in body.items() if value is not None}, mode="json"
    )


def plain_query(query: Query | None) -> dict[str, str]:
    return {name: _text(value) for name, value in (query or {}).items() if value is not None}


def _text(value: str | int | bool | date | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
