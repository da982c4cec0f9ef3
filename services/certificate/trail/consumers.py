"""Facts from filing, registration and audit: each becomes an act of the trail. May be applied twice, in any order."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from certificate.trail.models import TrailAct
from common.events.audit import (
    RecognitionRefused,
    RecognitionWithdrawn,
    ResultsRecognised,
    SupervisionAssigned,
    SupervisionReported,
)
from common.events.filing import PlanAccepted, PlanAmended
from common.events.registration import BatchRecorded, ResultCorrected, RosterReviewed
from common.ids import encode_id
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork


async def on_plan(uow: UnitOfWork, event: PlanAccepted) -> None:
    """Accepted, or amended since: the day of filing, its last day, the standards and the edition of the list."""
    items = [item.model_dump(mode="json", exclude={"headcount"}) for item in event.items]
    facts = {
        "number": event.number,
        "filed_on": event.filed_on.isoformat(),
        "last_filing_day": event.last_filing_day.isoformat(),
        "starts_on": event.starts_on.isoformat(),
        "by_rule": event.by_rule,
        "items": items,
        "examiners": [one.card_number for one in event.examiners],
    }
    act = "plan_amended" if isinstance(event, PlanAmended) else "plan_accepted"
    await _keep(uow, act, "centre", event.plan_id, by=encode_id("account", event.accepted_by), facts=facts)


async def on_roster(uow: UnitOfWork, event: RosterReviewed) -> None:
    counts = {"approved": event.approved, "refused": event.refused, "pending": event.pending}
    by = encode_id("account", event.reviewed_by) if event.reviewed_by else "rule"
    await _keep(uow, "roster_reviewed", "centre", event.plan_id, by=by, facts=counts)


async def on_batch(uow: UnitOfWork, event: BatchRecorded) -> None:
    facts = {
        "rows": event.rows,
        "outcomes": dict(event.outcomes),
        "evaluation_ended_on": event.evaluation_ended_on.isoformat(),
        "late": event.late,
    }
    by = encode_id("account", event.recorded_by)
    await _keep(uow, "results_recorded", "result recorder", event.plan_id, event.batch_id, by=by, facts=facts)


async def on_assigned(uow: UnitOfWork, event: SupervisionAssigned) -> None:
    draw = encode_id("draw", event.draw_id) if event.draw_id else None
    by = encode_id("supervisor", event.supervisor_id)
    facts = {"draw_id": draw, "on": event.on.isoformat()}
    await _keep(uow, "supervisor_sent", "supervisor", event.plan_id, by=by, facts=facts)


async def on_reported(uow: UnitOfWork, event: SupervisionReported) -> None:
    by = encode_id("supervisor", event.supervisor_id)
    facts = {"verdict": event.verdict, "findings": event.findings}
    await _keep(uow, "supervision_reported", "supervisor", event.plan_id, by=by, facts=facts)


async def on_decision(uow: UnitOfWork, event: ResultsRecognised | RecognitionRefused) -> None:
    """Every gate with its state, article and ground."""
    act = "results_recognised" if isinstance(event, ResultsRecognised) else "recognition_refused"
    facts = {"gates": [gate.model_dump(mode="json") for gate in event.gates]}
    await _keep(uow, act, "recognition", event.plan_id, event.batch_id, by=event.decided_by, facts=facts)


async def on_withdrawn(uow: UnitOfWork, event: RecognitionWithdrawn) -> None:
    act, facts = "recognition_withdrawn", {"reason": event.reason, "certificates": event.certificates}
    await _keep(uow, act, "recognition", event.plan_id, event.batch_id, by=event.decided_by, facts=facts)


async def on_corrected(uow: UnitOfWork, event: ResultCorrected) -> None:
    facts = {
        "about": event.about,
        "version": event.version,
        "asked_by": encode_id("account", event.asked_by),
        "evidence_kind": event.evidence_kind,
    }
    await _keep(
        uow,
        "result_corrected",
        "centre",
        event.plan_id,
        event.batch_id,
        event.result_id,
        by=encode_id("account", event.approved_by),
        facts=facts,
    )


async def _keep(
    uow: UnitOfWork,
    act: str,
    office: str,
    plan_id: UUID,
    batch_id: UUID | None = None,
    result_id: UUID | None = None,
    *,
    by: str | None,
    facts: dict[str, Any],
) -> None:
    if uow.cause is None:
        raise RuntimeError("an act of the trail has an event")
    row = insert(TrailAct).values(
        event_id=uow.cause.id,
        plan_id=plan_id,
        batch_id=batch_id,
        result_id=result_id,
        act=act,
        at=uow.cause.time,
        by=by,
        office=office,
        facts=facts,
    )
    await uow.session.execute(row.on_conflict_do_nothing())


HANDLERS: Handlers = {
    PlanAccepted: on_plan,
    PlanAmended: on_plan,
    RosterReviewed: on_roster,
    BatchRecorded: on_batch,
    SupervisionAssigned: on_assigned,
    SupervisionReported: on_reported,
    ResultsRecognised: on_decision,
    RecognitionRefused: on_decision,
    RecognitionWithdrawn: on_withdrawn,
    ResultCorrected: on_corrected,
}
