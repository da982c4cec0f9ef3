"""Every kind of plan over HTTP with its refusals, agreements, admissions and bookings (Art. 1, 11–15, 18)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from common.events.audit import ExaminerRegistered, OrganisationListed
from common.events.catalog import ItemListed
from common.events.filing import PlanAccepted, PlanAdmittedLate
from common.ids import decode_id, encode_id, uuid7
from tests.service.filing.conftest import started
from tests.service.filing.world import (
    LIST_EDITION,
    STANDARD,
    WELDER,
    Filing,
    approval,
    codes,
    entrustment,
    examined,
    plan,
    plan_item,
    scope_entry,
    sitting,
    team,
)

DRONE = "4-99-00-01"  # a new occupation of the special ability track, without a standard
DAY = "2025-10-25"


@dataclass(frozen=True)
class Bodies:
    """A platform with one body of each kind, all approved for welding."""

    filing: Filing
    ids: dict[str, UUID]

    def owner(self, kind: str) -> UUID:
        return self.ids[OWNERS[kind]]

    async def send(self, kind: str, /, **changes: Any) -> httpx.Response:
        if kind == "direct":
            organisation = encode_id("organisation", self.ids["government_centre"])
            body = self.body(kind, organisation_id=organisation) | changes
            return await self.filing.post("/direct-plans", body)
        return await self.filing.post(
            "/plans", self.body(kind, **changes), role="plan_filer", organisation_id=self.owner(kind)
        )

    def body(self, kind: str, /, **changes: Any) -> dict[str, Any]:
        match kind:
            case "employer":
                smallest = plan(sessions=[sitting(DAY)])
            case "joint":
                smallest = plan(kind="joint", entrustment_id=self.programme, sessions=[sitting(DAY)])
            case "trial":
                outline = {"title": "无人机装调检修工试验大纲", "sha256": "8e" * 32}
                item = plan_item(item_code=DRONE, standard_id=None)
                sessions = [sitting(DAY, item_code=DRONE)]
                smallest = examined("trial", items=[item], sessions=sessions, outline=outline)
            case "direct":
                grounds = {"reason": "重大工程急需紧缺人才", "evidence_sha256": "7d" * 32}
                smallest = examined(
                    "direct",
                    items=[plan_item(level=3)],
                    sessions=[sitting(DAY, level=3)],
                    direct=grounds,
                )
            case _:
                smallest = examined(kind)
        return smallest | {"name": f"批次{uuid7()}"} | changes

    @property
    def programme(self) -> str:
        return encode_id("entrustment", self.ids["programme"])


OWNERS = {
    "employer": "employer",
    "joint": "employer",
    "social": "third_party_agency",
    "school": "school",
    "competition": "industry_body",
    "trial": "third_party_agency",
    "direct": "government_centre",
}
FLOWS = {
    "employer": ("employer", None),
    "joint": ("employer", "joint"),
    "social": ("social", None),
    "school": ("school", None),
    "competition": ("social", "competition"),
    "trial": ("social", "trial"),
    "direct": ("social", "direct"),
}
KINDS = pytest.mark.parametrize("kind", list(OWNERS))


def card(number: str, **changes: Any) -> ExaminerRegistered:
    known = {
        "card_number": number,
        "name": "王建国",
        "grade": "examiner",
        "item_codes": (WELDER, DRONE),
        "valid_from": date(2024, 1, 1),
        "valid_to": date(2026, 12, 31),
    }
    return ExaminerRegistered.model_validate(known | changes)


@pytest.fixture
async def bodies(database: Callable[[], str], nats_url: str) -> AsyncIterator[Bodies]:
    async with started(database(), nats_url) as filing:
        await filing.hear(
            ItemListed(
                item_code=DRONE,
                name="无人机装调检修工",
                track="special_ability",
                levels=(5, 4, 3),
                valid_from=date(2025, 1, 1),
                edition_id=LIST_EDITION,
                cause="imported",
            ),
            *(card(one["card_number"]) for one in team(9)),
        )
        ids = {}
        for kind, mode in (
            ("employer", "enterprise"),
            ("third_party_agency", "social"),
            ("school", "school"),
            ("industry_body", "competition"),
            ("government_centre", "social"),
        ):
            decision = approval(scope=[scope_entry(item_codes=[WELDER, DRONE], modes=[mode])])
            decision["register"] |= {"category": "Y" if kind == "employer" else "S"}
            ids[kind] = await filing.approved_organisation(decision, kind=kind, name=f"南京{kind}评价单位")
        ids["programme"] = await joint_programme(filing, ids["employer"], ids["school"])
        yield Bodies(filing, ids)


async def joint_programme(filing: Filing, employer: UUID, school: UUID) -> UUID:
    """What employer and school both agreed to: welding at levels 5 and 4, those enrolled in 2023."""
    terms = entrustment(school, purpose="joint_training", cohort_year=2023)
    asked = await filing.post("/entrustments", terms, role="plan_filer", organisation_id=employer)
    assert asked.status_code == 201, asked.text
    agreed = await filing.entrustment_act(asked.json()["id"], "confirmation", school)
    assert (agreed.status_code, agreed.json()["purpose"]) == (201, "joint_training")
    return decode_id("entrustment", asked.json()["id"])


@KINDS
async def test_a_plan_of_every_kind_is_filed_and_accepted_and_told_whole(bodies: Bodies, kind: str) -> None:
    filed = await bodies.send(kind)
    assert filed.status_code == 201, filed.text
    decided = await bodies.filing.decided(filed.json()["id"], "accept")
    assert decided.status_code == 201, decided.text
    (told,) = await bodies.filing.said(PlanAccepted)
    assert isinstance(told, PlanAccepted)
    assert (told.kind, told.special) == FLOWS[kind]
    assert [(one.number, one.room, one.seats) for one in told.sessions] == [(1, "一号考场", 40)]
    assert told.waives_seniority == (kind == "direct")
    assert (told.programme.cohort_year if told.programme else None) == (2023 if kind == "joint" else None)
    assert told.roster_candidates == (40 if kind in ("social", "school") else None)
    assert (told.outline_sha256 is not None) == (kind == "trial")
    assert told.items[0].standard_name == (
        "无人机装调检修工试验大纲" if kind == "trial" else "焊工国家职业标准"
    )


def refusals(kind: str) -> dict[str, tuple[dict[str, Any], str, int]]:
    """Mistake → what is changed, the problem's name, its status."""
    code = DRONE if kind == "trial" else WELDER
    level = 3 if kind == "direct" else 4
    item = plan_item(item_code=code, level=level, standard_id=None if kind == "trial" else standard_id())
    elsewhere = {"name": "车间", "region": "320205", "address": "无锡市滨湖区"}
    apprentice = [*team(2), team(3)[2] | {"teaches_candidate": True}]
    crowd = {
        "items": [item | {"headcount": 46}],
        "sessions": [sitting(DAY, item_code=code, level=level, seats=46)],
    }
    found = {
        "late": (_day("2025-10-24", code, level), "filed-too-late", 422),
        "out of scope": ({"site": elsewhere}, "out-of-scope", 422),
        "standard": (
            {"items": [item | {"standard_id": encode_id("standard", UUID(int=3))}]},
            "policy" if kind == "trial" else "standard-not-usable",
            422,
        ),
        "profile": ({"methods": ["seance"]}, "mode-profile-violated", 422),
        "expired": ({"examiners": [*team(2), _named("32KPOLD")]}, "examiner-unfit", 422),
        "apprentice": ({"examiners": apprentice}, "examiner-unfit", 422),
        "ratio": (crowd, "validation", 422),
        "direct by a body": ({"kind": "direct"}, "permission-denied", 403),
    }
    if kind == "direct":  # the department files it, without notice, and answers for its kind
        del found["late"], found["direct by a body"]
    return found


def standard_id() -> str:
    return encode_id("standard", STANDARD)


def _named(number: str) -> dict[str, Any]:
    return {"card_number": number, "name": "赵敏", "is_leader": False}


def _day(day: str, code: str, level: int) -> dict[str, Any]:
    return {"starts_on": day, "ends_on": day, "sessions": [sitting(day, item_code=code, level=level)]}


@KINDS
async def test_every_kind_has_its_refusals(bodies: Bodies, kind: str) -> None:
    """Each mistake by itself gets its own name; nothing is kept of any."""
    await bodies.filing.hear(card("32KPOLD", valid_to=date(2025, 10, 24)))
    before, told = await bodies.filing.rows(), {}
    for mistake, (changes, _, _) in refusals(kind).items():
        answer = await bodies.send(kind, **changes)
        told[mistake] = (answer.json()["type"].rpartition("/")[2], answer.status_code)
    assert told == {mistake: (problem, status) for mistake, (_, problem, status) in refusals(kind).items()}
    assert await bodies.filing.rows() == before


@KINDS
async def test_a_room_is_booked_once_whoever_wants_it(bodies: Bodies, kind: str) -> None:
    """An employer has the hall first; the other plan is told that there is one, and stands with another room."""
    first = await bodies.send("employer", examiners=[*team(9)[6:8], _leader("32KP0008")])
    assert first.status_code == 201, first.text
    booked = await bodies.send(kind)
    assert (booked.status_code, booked.json()["type"]) == (409, "/problems/double-booked")
    assert codes(booked) == [("/sessions/0/room", "double-booked")]
    assert first.json()["number"] not in booked.text
    sessions = [one | {"room": "二号考场"} for one in bodies.body(kind)["sessions"]]
    assert (await bodies.send(kind, sessions=sessions)).status_code == 201


def _leader(number: str) -> dict[str, Any]:
    return _named(number) | {"is_leader": True}


@KINDS
async def test_a_listed_body_files_nothing(bodies: Bodies, kind: str) -> None:
    await bodies.filing.hear(
        OrganisationListed(
            organisation_id=bodies.owner(kind),
            measure="suspended",
            case="苏技评监〔2025〕17号",
            valid_from=date(2025, 9, 29),
            valid_to=None,
            plans="freeze",
        )
    )
    refused = await bodies.send(kind)
    assert refused.status_code in (403, 409)
    assert "苏技评监〔2025〕17号" in refused.text


@pytest.mark.parametrize("side", ["employer", "school"])
async def test_a_programme_that_lapsed_carries_no_plan(bodies: Bodies, side: str) -> None:
    ended = await bodies.filing.entrustment_act(
        bodies.programme, "end", bodies.ids[side], last_day="2025-10-24", reason="协议解除"
    )
    assert ended.status_code == 201
    refused = await bodies.send("joint")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/out-of-scope")
    assert codes(refused) == [("/entrustment_id", "out-of-scope")]


async def test_an_entrustment_and_a_programme_are_not_the_same(bodies: Bodies) -> None:
    """An agency does not evaluate on a school's programme, nor an employer its students on an entrustment."""
    employer, agency = bodies.ids["employer"], bodies.ids["third_party_agency"]
    other = await bodies.filing.entrusted(employer, agency)
    await bodies.filing.entrustment_act(other, "confirmation", agency)
    assert codes(await bodies.send("joint", entrustment_id=other)) == [("/entrustment_id", "out-of-scope")]
    wrong = entrustment(agency, purpose="joint_training", cohort_year=2023)
    asked = await bodies.filing.post("/entrustments", wrong, role="plan_filer", organisation_id=employer)
    assert codes(asked) == [("/partner_id", "partner-unfit")]
    unsaid = entrustment(agency, purpose="joint_training")
    asked = await bodies.filing.post("/entrustments", unsaid, role="plan_filer", organisation_id=employer)
    assert [code for _, code in codes(asked)] == ["cohort-year"]


async def test_an_employer_sees_what_its_agency_files_and_changes_nothing_of_it(bodies: Bodies) -> None:
    employer, agency = bodies.ids["employer"], bodies.ids["third_party_agency"]
    agreed = await bodies.filing.entrusted(employer, agency)
    await bodies.filing.entrustment_act(agreed, "confirmation", agency)
    body = plan(entrustment_id=agreed)
    filed = await bodies.filing.post("/plans", body, role="plan_filer", organisation_id=agency)
    assert filed.status_code == 201, filed.text
    path = f"/plans/{filed.json()['id']}"
    assert (await bodies.filing.get(path, role="plan_filer", organisation_id=employer)).status_code == 200
    listed = (await bodies.filing.get("/plans", role="plan_filer", organisation_id=employer)).json()
    assert [one["id"] for one in listed["items"]] == [filed.json()["id"]]
    withdrawn = await bodies.filing.post(
        f"{path}/withdrawal", {"reason": "取消"}, role="plan_filer", organisation_id=employer
    )
    assert withdrawn.status_code == 404


# ── the direct channel (Art. 14) ─────────────────────────────────────────────────────────────
async def test_the_direct_channel_needs_two_persons_and_a_city(bodies: Bodies) -> None:
    account = uuid7()
    organisation = encode_id("organisation", bodies.ids["government_centre"])
    body = bodies.body("direct", organisation_id=organisation)
    filed = await bodies.filing.post("/direct-plans", body, account_id=account)
    assert filed.status_code == 201, filed.text
    path, accept = f"/plans/{filed.json()['id']}/decision", {"decision": "accept", "reasons": []}
    same = await bodies.filing.post(path, accept, account_id=account)
    county = await bodies.filing.post(path, accept, role="centre_head", region="320104")
    assert (same.status_code, county.status_code) == (403, 403)
    assert (await bodies.filing.post(path, accept, role="centre_head", region="320100")).status_code == 201


async def test_only_the_department_files_and_only_a_centre_carries_out(bodies: Bodies) -> None:
    agency = encode_id("organisation", bodies.ids["third_party_agency"])
    wrong = await bodies.filing.post("/direct-plans", bodies.body("direct", organisation_id=agency))
    assert codes(wrong) == [("/organisation_id", "organisation-unfit")]
    centre = encode_id("organisation", bodies.ids["government_centre"])
    social = await bodies.filing.post("/direct-plans", bodies.body("social", organisation_id=centre))
    assert codes(social) == [("/kind", "kind-unfit")]
    for role in ("centre_head", "organisation_administrator"):
        body = bodies.body("direct", organisation_id=centre)
        assert (await bodies.filing.post("/direct-plans", body, role=role)).status_code == 403


# ── late admission (Art. 18(1)) ──────────────────────────────────────────────────────────────
async def test_a_named_officer_admits_one_late_plan_and_everybody_reads_why(bodies: Bodies) -> None:
    await bodies.filing.be_at("2025-10-09T10:00:00+08:00")
    employer = bodies.ids["employer"]
    late = await bodies.send("employer")
    assert late.json()["type"] == "/problems/filed-too-late"
    asked = {
        "organisation_id": encode_id("organisation", employer),
        "region": "320104",
        "starts_on": DAY,
        "ground": "force_majeure",
        "reason": "台风停工,原定考期顺延。",
    }
    foreign = await bodies.filing.post("/late-admissions", asked, role="centre_head", region="320200")
    reviewer = await bodies.filing.post("/late-admissions", asked, role="centre_reviewer", region="320100")
    assert (foreign.status_code, reviewer.status_code) == (403, 403)
    given = await bodies.filing.post("/late-admissions", asked, role="centre_head", region="320100")
    assert given.status_code == 201, given.text
    admission = given.json()["id"]
    other_day = await bodies.send("employer", **_day("2025-10-26", WELDER, 4), late_admission_id=admission)
    assert ("/late_admission_id", "late-admission-unfit") in codes(other_day)
    filed = await bodies.send("employer", late_admission_id=admission)
    assert filed.status_code == 201, filed.text
    again = await bodies.send("employer", late_admission_id=admission, sessions=[])
    assert ("/late_admission_id", "late-admission-unfit") in codes(again)
    assert (await bodies.filing.decided(filed.json()["id"], "accept")).status_code == 201
    (told,) = await bodies.filing.said(PlanAccepted)
    assert isinstance(told, PlanAccepted)
    assert told.late_admission is not None
    assert told.late_admission.reason == asked["reason"]
    assert told.filed_on > told.last_filing_day
    public = (await bodies.filing.get("/late-admissions", role=None)).json()["items"]
    assert [(one["organisation_id"], one["reason"]) for one in public] == [
        (asked["organisation_id"], asked["reason"])
    ]
    assert len(await bodies.filing.said(PlanAdmittedLate)) == 1


# ── bookings end ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("end", ["return", "reject", "cancel"])
async def test_what_comes_to_nothing_books_nothing(bodies: Bodies, end: str) -> None:
    first = (await bodies.send("employer")).json()
    assert (await bodies.send("social")).status_code == 409
    if end == "cancel":
        done = await bodies.filing.post(
            f"/plans/{first['id']}/withdrawal",
            {"reason": "取消"},
            role="plan_filer",
            organisation_id=bodies.ids["employer"],
        )
    else:
        done = await bodies.filing.decided(first["id"], end, {"field": "", "reason": "请调整场地"})
    assert done.status_code == 201
    assert (await bodies.send("social")).status_code == 201


async def test_of_two_at_once_one_has_the_room(bodies: Bodies) -> None:
    for number in range(20):
        day = {"sessions": [sitting(DAY, room=f"{number}号考场", starts="15:00", ends="17:00")]}
        own = [_leader(f"OWN{number}A"), _named(f"OWN{number}B"), _named(f"OWN{number}C")]
        both = await asyncio.gather(
            bodies.send("employer", **day, examiners=own),
            bodies.send(
                "joint", **day, examiners=[one | {"card_number": one["card_number"] + "X"} for one in own]
            ),
        )
        assert sorted(answer.status_code for answer in both) == [201, 409]
        (refused,) = (answer for answer in both if answer.status_code == 409)
        assert codes(refused) == [("/sessions/0/room", "double-booked")]
