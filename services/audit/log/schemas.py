"""HTTP shapes of the public log."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from common.schemas import Output


class LogOut(Output):
    """How far the log is."""

    size: int = Field(description="leaves under the newest checkpoint")
    signed_at: datetime | None
    cosigned_size: int | None = Field(description="size of the newest checkpoint that a witness cosigned")
    cosigned_at: datetime | None


class LogKeyOut(Output):
    """Whose signatures stand under checkpoints (c2sp.org/signed-note: name+id+base64)."""

    origin: str = Field(examples=["skills.example.org/audit/v1/log"])
    key: str = Field(examples=["skills.example.org/audit/v1/log+5b0e1f2c+AZk2…"])
    witnesses: list[str]


class InclusionOut(Output):
    """RFC 9162 section 2.1.3: from a leaf to the root of the checkpoint."""

    leaf_index: int
    tree_size: int
    entry: str = Field(description="the leaf as it was hashed: SHA-256 of 00 and these bytes")
    proof: list[str] = Field(description="hashes from the leaf to the root, hex")
    checkpoint: str = Field(description="signed note with size and root")


class ConsistencyOut(Output):
    """RFC 9162 section 2.1.4: the bigger log begins with the smaller."""

    from_size: int
    to_size: int
    proof: list[str] = Field(description="hex; empty for equal sizes")


class SaltOut(Output):
    """What opens a leaf's commitment: SHA-256(salt ‖ body)."""

    leaf_index: int
    source: str
    position: int
    event_id: UUID
    salt: str | None = Field(description="hex; null: the content was forgotten")


class CosignedOut(Output):
    """Whose cosignatures were taken; those of strangers are passed over."""

    taken: list[str]
