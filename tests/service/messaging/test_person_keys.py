"""Wrapped keys travel beside events, never in them; deleting one forgets the person."""

from base64 import b64encode
from uuid import UUID

import pytest

from common.events import Sealed
from common.ids import uuid7
from common.person_keys import Erased, erase, person_key, person_keys, rewrap
from common.registry import Handlers
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from tests.support.messaging import Counted, Party, caught_up, running, sequence_all, take_note

RING = Keyring("one", {"one": b"1" * 32})
IDENTITY = {"name": "王建国", "id_number": "11010519491231002X"}


async def tell_of(producer: Party, person: UUID) -> None:
    async with producer.unit() as uow:
        key = await person_key(uow.session, RING, person, create=True)
        uow.say(Counted(counter="a", note=key.seal("identity", IDENTITY).ciphertext), persons=[person])
        await uow.commit()


def reading(person: UUID, read: list[dict[str, str]]) -> Handlers:
    async def handle(uow: UnitOfWork, event: Counted) -> None:
        key = await person_key(uow.session, RING, person)
        read.append(key.open("identity", Sealed(person_id=person, ciphertext=event.note)))
        await take_note(uow, event)

    return {Counted: handle}


async def test_a_follower_opens_what_it_was_sent_by_stream_and_by_journal(
    producer: Party, consumer: Party
) -> None:
    person, read = uuid7(), []
    await tell_of(producer, person)  # comes by journal
    async with running(producer.relay(), consumer.follower(handlers=reading(person, read))):
        await caught_up(consumer, producer)
        await tell_of(producer, person)  # comes by stream
        await caught_up(consumer, producer)
    assert read == [IDENTITY, IDENTITY]


async def test_the_body_holds_no_key_and_no_personal_data(producer: Party) -> None:
    person = uuid7()
    await tell_of(producer, person)
    await sequence_all(producer)
    async with producer.sessions() as session:
        key = (await person_keys(session, RING, [person]))[person].key
    body = await producer.one("SELECT body FROM journal")
    assert "王建国" not in body
    assert b64encode(key).decode()[:20] not in body
    assert await producer.one("SELECT persons FROM journal") == [person]


async def test_an_erased_person_travels_no_more(producer: Party, consumer: Party) -> None:
    person, read = uuid7(), []
    await tell_of(producer, person)
    async with producer.sessions() as session:
        await erase(session, person)
        await session.commit()
    async with running(producer.relay(), consumer.follower(handlers=reading(person, read))):
        await caught_up(consumer, producer)
    assert read == []
    assert await consumer.sql("SELECT error FROM parked") == [("Erased",)]
    async with consumer.sessions() as session:
        with pytest.raises(Erased):
            await person_key(session, RING, person)


async def test_keys_for_forty_thousand_persons_are_made_at_once(producer: Party) -> None:
    persons = [uuid7() for _ in range(40_000)]  # more than a statement may have parameters
    async with producer.unit() as uow:
        made = await person_keys(uow.session, RING, persons, create=True)
        await uow.commit()
    assert made.keys() == set(persons)
    async with producer.unit() as uow:
        again = await person_keys(uow.session, RING, persons[:3], create=True)
    assert {person: key.key for person, key in again.items()} == {one: made[one].key for one in persons[:3]}


async def test_after_wrapping_anew_the_old_key_may_leave_the_ring(producer: Party) -> None:
    persons = [uuid7() for _ in range(3)]
    async with producer.unit() as uow:
        made = await person_keys(uow.session, RING, persons, create=True)
        await uow.commit()
    rotated = Keyring("two", {"two": b"2" * 32, "one": b"1" * 32})
    rounds = []
    while not rounds or rounds[-1]:
        async with producer.unit() as uow:
            rounds.append(await rewrap(uow.session, rotated, limit=2))
            await uow.commit()
    assert rounds == [2, 1, 0]
    async with producer.sessions() as session:
        found = await person_keys(session, Keyring("two", {"two": b"2" * 32}), persons)
    assert found == made
