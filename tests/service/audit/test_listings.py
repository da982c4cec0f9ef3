"""Measures against bodies on real servers: proposed, heard, decided by another, appealed before a third, ended."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from audit.listings.models import ListingCase
from audit.main import create_app
from audit.settings import AuditSettings
from common.events import Envelope
from common.events.audit import OrganisationCleared, OrganisationListed
from common.ids import encode_id, uuid7
from common.journal import JournalRow
from local.postgres import Postgres
from tests.support.events import Publishers
from tests.support.facts import organisation_approved
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
V1 = "/audit/v1"
ACCOUNT = "该机构三个月内多次逾期备案，详见附件。"
HALF_A_YEAR = ("2026-12-01", "2027-05-31")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app, AuditSettings, database_url=url, nats_url=new_nats_url()
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def body(audit: RunningService) -> UUID:
    organisation_id = uuid7()
    await Publishers(audit).deliver(organisation_approved(organisation_id))
    return organisation_id


async def post(
    audit: RunningService, path: str, content: Any, *, role: str = "authority", **about: Any
) -> httpx.Response:
    headers = audit.as_(role, idempotency_key="new", **about)
    return await audit.client.post(f"{V1}{path}", json=content, headers=headers)


async def proposed(
    audit: RunningService, body: UUID, *, ground: str = "plans_late", fact: str | None = None
) -> str:
    content = {"organisation_id": encode_id("organisation", body), "ground": ground, "account": ACCOUNT}
    answer = await post(audit, "/listing-cases", content | {"fact": fact or str(uuid7())})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


async def heard(audit: RunningService, number: str, body: UUID) -> httpx.Response:
    content = {"statement": "逾期系因系统故障，已附证明。"}
    return await post(
        audit,
        f"/listing-cases/{number}/statement",
        content,
        role="organisation_administrator",
        organisation_id=body,
    )


async def decided(
    audit: RunningService,
    number: str,
    *,
    outcome: str = "listed",
    term: tuple[str, str | None] = HALF_A_YEAR,
    **about: Any,
) -> httpx.Response:
    content = {"outcome": outcome, "reason": "事实清楚，证据充分。"}
    if outcome == "listed":
        content |= {name: day for name, day in zip(("valid_from", "valid_to"), term, strict=True) if day}
    return await post(audit, f"/listing-cases/{number}/decision", content, **about)


async def listed(audit: RunningService, body: UUID, **about: Any) -> str:
    number = await proposed(audit, body)
    await heard(audit, number, body)
    answer = await decided(audit, number, **about)
    assert answer.status_code == 201, answer.text
    return number


async def said(audit: RunningService, kind: type[Any], case: str) -> list[Any]:
    async def look() -> list[Any] | None:
        async with audit.platform.sessions() as session:
            rows = await session.scalars(select(JournalRow.body).order_by(JournalRow.position))
            found = [Envelope.parse(row) for row in rows]
        events = [kind.model_validate(one.data) for one in found if one.type == kind.type]
        return [one for one in events if one.case == case] or None

    return await eventually(look)


async def test_a_body_is_heard_before_it_is_listed_and_every_service_is_told(
    audit: RunningService, body: UUID
) -> None:
    number = await proposed(audit, body)
    early = await decided(audit, number)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/state-conflict")
    assert (await heard(audit, number, body)).status_code == 201
    done = await decided(audit, number)
    assert (done.status_code, done.json()["state"]) == (201, "listed")
    [told] = await said(audit, OrganisationListed, number)
    assert (told.organisation_id, told.measure) == (body, "abnormal")
    assert (told.valid_from, told.valid_to) == (date(2026, 12, 1), date(2027, 5, 31))
    acts = [act["act"] for act in done.json()["acts"]]
    assert acts == ["proposed", "heard", "listed"]
    assert (await decided(audit, number)).status_code == 409


async def test_whoever_proposes_does_not_decide(audit: RunningService, body: UUID) -> None:
    account = uuid7()
    content = {
        "organisation_id": encode_id("organisation", body),
        "ground": "under_investigation",
        "account": ACCOUNT,
    }
    answer = await post(audit, "/listing-cases", content | {"fact": "f"}, account_id=account)
    number, term = answer.json()["number"], ("2026-11-23", "2027-01-31")
    own = await decided(audit, number, term=term, account_id=account)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/permission-denied")
    other = await decided(audit, number, term=term)
    assert other.status_code == 201, "a suspension for an investigation waits for no hearing"


async def test_an_appeal_is_decided_by_a_third_person_and_an_upheld_one_clears(
    audit: RunningService, body: UUID
) -> None:
    decider = uuid7()
    number = await listed(audit, body, account_id=decider)
    owner = {"role": "organisation_administrator", "organisation_id": body}
    appeal = await post(
        audit, f"/listing-cases/{number}/appeal", {"grounds": "所列方案并非本机构备案。"}, **owner
    )
    assert (appeal.status_code, appeal.json()["state"]) == (201, "appealed")
    verdict = {"outcome": "upheld", "reason": "复核属实，撤销原决定。"}
    own = await post(audit, f"/listing-cases/{number}/appeal/decision", verdict, account_id=decider)
    assert own.status_code == 403
    third = await post(audit, f"/listing-cases/{number}/appeal/decision", verdict)
    assert (third.status_code, third.json()["state"]) == (201, "annulled")
    [cleared] = await said(audit, OrganisationCleared, number)
    assert cleared.organisation_id == body


async def test_an_appeal_comes_within_sixty_days(audit: RunningService, body: UUID) -> None:
    number = await listed(audit, body)
    async with audit.platform.sessions() as session:
        row = await session.get_one(ListingCase, number)
        earlier = row.decided_at and row.decided_at.replace(year=row.decided_at.year - 1)
        await session.execute(
            update(ListingCase).where(ListingCase.number == number).values(decided_at=earlier)
        )
        await session.commit()
    late = await post(audit, f"/listing-cases/{number}/appeal", {"grounds": "所列方案并非本机构备案。"})
    assert late.status_code == 409


async def test_the_third_listing_within_two_years_proposes_the_blacklist(
    audit: RunningService, body: UUID
) -> None:
    for term in (("2026-01-05", "2026-06-30"), ("2026-07-01", "2026-10-01"), ("2026-11-01", "2026-12-01")):
        await listed(audit, body, term=term)
    cases = await audit.client.get(f"{V1}/listing-cases", headers=audit.as_("authority"))
    mine = [one for one in cases.json()["items"] if one["organisation_id"] == encode_id("organisation", body)]
    [further] = [one for one in mine if one["ground"] == "abnormal_again"]
    assert (further["measure"], further["state"], further["acts"][0]["by"]) == (
        "blacklisted",
        "proposed",
        None,
    )
    credit = (await audit.client.get(f"{V1}/organisations/{encode_id('organisation', body)}/credit")).json()
    assert (credit["credit"], len(credit["deductions"])) == (85, 3)


async def test_the_public_lists_show_what_is_in_force_and_mask_persons(
    audit: RunningService, body: UUID
) -> None:
    content = {
        "organisation_id": encode_id("organisation", body),
        "ground": "roster_falsified",
        "account": ACCOUNT,
    }
    answer = await post(audit, "/listing-cases", content | {"fact": "x", "responsible": "王建国"})
    number = answer.json()["number"]
    await heard(audit, number, body)
    day = audit.platform.clock.today()
    term = (day.isoformat(), f"{day.year + 3}-{day.month:02}-{day.day - 1:02}" if day.day > 1 else None)
    assert (await decided(audit, number, term=term)).status_code == 201
    found = (await audit.client.get(f"{V1}/listings", params={"limit": 200})).json()["items"]
    [mine] = [one for one in found if one["number"] == number]
    assert (mine["measure"], mine["responsible"]) == ("blacklisted", "王**")
    removal = await post(audit, f"/listing-cases/{number}/removal", {"reason": "已整改到位，经复查合格。"})
    assert removal.json()["state"] == "removed"
    found = (await audit.client.get(f"{V1}/listings", params={"limit": 200})).json()["items"]
    assert number not in [one["number"] for one in found]
