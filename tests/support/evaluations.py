"""Evaluations that are over, on a whole platform: what uploads of results begin from."""

import random
from dataclasses import dataclass
from datetime import date

from client import filing, journey, sample
from client.journey import Body, Centre
from common.workdays import official_calendar
from tests.support.stack import Stack

LEVEL, ITEM, REGION = 4, "电工", "320106"


@dataclass(frozen=True)
class Ended:
    """An employer's plan whose last day is over, with those who had to do with it."""

    plan: filing.Plan
    body: Body
    centre: Centre


def ended_evaluation(stack: Stack, *, headcount: int, seed: int) -> Ended:
    """File, accept and let pass an employer's plan of its own; publishes the lists when nobody has."""
    rng, authority = random.Random(seed), stack.authority
    journey.load_lists(authority)
    centre = journey.open_centre(authority, region=REGION, rng=rng)
    body = journey.register_body(
        authority, sample.employer(rng), mode="enterprise", levels=(5, 4, 3), rng=rng
    )
    starts_on: date = official_calendar().earliest_start(journey.today(authority)).day
    plan_in = journey.plan_body(
        authority,
        body,
        kind="employer",
        mode="enterprise",
        item_name=ITEM,
        level=LEVEL,
        headcount=headcount,
        starts_on=starts_on,
    )
    plan = journey.file_plan(body, centre, plan_in)
    journey.move_clock_to(authority, plan.ends_on, hour=18)
    return Ended(plan, body, centre)
