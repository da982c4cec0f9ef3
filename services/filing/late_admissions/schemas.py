"""HTTP shapes of admissions."""

from datetime import date

from pydantic import Field

from common.ids import LateAdmissionId, OrganisationId
from common.schemas import Input, Note, Output, RegionCode
from filing.late_admissions.models import Ground


class LateAdmissionIn(Input):
    """Whose plan is admitted, for which first day, on which ground, and why; ground and reason are published."""

    organisation_id: OrganisationId
    region: RegionCode = Field(description="county of the site", examples=["320104"])
    starts_on: date = Field(examples=["2026-12-01"])
    ground: Ground = Field(
        description="不可抗力、上级命令、公历安排变动、公共应急", examples=["force_majeure"]
    )
    reason: Note = Field(examples=["台风停工停课,原定考期顺延。"])


class LateAdmissionOut(Output):
    """An admission, as everybody may read it."""

    id: LateAdmissionId
    organisation_id: OrganisationId
    organisation_name: str
    region: str
    starts_on: date
    ground: Ground
    reason: str
    admitted_on: date
