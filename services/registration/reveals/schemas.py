"""HTTP shapes of reveals."""

from pydantic import Field

from common.ids import CandidateId
from common.schemas import Output


class IdentityOut(Output):
    """A candidate with name and document in clear; all null once the person has been forgotten."""

    candidate_id: CandidateId
    name: str | None = Field(examples=["王𬭩"])
    id_type: str | None = Field(examples=["resident_id"])
    id_number: str | None = Field(examples=["320106199001011015"])
