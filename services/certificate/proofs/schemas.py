"""HTTP shape of a proof from the public log."""

from uuid import UUID

from pydantic import Field

from common.schemas import Output


class LogProofOut(Output):
    """That the event which made the certificate stands in the public log (RFC 9162 section 2.1.3)."""

    event_id: UUID
    leaf_index: int
    tree_size: int
    entry: str = Field(description="the leaf as it was hashed: SHA-256 of 00 and these bytes")
    proof: list[str] = Field(description="hashes from the leaf to the root, hex")
    checkpoint: str = Field(description="signed note with size and root")
