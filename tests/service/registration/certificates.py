"""Certificates as certificate tells of them, of results that the tests recorded."""

from datetime import UTC, datetime

from sqlalchemy import text

from client.sample import Person
from common.events.certificate import (
    CertificateRevoked,
    CertificatesIssued,
    CertificateStatus,
    IssuedCertificate,
    StatusChange,
    StatusesChanged,
)
from common.ids import decode_id, uuid7
from tests.service.registration.world import EVALUATED_ON, Registration, score
from tests.support.service import owner_connection

ITEM = "6-31-01-03"


async def certified(registration: Registration, *crowd: Person, level: int = 4) -> list[str]:
    """A level evaluated, recorded and certified by this platform, after its evaluation; the numbers, in order."""
    plan = await registration.accepted("employer", level=level)
    job = await registration.results(plan, [score(person, level=level) for person in crowd])
    assert job["result"]["accepted"] == len(crowd), job
    query = text("SELECT id FROM result WHERE plan_id = :plan_id ORDER BY id")
    async with owner_connection(registration.service.database_url) as connection:
        results = (await connection.scalars(query, {"plan_id": decode_id("plan", plan)})).all()
    issued = tuple(
        IssuedCertificate(
            number=f"Y0000032010631{level}{place:06}0",
            result_id=result_id,
            kind="skill_level",
            item_code=ITEM,
            level=level,
            issued_on=EVALUATED_ON,
            kid="k1",
            payload_sha256="0" * 64,
        )
        for place, result_id in enumerate(results)
    )
    await registration.hear(
        CertificatesIssued(
            batch_id=uuid7(),
            plan_id=decode_id("plan", plan),
            organisation_id=registration.organisation,
            chunk=1,
            certificates=issued,
        )
    )
    return [one.number for one in issued]


async def revoke(registration: Registration, number: str) -> None:
    await registration.hear(
        CertificateRevoked(
            number=number,
            reason_code="fraud",
            decision_document="苏人社撤〔2031〕1号",
            revoked_at=datetime(2031, 11, 1, tzinfo=UTC),
            revoked_by="account",
        )
    )


async def change_status(registration: Registration, number: str, status: CertificateStatus) -> None:
    """As a decision about many certificates tells of one of them."""
    change = StatusChange(
        number=number,
        status_index=1,
        status=status,
        since=datetime(2031, 11, 1, tzinfo=UTC),
        reason_code="cheating",
        decision_document="苏人社撤〔2031〕7号",
        serial=1,
    )
    await registration.hear(StatusesChanged(decision_id=uuid7(), changes=(change,)))
