"""What audit tells: supervision assigned and reported, results recognised or not."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import BatchId, DrawId, OrganisationId, PlanId, SupervisionId, SupervisorId

GateState = Literal["pass", "fail", "waiting"]
Verdict = Literal["normal", "rectify", "stop"]


class DrawCommitted(Event):
    """A draw will be made from this list with this seed; only hashes are told yet, so nobody can choose (Art. 22)."""

    type: ClassVar[str] = "skills.audit.draw.committed.v1"
    draw_id: DrawId
    plan_id: PlanId
    purpose: Literal["spot_check", "supervisor"]
    pool_sha256: str
    seed_sha256: str

    @property
    def key(self) -> str:
        return f"draw:{self.draw_id}"


class DrawRevealed(Event):
    """The seed and the outcome of a draw: anyone can run it again."""

    type: ClassVar[str] = "skills.audit.draw.revealed.v1"
    draw_id: DrawId
    plan_id: PlanId
    seed: str
    pool: tuple[str, ...]
    drawn: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"draw:{self.draw_id}"


class SupervisionAssigned(Event):
    """A supervisor was sent to the session of a plan (Art. 18(2))."""

    type: ClassVar[str] = "skills.audit.supervision.assigned.v1"
    supervision_id: SupervisionId
    plan_id: PlanId
    supervisor_id: SupervisorId
    draw_id: DrawId | None = None
    on: date

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class SupervisionReported(Event):
    """The supervisor's on-site report was filed."""

    type: ClassVar[str] = "skills.audit.supervision.reported.v1"
    supervision_id: SupervisionId
    plan_id: PlanId
    supervisor_id: SupervisorId
    verdict: Verdict
    findings: int
    reported_at: datetime

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class Gate(BaseModel):
    """One condition of recognition (Art. 17), with what was found and where it is written."""

    model_config = ConfigDict(frozen=True)
    gate: str
    state: GateState
    article: str
    detail_zh: str
    detail_en: str


class ResultsRecognised(Event):
    """The results of a batch are recognised: they give certificates and may carry subsidies (Art. 17)."""

    type: ClassVar[str] = "skills.audit.results.recognised.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    rows: int
    gates: tuple[Gate, ...]
    decided_at: datetime
    decided_by: str = Field(description="`rule` or the account of the person in charge")

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class RecognitionRefused(Event):
    """The results of a batch are not recognised, gate by gate."""

    type: ClassVar[str] = "skills.audit.recognition.refused.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    gates: tuple[Gate, ...]
    decided_at: datetime
    decided_by: str

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"
