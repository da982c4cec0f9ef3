"""Events of the other services, smallest valid, for tests of a service that follows them."""

from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from common.events.filing import (
    OrganisationApproved,
    PlanAccepted,
    PlanItem,
    PlanKind,
    PlanSession,
    RegisterAssigned,
    Site,
)
from common.events.registration import BatchRecorded, RosterReviewed
from common.ids import uuid7

STARTS_ON = date(2025, 10, 25)
LAST_FILING_DAY = date(2025, 9, 29)

_serials = count(1)


def plan_accepted(
    *,
    plan_id: UUID | None = None,
    organisation_id: UUID | None = None,
    kind: PlanKind = "social",
    region: str = "320106",
    starts_on: date = STARTS_ON,
    filed_on: date = LAST_FILING_DAY,
    item_code: str = "6-31-01-03",
    level: int = 4,
    recorder_account_id: UUID | None = None,
    sessions: tuple[PlanSession, ...] = (),
) -> PlanAccepted:
    enterprise = kind == "employer"
    return PlanAccepted(
        plan_id=plan_id or uuid7(),
        number=f"JS-{region}-2025-{next(_serials):06}",
        name="2025年10月电工四级评价",
        organisation_id=organisation_id or uuid7(),
        organisation_name="南京求精技能评价服务有限公司",
        organisation_kind="employer" if enterprise else "third_party_agency",
        uscc="91320100MA1N0ABC5R",
        kind=kind,
        mode="enterprise" if enterprise else "social",
        region=region,
        site=Site(name="第一考点", region=region, address="南京市鼓楼区中山北路100号"),
        items=(
            PlanItem(
                item_code=item_code,
                item_name="电工",
                track="skill_level",
                level=level,
                standard_id=uuid7(),
                standard_name="国家职业技能标准·电工",
                headcount=60,
            ),
        ),
        examiners=(),
        starts_on=starts_on,
        ends_on=starts_on,
        filed_on=filed_on,
        last_filing_day=LAST_FILING_DAY,
        recorder_account_id=recorder_account_id,
        accepted_at=datetime(2025, 9, 30, 2, 0, tzinfo=UTC),
        accepted_by=uuid7(),
        sessions=sessions,
    )


def organisation_approved(
    organisation_id: UUID,
    *,
    name: str = "南京求精技能评价服务有限公司",
    uscc: str = "91320100MA1N0ABC5R",
    region: str = "320106",
) -> OrganisationApproved:
    return OrganisationApproved(
        organisation_id=organisation_id,
        uscc=uscc,
        name=name,
        kind="third_party_agency",
        region=region,
        register_code=RegisterAssigned(
            category="S", organisation_code="0000", province="32", site_serial="000017"
        ),
        scope=(),
        valid_from=date(2025, 1, 1),
        valid_to=date(2027, 12, 31),
    )


def roster_reviewed(
    plan_id: UUID, *, approved: int = 60, refused: int = 0, pending: int = 0
) -> RosterReviewed:
    return RosterReviewed(plan_id=plan_id, approved=approved, refused=refused, pending=pending)


def batch_recorded(
    plan_id: UUID,
    *,
    batch_id: UUID | None = None,
    organisation_id: UUID | None = None,
    rows: int = 60,
    chunks: int = 1,
    recorded_on: date = date(2025, 10, 27),
) -> BatchRecorded:
    return BatchRecorded(
        batch_id=batch_id or uuid7(),
        plan_id=plan_id,
        organisation_id=organisation_id or uuid7(),
        chunks=chunks,
        rows=rows,
        outcomes={"passed": rows},
        evaluation_ended_on=STARTS_ON,
        recorded_on=recorded_on,
        recorded_at=datetime(2025, 10, 27, 2, 0, tzinfo=UTC),
        recorded_by=uuid7(),
    )
