"""HTTP shapes of requests."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from common.ids import OrganisationId
from common.schemas import Input, Output
from filing.documents.schemas import DocumentIn
from filing.organisations.domain import RequestKind
from filing.organisations.schemas import Documents, Scope, ScopeEntryIn, ScopeEntryOut


class ScopeRequestIn(Input):
    """Another scope, or the same for longer. The whole scope is told, not what is added to it."""

    kind: Literal["change", "renewal"] = Field(examples=["change"])
    scope: Scope = Field(
        examples=[
            [
                ScopeEntryIn(
                    item_codes=("6-18-02-04",), levels=(5, 4, 3), regions=("320100",), modes=("enterprise",)
                ).model_dump(mode="json")
            ]
        ]
    )
    valid_from: date = Field(examples=["2027-01-01"])
    valid_to: date = Field(examples=["2029-12-31"])
    documents: Documents = Field(
        default=(), description="by hash; send each to /documents afterwards", examples=[[]]
    )


class ScopeRequestOut(Output):
    """A request, and what came of it."""

    organisation_id: OrganisationId
    number: int = Field(description="of the organisation's requests; its application is the first")
    kind: RequestKind
    state: Literal["waiting", "granted", "refused"]
    scope: list[ScopeEntryOut]
    valid_from: date | None
    valid_to: date | None
    documents: list[DocumentIn]
    requested_at: datetime
    reasons: list[str] = Field(description="why it was refused")


class WaitingRequest(Output):
    """A line of the list of requests that wait."""

    organisation_id: OrganisationId
    organisation_name: str
    region: str
    number: int
    kind: RequestKind
    requested_at: datetime
