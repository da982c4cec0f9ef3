"""One process of the random faults: python -m tests.faults.node VARIANT ROLE ARGS…

Where the servers are stands in the environment: FAULTS_POSTGRES (a URL that ends before the database's name),
FAULTS_NATS; FAULTS_DATABASE: another URL for this process. Writers keep their diary in the present folder.
"""

import asyncio
import json
import logging
import os
import random
import sys

from sqlalchemy.exc import SQLAlchemyError

from common.failures import will_pass
from tests.faults.variants import VARIANTS
from tests.support.messaging import NOTING, TELLING, Counted, Party, opened

COUNTERS = 60
PAUSE_SECONDS = 0.004
log = logging.getLogger("node")


async def write(party: Party, number: str) -> None:
    """Commit events on shared counters; note what was promised (ok), in doubt (try), rolled back."""
    rng = random.Random()
    diary = os.open(f"writer-{number}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        try:
            await _one_transaction(party, rng, diary, number)
            await asyncio.sleep(rng.random() * 2 * PAUSE_SECONDS)
        except (OSError, SQLAlchemyError) as error:
            if not will_pass(error):
                raise
            log.info("writer: %r", error)
            await asyncio.sleep(0.2)


async def _one_transaction(party: Party, rng: random.Random, diary: int, number: str) -> None:
    def note(word: str) -> None:
        os.write(diary, (json.dumps([word, [event.note for event in events]]) + "\n").encode())

    events = [
        Counted(
            counter=f"k{rng.randrange(COUNTERS)}",
            amount=rng.randrange(1000),
            note=f"{number}-{rng.getrandbits(64):x}-王𬭩·买买提",
            poison=rng.random() < 0.002,
        )
        for _ in range(_how_many(rng))
    ]
    async with party.unit() as uow:
        for event in events:
            uow.say(event)
        await uow.flush_events()
        if rng.random() < 0.05:
            note("rolled back")
            return
        if rng.random() < 0.02:
            await asyncio.sleep(rng.random() * 0.3)  # a slow transaction commits after later ones
        note("try")
        await uow.commit()
        note("ok")


def _how_many(rng: random.Random) -> int:
    dice = rng.random()
    if dice < 0.003:
        return 150  # a bulk write
    return 1 if dice < 0.8 else rng.randint(2, 6)


async def main(variant: str, role: str, *names: str) -> None:
    postgres, nats = os.environ["FAULTS_POSTGRES"], os.environ["FAULTS_NATS"]
    make_relay, make_follower = VARIANTS[variant]
    database = "registration" if role == "writer" else names[0]
    url = os.environ.get("FAULTS_DATABASE", f"{postgres}/{database}")
    async with opened(database, url, nats) as party:
        if role == "writer":
            await write(party, names[0])
        elif role == "relay":
            await make_relay(source=database, database_url=party.url, nats=party.nats).run()
        else:
            handlers = TELLING if database == "certificate" else NOTING
            await party.follower(names[1], handlers=handlers, make=make_follower).run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    asyncio.run(main(*sys.argv[1:]))
