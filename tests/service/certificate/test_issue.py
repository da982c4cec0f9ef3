"""Issue: only recognised and complete batches, once per result, numbers in order, killed anywhere and resumed."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from certificate.certificates.models import Certificate
from certificate.issuance import signing as issuance
from certificate.issuance.models import Batch, IssuanceRefusal
from certificate.numbers.models import SeriesRow
from common.certificate_code import Verified, verify_code
from common.ids import uuid7
from common.person_keys import erase
from tests.service.certificate.world import (
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
    register,
)
from tests.support.waiting import eventually

FIRST = "Y000032000017463000001"


async def test_a_recognised_batch_becomes_certificates_numbered_in_order(certificates: Certificates) -> None:
    batch_id = await certificates.recognised_batch([Person("张三"), Person("李四"), Person("王五")])
    issued = await certificates.issued(3, batch_id)
    assert [one.number for one in issued] == [FIRST, "Y000032000017463000002", "Y000032000017463000003"]
    assert [one.holder for one in issued] == ["张*", "李*", "王*"]
    assert {one.issued_on for one in issued} == {date(2046, 11, 20)}
    assert {one.state for one in issued} == {"valid"}


async def test_every_code_verifies_with_the_published_keys_alone(certificates: Certificates) -> None:
    certificate, person = await certificates.one("王𬭩")
    keys = (await certificates.client.get("/certificate/v1/keys")).json()
    verified = verify_code(certificate.code, keys)
    assert isinstance(verified, Verified)
    assert verified.claims.number == FIRST
    assert verified.claims.name == person.name
    assert verified.issuer == "江苏长江机械有限公司"
    assert person.id_number not in str(verified)


async def test_nothing_is_issued_before_the_batch_is_recognised_and_complete(
    certificates: Certificates,
) -> None:
    batch_id = uuid7()
    first = await certificates.results([Person("张三")], batch_id=batch_id)
    second = await certificates.results([Person("李四")], batch_id=batch_id, chunk=2)
    facts = [recognised(batch_id, rows=2), first, recorded(batch_id, rows=2, chunks=2), second]
    await certificates.hear(organisation(), plan())
    for fact in facts[:-1]:
        await certificates.hear(fact)
        assert await batch_state(certificates, batch_id) == "waiting"
    await certificates.hear(second)
    assert len(await certificates.issued(2, batch_id)) == 2


async def test_facts_told_twice_and_out_of_order_give_one_certificate(certificates: Certificates) -> None:
    batch_id = uuid7()
    results = await certificates.results([Person("张三")], batch_id=batch_id)
    facts = [
        recognised(batch_id, rows=1),
        recorded(batch_id, rows=1),
        results,
        plan(),
        organisation(),
    ]
    await certificates.hear(*facts)
    await certificates.issued(1, batch_id)
    await certificates.hear(*facts, *reversed(facts))
    await eventually(lambda: done(certificates, batch_id))
    assert len(await certificates.listed(batch_id)) == 1
    assert await last_serials(certificates) == [1]


async def test_failed_and_absent_candidates_get_no_certificate(certificates: Certificates) -> None:
    batch_id = uuid7()
    people = {outcome: Person("张三") for outcome in ("passed", "failed", "absent", "misconduct")}
    chunks = [
        await certificates.results([person], batch_id=batch_id, chunk=chunk, outcome=outcome)
        for chunk, (outcome, person) in enumerate(people.items(), start=1)
    ]
    await certificates.hear(
        organisation(), plan(), *chunks, recorded(batch_id, rows=4, chunks=4), recognised(batch_id, rows=4)
    )
    await eventually(lambda: done(certificates, batch_id))
    assert [one.number for one in await certificates.listed(batch_id)] == [FIRST]


async def test_levels_and_kinds_are_counted_apart(certificates: Certificates) -> None:
    batch_id = uuid7()
    chunks = [
        await certificates.results([Person("张三")], batch_id=batch_id, chunk=chunk, track=track, level=level)
        for chunk, (track, level) in enumerate(
            [
                ("skill_level", 3),
                ("skill_level", 5),
                ("national_qualification", 4),
                ("special_ability", 5),
                ("skill_level", 3),
            ],
            start=1,
        )
    ]
    await certificates.hear(
        organisation(), plan(), *chunks, recorded(batch_id, rows=5, chunks=5), recognised(batch_id, rows=5)
    )
    issued = await certificates.issued(5, batch_id)
    assert sorted(one.number for one in issued) == [
        "461001000001",
        "4610014001400001",  # 46, labour code 10, Nanjing 01, enterprise 4, station 001, level 4, serial 00001
        FIRST,
        "Y000032000017463000002",
        "Y000032000017465000001",
    ]
    for one in issued:
        assert (await certificates.verify(code=one.code)).json()["verdict"] == "valid"


async def test_a_chunk_that_breaks_off_leaves_nothing_and_is_done_again(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign, broken = issuance.sign, [True, True]

    def break_off(*about: object) -> object:
        if broken:
            broken.pop()
            raise ConnectionError("gone in the middle of signing")
        return sign(*about)  # type: ignore[arg-type]

    monkeypatch.setattr(issuance, "sign", break_off)
    batch_id = await certificates.recognised_batch([Person("张三"), Person("李四")])
    issued = await certificates.issued(2, batch_id)
    assert not broken
    assert [one.number for one in issued] == [FIRST, "Y000032000017463000002"]
    assert await last_serials(certificates) == [2]


async def test_a_large_batch_is_issued_in_chunks_of_500(certificates: Certificates) -> None:
    batch_id = uuid7()
    chunks = [
        await certificates.results(
            [Person(f"张{number}") for number in range(450)], batch_id=batch_id, chunk=chunk
        )
        for chunk in (1, 2, 3)
    ]
    await certificates.hear(
        organisation(),
        plan(),
        *chunks,
        recorded(batch_id, rows=1350, chunks=3),
        recognised(batch_id, rows=1350),
    )
    await eventually(lambda: done(certificates, batch_id))
    async with certificates.unit_of_work() as uow:
        numbers = (await uow.session.scalars(select(Certificate.number).order_by(Certificate.number))).all()
        places = (await uow.session.scalars(select(Certificate.status_index))).all()
    assert numbers == [f"Y00003200001746300{serial:04}" for serial in range(1, 1351)]
    assert len(set(places)) == 1350

    async def told_in_full() -> list[int] | None:
        async with certificates.unit_of_work() as uow:
            query = text(
                "SELECT jsonb_array_length(body::jsonb -> 'data' -> 'certificates') FROM journal "
                "WHERE body LIKE '%certificates.issued.v1%' ORDER BY position"
            )
            chunk_sizes = [*await uow.session.scalars(query)]
        return chunk_sizes if sum(chunk_sizes) == 1350 else None

    assert await eventually(told_in_full) == [500, 500, 350]


async def test_the_end_of_a_series_blocks_and_a_further_register_goes_on(certificates: Certificates) -> None:
    async with certificates.unit_of_work() as uow:
        uow.session.add(
            SeriesRow(kind="skill_level", register="Y000032000017", year=2046, level=3, last_serial=999_998)
        )
        await uow.commit()
    batch_id = await certificates.recognised_batch([Person("张三"), Person("李四")])
    (last,) = await certificates.issued(1, batch_id)
    assert last.number == "Y000032000017463999999"

    async def blocked() -> bool | None:
        return await batch_state(certificates, batch_id) == "blocked" or None

    await eventually(blocked)
    await certificates.hear(organisation(register_code=register("000018")))
    issued = await certificates.issued(2, batch_id)
    assert issued[1].number == "Y000032000018463000001"
    assert issued[1].holder == "李*"
    assert (await certificates.verify(code=issued[1].code)).json()["verdict"] == "valid"


async def test_a_person_who_was_forgotten_gets_no_certificate_and_holds_nobody_up(
    certificates: Certificates,
) -> None:
    batch_id, forgotten = uuid7(), Person("张三")
    results = await certificates.results([forgotten, Person("李四")], batch_id=batch_id)
    async with certificates.unit_of_work() as uow:
        await erase(uow.session, forgotten.person_id)
        await uow.commit()
    await certificates.hear(
        organisation(), plan(), results, recorded(batch_id, rows=2), recognised(batch_id, rows=2)
    )
    await eventually(lambda: done(certificates, batch_id))
    assert [one.holder for one in await certificates.listed(batch_id)] == ["李*"]
    async with certificates.unit_of_work() as uow:
        refusal = (await uow.session.scalars(select(IssuanceRefusal))).one()
        assert (refusal.number, refusal.reason) == (None, "identity-unreadable")


async def test_a_draft_that_fails_the_lint_is_recorded_and_never_signed(certificates: Certificates) -> None:
    batch_id = await certificates.recognised_batch([Person("张三")], item_code="电工")
    await eventually(lambda: done(certificates, batch_id))
    assert await certificates.listed(batch_id) == []
    async with certificates.unit_of_work() as uow:
        refusal = (await uow.session.scalars(select(IssuanceRefusal))).one()
        assert (refusal.number, refusal.reason) == (FIRST, "item-code")


async def test_recognised_in_the_old_year_is_numbered_in_the_old_year(certificates: Certificates) -> None:
    await certificates.be_at("2047-01-02T09:00:00+08:00")
    batch_id = uuid7()
    await certificates.hear(
        organisation(),
        plan(),
        await certificates.results([Person("张三")], batch_id=batch_id),
        recorded(batch_id, rows=1),
        recognised(batch_id, rows=1, at="2046-12-31T23:59:59.9+08:00"),
    )
    (certificate,) = await certificates.issued(1, batch_id)
    assert (certificate.number, certificate.issued_on) == (FIRST, date(2046, 12, 31))
    assert (await certificates.verify(code=certificate.code)).json()["verdict"] == "valid"


async def test_issued_certificates_cannot_be_changed_even_by_the_database_owner(
    certificates: Certificates,
) -> None:
    await certificates.one()
    async with certificates.unit_of_work() as uow:
        with pytest.raises(Exception, match="never changed or deleted"):
            await uow.session.execute(update(Certificate).values(level=1))


async def batch_state(certificates: Certificates, batch_id: UUID) -> str | None:
    async with certificates.unit_of_work() as uow:
        return await uow.session.scalar(select(Batch.state).where(Batch.batch_id == batch_id))


async def done(certificates: Certificates, batch_id: UUID) -> bool | None:
    return await batch_state(certificates, batch_id) == "done" or None


async def last_serials(certificates: Certificates) -> list[int]:
    async with certificates.unit_of_work() as uow:
        return list(await uow.session.scalars(select(SeriesRow.last_serial)))
