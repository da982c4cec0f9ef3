"""The main job in named steps, as the people in office do it one after another. Demo, journeys and benchmarks use it.

Every step goes through the HTTP API with the account of whoever does it. Services learn of each other's facts by
events, so a step that needs another service's fact waits for it with `eventually`.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from client import audit, catalog, certificate, filing, registration
from client.calls import Call
from client.platform import Platform
from client.problems import Mistake, Problem

T = TypeVar("T")
CHINA = ZoneInfo("Asia/Shanghai")
SERVICES = ("catalog", "filing", "registration", "certificate", "audit")
PATIENCE_SECONDS = 120.0
NOT_YET = frozenset({"standard-not-known-yet"})
REFERENCE_YEARS = (2017, 2021)


class NotInTime(Exception):
    """Something that should have become true did not, for far longer than it ever takes."""


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre of a region with the accounts of its people."""

    region: str
    head: Platform
    supervisor: Platform
    supervisor_id: str


@dataclass(frozen=True, slots=True)
class Body:
    """An evaluating body with its dedicated accounts (授予的专用账户)."""

    organisation: filing.Organisation
    filer: Platform
    recorder: Platform
    recorder_account_id: str


def eventually(
    platform: Platform,
    call: Call[T],
    until: Callable[[T], bool] = lambda _: True,
    *,
    patience: float = PATIENCE_SECONDS,
) -> T:
    """Send a read again and again until its answer is as wanted; 404 means: not known there yet.

    Raises NotInTime.
    """
    deadline, pause = time.monotonic() + patience, 0.02
    while True:
        try:
            answer = platform.send(call)
            if until(answer):
                return answer
        except Problem as problem:
            if problem.status != 404 and problem.code not in NOT_YET:
                raise
        if time.monotonic() > deadline:
            raise NotInTime(f"{call.method} {call.path}")
        time.sleep(pause)
        pause = min(0.5, pause * 1.5)


def load_lists(authority: Platform) -> list[dict[str, Any]]:
    """Publish the national lists of 2017 and 2021, unless they are there already; returns what was published."""
    known = {edition["name"] for edition in authority.send(catalog.list_editions())["items"]}
    editions = [authority.send(catalog.reference_edition(year)) for year in REFERENCE_YEARS]
    return [authority.send(catalog.publish_edition(one)) for one in editions if one["name"] not in known]


def open_centre(authority: Platform, *, region: str, rng: random.Random) -> Centre:
    """Grant the centre of a region its accounts and register a supervisor with a card."""
    head = grant(authority, "centre_head", label="中心负责人", region=region)
    supervisor = grant(authority, "supervisor", label="质量督导员", region=region)
    registered = authority.send(
        audit.register_supervisor(
            name="赵敏",
            card_number=f"R3226{rng.randrange(10**7):07d}",
            region=region,
            valid_to=today(authority) + timedelta(days=3 * 365),
            account_id=supervisor.account_id,
        )
    )
    return Centre(
        region,
        authority.acting_as(head.credentials),
        authority.acting_as(supervisor.credentials),
        registered.id,
    )


def grant(authority: Platform, role: str, **about: str) -> filing.Account:
    """A dedicated account with its secret. If the answer that showed it was lost, another account is granted."""
    while True:
        account = authority.send(filing.grant_account(role, **about))
        if account.client_secret is not None:
            return account
        authority.send(filing.revoke_account(account.account_id))


def register_body(
    authority: Platform,
    application: Mapping[str, Any],
    *,
    mode: str,
    levels: tuple[int, ...],
    rng: random.Random,
) -> Body:
    """An organisation applies, is approved with a scope and a register, and is granted its two accounts."""
    organisation = authority.acting_as(None).send(filing.apply(application))
    approved = authority.send(
        filing.decide_organisation(
            organisation.id, _approval(application, mode=mode, levels=levels, rng=rng, on=today(authority))
        )
    )
    accounts = {
        role: grant(authority, role, label=label, organisation_id=organisation.id)
        for role, label in (("plan_filer", "方案填报"), ("result_recorder", "考评组长"))
    }
    recorder = accounts["result_recorder"]
    return Body(
        approved,
        authority.acting_as(accounts["plan_filer"].credentials),
        authority.acting_as(recorder.credentials),
        recorder.account_id,
    )


def _approval(
    application: Mapping[str, Any], *, mode: str, levels: tuple[int, ...], rng: random.Random, on: date
) -> dict[str, Any]:
    return {
        "approve": True,
        "scope": [
            {"item_codes": [], "levels": list(levels), "regions": [application["region"]], "modes": [mode]}
        ],
        "register": {
            "category": "Y" if application["kind"] == "employer" else "S",
            "organisation_code": "0000",
            "province": "32",
            "site_serial": f"{rng.randrange(1, 10**6):06d}",
        },
        "valid_from": on,
        "valid_to": on + timedelta(days=3 * 365),
    }


def register_examiners(centre: Centre, *, item_name: str, rng: random.Random) -> list[dict[str, Any]]:
    """Three examiners of an item, with cards on the register, as a plan names them; the first leads."""
    begin = today(centre.head)
    found = centre.head.send(catalog.list_items(as_of=begin, q=item_name)).items
    code = next(entry.code for entry in found if entry.name == item_name)
    team: list[dict[str, Any]] = []
    for name in ("孙卫东", "李玉梅", "周海峰"):
        card = f"32KP{rng.randrange(10**8):08d}"
        centre.head.send(
            audit.register_examiner(
                {
                    "card_number": card,
                    "name": name,
                    "grade": "examiner",
                    "item_codes": [code],
                    "region": centre.region,
                    "valid_from": begin,
                    "valid_to": begin + timedelta(days=2 * 365),
                }
            )
        )
        team.append({"card_number": card, "name": name, "is_leader": not team})
    return team


def sittings(plan: Mapping[str, Any], *, candidates: int, seats: int) -> list[dict[str, Any]]:
    """Sessions of a plan's only item, two a day in one room, until there is a seat for everybody."""
    item, found = plan["items"][0], []
    for number in range(-(-candidates // seats)):
        day = plan["starts_on"] + timedelta(days=number // 2)
        begin = datetime(day.year, day.month, day.day, (9, 14)[number % 2], tzinfo=CHINA)
        found.append(
            {
                "item_code": item["item_code"],
                "level": item["level"],
                "room": "一号考场",
                "starts_at": begin,
                "ends_at": begin + timedelta(hours=3),
                "seats": seats,
            }
        )
    return found


def plan_body(
    platform: Platform,
    body: Body,
    *,
    kind: str,
    mode: str,
    item_name: str,
    level: int,
    headcount: int,
    starts_on: date,
) -> dict[str, Any]:
    """A plan for one item at one level, under the standard in force on its first day."""
    found = platform.send(catalog.list_items(as_of=starts_on, q=item_name)).items
    item = next(entry for entry in found if entry.name == item_name)
    standard = platform.send(catalog.list_standards(item_code=item.code, level=level, as_of=starts_on)).items[
        0
    ]
    enterprise = mode == "enterprise"
    return {
        "name": f"{starts_on:%Y年%m月}{item_name}{level}级评价",
        "kind": kind,
        "mode": mode,
        "items": [
            {"item_code": item.code, "level": level, "standard_id": standard.id, "headcount": headcount}
        ],
        "methods": ["theory_exam", "skill_exam"],
        "weights": {
            "ethics": "gate",
            "ability": 40 if enterprise else 80,
            "performance": 40 if enterprise else 10,
            "contribution": 20 if enterprise else 10,
        },
        "site": {
            "name": "第一考点",
            "region": body.organisation.region,
            "address": "南京市鼓楼区中山北路100号",
        },
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=1),
        "examiners": [
            {"card_number": "25140020001", "name": "孙卫东", "is_leader": True},
            {"card_number": "25140020002", "name": "李玉梅", "is_leader": False},
            {"card_number": "25140020003", "name": "周海峰", "is_leader": False},
        ],
        "recorder_account_id": body.recorder_account_id,
        "contact": {"name": "陈建国", "phone": "025-80000001"},
    }


def file_plan(body: Body, centre: Centre, plan: Mapping[str, Any]) -> filing.Plan:
    """The body files the plan, as soon as filing has heard of all it rests on; the centre accepts it."""
    eventually(body.filer, filing.check_plan(plan), lambda check: check.acceptable)
    filed = body.filer.send(filing.file_plan(plan))
    return centre.head.send(filing.accept_plan(filed.id))


def today(platform: Platform) -> date:
    """The platform's date in China (which a sandbox may have moved)."""
    return platform.send(catalog.read_clock()).today


def move_clock_to(authority: Platform, day: date, *, hour: int = 9) -> None:
    """Sandbox: move all services to a day's morning; returns when each of them is there."""
    target = datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)
    if authority.send(catalog.read_clock()).now >= target:
        return
    offset = authority.send(catalog.move_clock(to=target)).offset_seconds
    for service in SERVICES:
        eventually(authority, catalog.read_clock(service), lambda clock: clock.offset_seconds >= offset)


def finish_job(
    platform: Platform,
    job: registration.Job,
    *,
    on_progress: Callable[[registration.Job], None] = lambda _: None,
) -> registration.Job:
    """Wait until a job has ended, telling how far it is."""
    while not job.has_ended:
        time.sleep(0.1)
        job = platform.send(registration.read_job(job.id))
        on_progress(job)
    return job


def every_mistake(platform: Platform, job_id: str) -> list[Mistake]:
    """All mistakes of a job, page by page."""
    found: list[Mistake] = []
    cursor = None
    while True:
        page = platform.send(registration.job_errors(job_id, cursor=cursor))
        found += page.items
        if (cursor := page.next) is None:
            return found


def supervise(centre: Centre, plan_id: str, *, head_count: int) -> bool:
    """If the plan is supervised (always, or drawn), the supervisor reports; tells whether it was.

    Where another of the region's supervisors was drawn, the centre sends its own instead and says why.
    """
    known = eventually(
        centre.head,
        audit.plan_supervision(plan_id),
        lambda found: (
            found.required is False or (found.supervision is not None and found.supervision.state != "needed")
        ),
    )
    if known.supervision is None:
        return False
    if known.supervision.supervisor_id != centre.supervisor_id:
        instead = audit.replace_supervisor(plan_id, centre.supervisor_id, reason="原督导员当日不能到场")
        centre.head.send(instead)
    checklist = [
        {"item": "考场与设备符合要求", "result": "pass"},
        {"item": "考评员持证上岗", "result": "pass"},
        {"item": "考生身份核验", "result": "pass"},
        {"item": "试卷密封完好", "result": "pass"},
    ]
    centre.supervisor.send(
        audit.report(known.supervision.id, verdict="normal", head_count=head_count, checklist=checklist)
    )
    return True


def wait_for_certificates(
    platform: Platform, plan_id: str, expected: int, *, on_progress: Callable[[int], None] = lambda _: None
) -> tuple[audit.Recognition, ...]:
    """Wait until the plan's batches are decided and as many certificates as expected are issued."""

    def issued(found: tuple[audit.Recognition, ...]) -> bool:
        count = sum(one.certificates_issued for one in found)
        on_progress(count)
        return bool(found) and all(one.decision == "recognised" for one in found) and count >= expected

    return eventually(platform, audit.plan_recognition(plan_id), issued, patience=600.0)


def first_certificate(platform: Platform, plan_id: str) -> certificate.Certificate:
    return platform.send(certificate.list_certificates(plan_id=plan_id, limit=1)).items[0]
