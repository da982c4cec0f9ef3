"""A 20,000-row result sheet: from the first byte of the upload to the last certificate, against the bare minimum.

The minimum is what no platform could leave out: parsing the sheet, signing as often, one COPY of as many rows.
"""

import asyncio
import hashlib
import io
import random
import time
from dataclasses import dataclass
from datetime import date
from functools import cache

import asyncpg
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from python_calamine import CalamineWorkbook

from client import journey, registration, sample
from client.journey import Body, Centre
from common.workdays import official_calendar
from tests.bench.figures import Figures
from tests.support.stack import Stack

ROWS, LEVEL, ITEM, REGION = 20_000, 4, "电工", "320106"
BARE = "parse + sign + COPY alone, 20,000 rows"
WHOLE = "upload to all certificates verifiable, 20,000 rows"


@dataclass(frozen=True)
class Cast:
    """Who takes part in every round."""

    centre: Centre
    body: Body


def cast(stack: Stack, *, seed: int) -> Cast:
    """A centre and an employer, with the lists published."""
    rng = random.Random(seed)
    authority = stack.authority
    journey.load_lists(authority)
    centre = journey.open_centre(authority, region=REGION, rng=rng)
    body = journey.register_body(
        authority, sample.employer(rng), mode="enterprise", levels=(5, 4, 3), rng=rng
    )
    return Cast(centre, body)


@cache
def everybody(rounds: int) -> list[sample.Person]:
    """The people of all rounds, each once: the same number under two names would be refused."""
    return sample.people(ROWS * rounds, seed=1000)


def measure(stack: Stack, figures: Figures, *, rounds: int, dsn: str) -> str:
    """Returns the plan of the last round, whose certificates are there to be verified."""
    found, bare, plan_id = [], [], ""
    for number in range(rounds):
        people = everybody(rounds)[number * ROWS : (number + 1) * ROWS]
        rows = sample.result_rows(people, level=LEVEL, evaluated_on=date(2026, 1, 1), seed=number)
        seconds, plan_id = _round(stack, cast(stack, seed=number), rows)
        found.append(seconds)
        bare.append(asyncio.run(_bare(sample.as_xlsx(rows), dsn)))
    figures.add(BARE, bare, "s")
    figures.add(WHOLE, found, "s", limit=BARE)
    return plan_id


def _round(stack: Stack, who: Cast, rows: list[dict[str, object]]) -> tuple[float, str]:
    authority = stack.authority
    starts_on = official_calendar().earliest_start(journey.today(authority)).day
    plan_in = journey.plan_body(
        authority,
        who.body,
        kind="employer",
        mode="enterprise",
        item_name=ITEM,
        level=LEVEL,
        headcount=ROWS,
        starts_on=starts_on,
    )
    plan = journey.file_plan(who.body, who.centre, plan_in)
    journey.move_clock_to(authority, plan.ends_on, hour=18)
    journey.supervise(who.centre, plan.id, head_count=ROWS)
    sheet = sample.as_xlsx([row | {"评价日期": plan.ends_on.isoformat()} for row in rows])
    due = sum(all((row[part] or 0) >= 60 for part in ("理论成绩", "技能成绩")) for row in rows)  # type: ignore[operator]
    began = time.monotonic()
    upload = registration.upload_results(plan.id, sheet, registration.XLSX)
    journey.finish_job(who.body.recorder, journey.eventually(who.body.recorder, upload))
    journey.wait_for_certificates(who.centre.head, plan.id, due)
    return time.monotonic() - began, plan.id


async def _bare(sheet: bytes, dsn: str) -> float:
    key = ec.generate_private_key(ec.SECP256R1())
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TEMP TABLE minimum (name text, number text, signature bytea)")
    began = time.monotonic()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()[1:]
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    signed = [
        (
            str(row[0]),
            hashlib.sha256(str(row[2]).encode()).hexdigest(),
            key.sign(str(row).encode(), algorithm),
        )
        for row in rows
    ]
    await connection.copy_records_to_table("minimum", records=signed)
    seconds = time.monotonic() - began
    await connection.close()
    return seconds
