"""The trail on real servers: from the plan to the newest status, in order, for those who may see the certificate."""

from datetime import UTC, datetime

import pytest

from client import certificate as calls
from common.events.audit import SupervisionReported
from common.events.registration import RosterReviewed
from common.ids import encode_id, uuid7
from tests.service.certificate.world import BODY, Certificates, plan, recognised, recorded
from tests.support.events import Publishers

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    return one_service


async def test_every_step_is_told_with_who_took_it(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    reviewer, supervisor = uuid7(), uuid7()
    others = Publishers(certificates.service)
    await others.deliver(plan())
    await others.deliver(
        RosterReviewed(plan_id=certificate.plan_id, approved=60, refused=1, pending=0, reviewed_by=reviewer),
        recorded(certificate.batch_id, rows=1),
    )
    await others.deliver(
        recognised(certificate.batch_id, rows=1),
        SupervisionReported(
            supervision_id=uuid7(),
            plan_id=certificate.plan_id,
            supervisor_id=supervisor,
            verdict="normal",
            findings=0,
            reported_at=datetime(2046, 11, 20, tzinfo=UTC),
        ),
    )
    assert (await certificates.revoke(certificate.number)).status_code == 201
    call = calls.trail(certificate.number)
    own = certificates.service.as_("organisation_reader", organisation_id=BODY)
    told = call.read(await certificates.client.get(call.path, headers=own))
    acts = {act["act"]: act for act in told["acts"]}
    assert {
        "plan_accepted",
        "roster_reviewed",
        "supervision_reported",
        "results_recorded",
        "results_recognised",
        "issued",
        "status_revoke",
    } <= set(acts)
    assert acts["roster_reviewed"]["by"] == encode_id("account", reviewer)
    assert acts["supervision_reported"]["by"] == encode_id("supervisor", supervisor)
    assert acts["plan_accepted"]["facts"]["items"][0]["standard_name"]
    assert acts["issued"]["event_id"] is None
    assert acts["plan_accepted"]["event_id"] is not None
    at = [act["at"] for act in told["acts"]]
    assert at == sorted(at)


async def test_others_are_not_told(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    path = calls.trail(certificate.number).path
    elsewhere = await certificates.client.get(
        path, headers=certificates.service.as_("centre_head", region="320500")
    )
    assert elsewhere.status_code == 404
