"""Certificates follow corrected results: reissued under the same number, revoked, or issued after all (DOMAIN 4.5)."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from certificate.issuance.models import Batch
from common.events.certificate import CertificateReissued, CertificateRevoked
from common.events.registration import ResultCorrected, ResultsRecorded
from common.ids import encode_id, uuid7
from common.person_keys import person_keys
from tests.service.certificate.world import (
    ACCOUNT,
    ELECTRICIAN,
    NOW,
    PLAN,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.service.registration.world import said
from tests.support.waiting import eventually

Outcome = Literal["passed", "failed"]


async def corrected(
    certificates: Certificates,
    batch: ResultsRecorded,
    person: Person,
    *,
    before: Outcome = "passed",
    after: Outcome = "passed",
    version: int = 2,
) -> ResultCorrected:
    """The first result of a batch, which names this person from now on, or has this outcome."""
    async with certificates.unit_of_work() as uow:
        keyring = certificates.service.platform.keyring
        keys = await person_keys(uow.session, keyring, [person.person_id], create=True)
        await uow.commit()
    return ResultCorrected(
        correction_id=uuid7(),
        result_id=batch.rows[0].result_id,
        batch_id=batch.batch_id,
        plan_id=PLAN,
        version=version,
        about="identity" if before == after else "marks",
        before=before,
        after=after,
        person_id=person.person_id,
        identity=keys[person.person_id].seal("identity", person.identity),
        item_code=ELECTRICIAN,
        item_name="电工",
        track="skill_level",
        level=3,
        evidence_kind="police_document",
        evidence_sha256="0" * 64,
        asked_by=ACCOUNT,
        approved_by=uuid7(),
        corrected_at=datetime.fromisoformat(NOW),
    )


async def recognised_results(certificates: Certificates, person: Person, **changes: Any) -> ResultsRecorded:
    batch_id = uuid7()
    results = await certificates.results([person], batch_id=batch_id, **changes)
    await certificates.hear(
        organisation(), plan(), results, recorded(batch_id, rows=1), recognised(batch_id, rows=1)
    )
    return results


async def reissued(certificates: Certificates, number: str, version: int) -> dict[str, Any]:
    """The certificate once it has that version."""

    async def look() -> dict[str, Any] | None:
        answer = await certificates.client.get(
            f"/certificate/v1/certificates/{number}", headers=certificates.service.as_("authority")
        )
        found: dict[str, Any] = answer.json()
        return found if found["version"] == version else None

    return await eventually(look)


async def verdict(certificates: Certificates, **body: str) -> str:
    return str((await certificates.verify(**body)).json()["state"])


async def becomes(certificates: Certificates, state: str, *, code: str) -> None:
    """A check by code tells it as soon as this process has heard of it."""

    async def look() -> bool | None:
        return await verdict(certificates, code=code) == state or None

    assert await eventually(look)


async def test_a_corrected_holder_gets_a_new_code_under_the_same_number(certificates: Certificates) -> None:
    wrong, right = Person("王莉"), Person("王丽")
    results = await recognised_results(certificates, wrong)
    (first,) = await certificates.issued(1, results.batch_id)
    event = await corrected(certificates, results, right)
    await certificates.hear(event)
    second = await reissued(certificates, first.number, 2)
    assert second["code"] != first.code
    assert second["issued_on"] == first.issued_on.isoformat()
    await becomes(certificates, "superseded", code=first.code)
    await becomes(certificates, "valid", code=second["code"])
    assert await verdict(certificates, number=first.number, name=right.name) == "valid"
    assert (await certificates.verify(number=first.number, name=wrong.name)).status_code == 404
    printed = await certificates.client.post(
        "/certificate/v1/prints",
        json={
            "number": first.number,
            "name": right.name,
            "id_type": right.id_type,
            "id_number": right.id_number,
        },
    )
    assert printed.status_code == 200, printed.text

    await certificates.hear(event)  # told twice, signed once
    await certificates.hear(await corrected(certificates, results, Person("王俪"), version=3))
    third = await reissued(certificates, first.number, 3)
    await becomes(certificates, "superseded", code=second["code"])
    await becomes(certificates, "valid", code=third["code"])
    told = [CertificateReissued.model_validate(one) for one in await _said(certificates, CertificateReissued)]
    assert [(one.number, one.version) for one in told] == [(first.number, 2), (first.number, 3)]
    assert len(await certificates.listed(results.batch_id)) == 1


async def test_a_result_that_is_no_longer_passed_loses_its_certificate(certificates: Certificates) -> None:
    person = Person("李军")
    results = await recognised_results(certificates, person)
    (certificate,) = await certificates.issued(1, results.batch_id)
    event = await corrected(certificates, results, person, after="failed")
    await certificates.hear(event)
    await certificates.hear(event)
    await becomes(certificates, "revoked", code=certificate.code)
    (told,) = await _said(certificates, CertificateRevoked)
    assert (told["reason_code"], told["decision_document"]) == (
        "result_corrected",
        encode_id("correction", event.correction_id),
    )


async def test_a_result_that_passes_after_all_is_issued_with_its_recognised_batch(
    certificates: Certificates,
) -> None:
    person = Person("赵敏")
    results = await recognised_results(certificates, person, outcome="failed")
    await _done(certificates, results.batch_id)
    event = await corrected(certificates, results, person, before="failed", after="passed")
    await certificates.hear(event)
    (certificate,) = await certificates.issued(1, results.batch_id)
    assert await verdict(certificates, number=certificate.number, name=person.name) == "valid"


async def test_what_is_corrected_before_the_issue_is_issued_as_it_stands(certificates: Certificates) -> None:
    """Corrected while recognition waits: one is issued under the right name, the other not at all."""
    wrong, right, failed = Person("孙丽"), Person("孙莉"), Person("周强")
    batch_id = uuid7()
    results = await certificates.results([wrong, failed], batch_id=batch_id)
    await certificates.hear(organisation(), plan(), results, recorded(batch_id, rows=2))
    other = results.model_copy(update={"rows": results.rows[1:]})
    await certificates.hear(
        await corrected(certificates, results, right),
        await corrected(certificates, other, failed, after="failed"),
        recognised(batch_id, rows=2),
    )
    (certificate,) = await certificates.issued(1, batch_id)
    await _done(certificates, batch_id)
    assert await verdict(certificates, number=certificate.number, name=right.name) == "valid"
    assert len(await certificates.listed(batch_id)) == 1


async def _done(certificates: Certificates, batch_id: UUID) -> None:
    async def look() -> bool:
        async with certificates.unit_of_work() as uow:
            return (await uow.session.get_one(Batch, batch_id)).state == "done"

    await eventually(look)


async def _said(certificates: Certificates, kind: Any) -> list[dict[str, Any]]:
    return list(await said(certificates.service.database_url, kind))
