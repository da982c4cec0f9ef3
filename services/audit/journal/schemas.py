"""HTTP shapes of the public journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from common.schemas import Output


class EntryOut(Output):
    """One event as everybody may see it: what kind, of what, when, and its place in the chain; not its content."""

    source: str
    position: int
    event_id: UUID
    type: str
    key: str
    version: int
    time: datetime
    body_sha256: str
    chain: str = Field(description="SHA-256(previous chain ‖ body), hex")
    data: dict[str, Any] | None = Field(default=None, description="content; with the scope journal:read only")


class HeadOut(Output):
    """How far audit has received a service's journal."""

    source: str
    position: int
    chain: str
    time: datetime
