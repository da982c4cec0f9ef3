"""Every number taken is accounted for: a certificate's, to be signed next, or unused with a reason."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from certificate.issuance import signing
from certificate.issuance.models import Batch, ToBeSigned
from certificate.measures.models import Listing
from certificate.numbers.models import SeriesRow
from common.events.certificate import SeriesNearlyExhausted
from common.events.registration import ResultsRecorded
from common.ids import encode_id, uuid7
from tests.service.certificate.test_corrections import corrected
from tests.service.certificate.world import (
    BODY,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.service.registration.world import said
from tests.support.waiting import eventually

FIRST, SECOND, THIRD = (f"Y00003200001746300000{serial}" for serial in (1, 2, 3))


async def series_of(certificates: Certificates) -> list[dict[str, Any]]:
    answer = await certificates.client.get(
        "/certificate/v1/series", headers=certificates.service.as_("authority")
    )
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def unused_of(certificates: Certificates, series: dict[str, Any]) -> dict[str, str]:
    path = "/".join(str(series[name]) for name in ("kind", "register", "year", "level"))
    answer = await certificates.client.get(
        f"/certificate/v1/series/{path}/unused", headers=certificates.service.as_("authority")
    )
    return {one["number"]: one["reason"] for one in answer.json()["items"]}


@pytest.fixture
def standstill(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """While it holds anything, whoever issues breaks off in the moment of signing."""
    sign, broken = signing.sign, [True]

    def break_off(*about: object) -> object:
        if broken:
            raise ConnectionError("gone in the middle of signing")
        return sign(*about)  # type: ignore[arg-type]

    monkeypatch.setattr(signing, "sign", break_off)
    return broken


async def recorded_batch(certificates: Certificates, people: list[Person]) -> ResultsRecorded:
    """A batch whose numbers are taken and recorded; nothing of it is signed yet."""
    batch_id = uuid7()
    results = await certificates.results(people, batch_id=batch_id)
    await certificates.hear(
        organisation(),
        plan(),
        results,
        recorded(batch_id, rows=len(people)),
        recognised(batch_id, rows=len(people)),
    )

    async def are_recorded() -> bool | None:
        async with certificates.unit_of_work() as uow:
            return await uow.session.scalar(select(ToBeSigned.id).limit(1)) is not None or None

    await eventually(are_recorded)
    return results


async def done(certificates: Certificates) -> bool | None:
    async with certificates.unit_of_work() as uow:
        return await uow.session.scalar(select(Batch.state)) == "done" or None


async def test_what_is_to_be_signed_is_on_record_before_it_is_signed(
    certificates: Certificates, standstill: list[bool]
) -> None:
    await recorded_batch(certificates, [Person("张三"), Person("李四")])
    assert await certificates.listed() == []
    (series,) = await series_of(certificates)
    counts = ("given", "used", "waiting", "unused", "unexplained", "left", "nearly_exhausted")
    assert [series[name] for name in counts] == [2, 0, 2, 0, 0, 999_997, False]
    standstill.clear()
    assert [one.number for one in await certificates.issued(2)] == [FIRST, SECOND]
    (series,) = await series_of(certificates)
    assert [series[name] for name in counts] == [2, 2, 0, 0, 0, 999_997, False]


async def test_a_result_corrected_before_it_is_signed_leaves_a_number_with_its_reason(
    certificates: Certificates, standstill: list[bool]
) -> None:
    failed = Person("张三")
    results = await recorded_batch(certificates, [failed, Person("李四")])
    await certificates.hear(await corrected(certificates, results, failed, after="failed"))
    standstill.clear()
    await eventually(lambda: done(certificates))
    assert [one.number for one in await certificates.listed()] == [SECOND]
    (series,) = await series_of(certificates)
    assert [series[name] for name in ("given", "used", "unused", "unexplained")] == [2, 1, 1, 0]
    assert await unused_of(certificates, series) == {FIRST: "result-corrected"}
    # Passed after all: issued with a number of its own, never with the one that is explained.
    await certificates.hear(
        await corrected(certificates, results, failed, before="failed", after="passed", version=3)
    )
    assert [one.number for one in await certificates.issued(2)] == [SECOND, THIRD]


async def test_a_holder_corrected_before_the_signature_is_recorded_anew_under_the_same_number(
    certificates: Certificates, standstill: list[bool]
) -> None:
    results = await recorded_batch(certificates, [Person("张三")])
    await certificates.hear(await corrected(certificates, results, Person("赵六")))
    standstill.clear()
    (issued,) = await certificates.issued(1)
    assert (issued.number, issued.holder, issued.version) == (FIRST, "赵*", 1)
    assert (await certificates.verify(number=FIRST, name="赵六")).json()["verdict"] == "valid"
    async with certificates.unit_of_work() as uow:
        records = (await uow.session.scalars(select(ToBeSigned).order_by(ToBeSigned.id))).all()
    assert [record.number for record in records] == [FIRST, FIRST]
    assert len({record.status_index for record in records}) == 2


async def test_the_nearing_end_of_a_series_is_told_once_and_shown(certificates: Certificates) -> None:
    async with certificates.unit_of_work() as uow:  # 95 % of 999,999 are 949,999.05
        uow.session.add(
            SeriesRow(kind="skill_level", register="Y000032000017", year=2046, level=3, last_serial=949_998)
        )
        await uow.commit()
    for name in ("张三", "李四", "王五"):
        await certificates.one(name)
    (series,) = await series_of(certificates)
    assert (series["given"], series["left"], series["nearly_exhausted"]) == (950_001, 49_998, True)
    (told,) = await said(certificates.service.database_url, SeriesNearlyExhausted)
    assert (told["register_code"], told["given"], told["left"]) == ("Y000032000017", 950_000, 49_999)


async def test_a_lint_failure_is_a_gap_with_its_reason_and_other_series_are_unknown(
    certificates: Certificates,
) -> None:
    await certificates.recognised_batch([Person("张三")], item_code="电工")
    await eventually(lambda: done(certificates))
    (series,) = await series_of(certificates)
    assert await unused_of(certificates, series) == {FIRST: "item-code"}
    answer = await certificates.client.get(
        "/certificate/v1/series/skill_level/Y000032000099/2046/3/unused",
        headers=certificates.service.as_("authority"),
    )
    assert answer.status_code == 404


async def issuance_of(certificates: Certificates, batch_id: UUID, role: str = "authority") -> dict[str, Any]:
    answer = await certificates.client.get(
        f"/certificate/v1/batches/{encode_id('batch', batch_id)}/issuance",
        headers=certificates.service.as_(role),
    )
    found: dict[str, Any] = answer.json()
    return found


async def test_a_blocked_batch_says_why_and_is_tried_again_when_asked(certificates: Certificates) -> None:
    async with certificates.unit_of_work() as uow:
        uow.session.add(
            SeriesRow(kind="skill_level", register="Y000032000017", year=2046, level=3, last_serial=999_998)
        )
        await uow.commit()
    batch_id = await certificates.recognised_batch([Person("张三"), Person("李四")])

    async def is_blocked() -> dict[str, Any] | None:
        found = await issuance_of(certificates, batch_id)
        return found if found["state"] == "blocked" else None

    blocked = await eventually(is_blocked)
    assert [blocked[name] for name in ("blocked_by", "passed", "issued", "refused")] == [
        "certificate-serial-exhausted",
        2,
        1,
        0,
    ]
    answer = await certificates.client.post(
        f"/certificate/v1/batches/{encode_id('batch', batch_id)}/issuance",
        headers=certificates.service.as_("authority", idempotency_key="new"),
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "ready")
    assert await eventually(is_blocked) == blocked  # there is still no further register
    (series,) = await series_of(certificates)
    assert [series[name] for name in ("given", "used", "unexplained", "left")] == [999_999, 1, 999_998, 0]


async def test_what_a_listed_body_has_in_flight_is_held_until_the_measure_ends(
    certificates: Certificates,
) -> None:
    listed = Listing(
        case="case-1",
        organisation_id=BODY,
        measure="suspended",
        valid_from=date(2046, 11, 1),
        valid_to=None,
        plans="freeze",
        certificates="stand",
        cleared_on=None,
    )
    async with certificates.unit_of_work() as uow:
        uow.session.add(listed)
        await uow.commit()
    batch_id = await certificates.recognised_batch([Person("张三")])
    assert (await issuance_of(certificates, batch_id))["state"] == "held"
    assert await series_of(certificates) == []
    async with certificates.unit_of_work() as uow:
        await uow.session.execute(update(Listing).values(cleared_on=date(2046, 11, 23)))
        await uow.commit()
    assert len(await certificates.issued(1, batch_id)) == 1
