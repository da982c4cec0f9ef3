"""HTTP shapes of sites."""

from datetime import date

from pydantic import Field

from common.ids import OrganisationId, SiteId
from common.schemas import Input, Int, Line, Name, Output, RegionCode
from filing.sites.domain import LARGEST_CAPACITY


class SiteIn(Input):
    """A site, or how it stands from a day on."""

    name: Name = Field(description="unlike the organisation's other sites", examples=["一号车间"])
    region: RegionCode = Field(description="its county (GB/T 2260)", examples=["320104"])
    address: Line = Field(examples=["南京市秦淮区光华路1号"])
    capacity: Int = Field(
        ge=1, le=LARGEST_CAPACITY, description="candidates that find a place at once", examples=[60]
    )
    valid_from: date | None = Field(default=None, description="none: from today on", examples=["2027-01-01"])
    valid_to: date | None = Field(
        default=None, description="last day; none: until it is changed", examples=[None]
    )


class SiteOut(Output):
    """A site as it stands from `valid_from` on."""

    id: SiteId
    organisation_id: OrganisationId
    number: int = Field(description="of its versions")
    name: str
    region: str
    address: str
    capacity: int
    valid_from: date
    valid_to: date | None
