"""HTTP shapes of evidence."""

from datetime import datetime

from pydantic import Field

from common.ids import EvidenceId, PlanId
from common.schemas import Output


class EvidenceOut(Output):
    """A file on record for a plan."""

    id: EvidenceId
    plan_id: PlanId
    sha256: str = Field(description="of the file as it was sent; names it")
    media_type: str
    size: int = Field(description="bytes kept: photographs are kept without position, device and comments")
    kept_at: datetime
