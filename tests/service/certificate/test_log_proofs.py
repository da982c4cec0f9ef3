"""A certificate shows the proof that it stands in the public log."""

from common.events.audit import LogIncluded
from common.ids import uuid7
from tests.service.certificate.world import Certificates
from tests.support.events import Publishers


async def test_the_proof_of_the_newest_version_is_shown_once_the_log_told_it(
    certificates: Certificates,
) -> None:
    issued, _ = await certificates.one()
    path = f"/certificate/v1/certificates/{issued.number}"
    headers = certificates.service.as_("authority")
    assert (await certificates.client.get(path, headers=headers)).json()["log_proof"] is None
    told = [
        LogIncluded(
            event_id=uuid7(),
            event_source="certificate",
            position=position,
            event_type=f"skills.certificate.{kind}.v1",
            numbers=(issued.number,),
            leaf_index=position,
            tree_size=position + 1,
            entry="{}",
            proof=("00" * 32,),
            checkpoint="note",
        )
        for position, kind in (
            (2, "certificates.issued"),
            (5, "certificate.reissued"),
            (9, "certificate.revoked"),
        )
    ]
    audit = Publishers(certificates.service)
    await audit.deliver(*told)
    await audit.deliver(told[0])  # told twice, and late
    proof = (await certificates.client.get(path, headers=headers)).json()["log_proof"]
    assert (proof["event_id"], proof["leaf_index"]) == (str(told[1].event_id), 5)
