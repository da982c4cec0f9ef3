"""Measures of audit take effect at once, and end (Art. 22); a body that exited may come back as another one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from common.auth import Caller
from common.events.audit import OrganisationCleared, OrganisationListed
from common.events.filing import OrganisationStandingChanged
from common.ids import decode_id, encode_id, uuid7
from filing.organisations.models import Organisation
from filing.standings.repository import standing_on, standings_on
from tests.service.filing.world import Filing, application, approval, plan, scope_entry
from tests.support.publishing import publishing
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
TODAY = date(2025, 9, 29)


def listed(organisation: UUID, **changes: Any) -> OrganisationListed:
    row: dict[str, Any] = {
        "organisation_id": organisation,
        "case": "苏技评监〔2025〕17号",
        "measure": "suspended",
        "valid_from": TODAY,
    }
    return OrganisationListed(**row | changes)


def cleared(organisation: UUID, day: date = TODAY) -> OrganisationCleared:
    return OrganisationCleared(organisation_id=organisation, case="苏技评监〔2025〕17号", cleared_on=day)


async def state_of(shared: Filing, organisation: UUID, query: str = "") -> tuple[str, str | None]:
    text = encode_id("organisation", organisation)
    found = (await shared.get(f"/organisations/{text}{query}", role=None)).json()
    return found["state"], found["case"]


async def changes_of(shared: Filing, organisation: UUID) -> list[OrganisationStandingChanged]:
    said = await shared.said(OrganisationStandingChanged)
    return [
        event
        for event in said
        if isinstance(event, OrganisationStandingChanged) and event.organisation_id == organisation
    ]


async def test_a_suspension_counts_at_once_and_everyone_sees_its_case(shared: Filing) -> None:
    organisation = await shared.approved_organisation()
    text = encode_id("organisation", organisation)
    before = (await shared.get(f"/organisations/{text}", role=None)).headers["ETag"]
    await shared.hear(listed(organisation), listed(organisation))
    assert await state_of(shared, organisation) == ("suspended", "苏技评监〔2025〕17号")
    assert await state_of(shared, organisation, "?on=2025-09-28") == ("approved", None)
    assert (await shared.get(f"/organisations/{text}", role=None)).headers["ETag"] != before
    (told, again) = await changes_of(shared, organisation)
    assert told == again
    assert (told.state, told.since, told.until) == ("suspended", TODAY, None)
    assert (told.may_file, told.may_sign_in) == (False, False)


async def test_a_measure_arrives_through_the_journal_of_audit(
    shared: Filing, database: Callable[[], str]
) -> None:
    organisation = await shared.approved_organisation()

    async def suspended() -> bool | None:
        return True if (await state_of(shared, organisation))[0] == "suspended" else None

    async with publishing("audit", database(), shared.service.settings.nats_url.get_secret_value()) as audit:
        await audit.say(listed(organisation))
        assert await eventually(suspended)


async def test_plans_stand_still_while_a_case_freezes_them_and_go_on_when_it_is_cleared(
    shared: Filing,
) -> None:
    organisation = await shared.approved_organisation()
    await shared.hear(listed(organisation, valid_to=date(2025, 10, 31)))
    async with shared.service.platform.sessions() as session:
        row = await session.get_one(Organisation, organisation)
        assert (await standing_on(session, row, TODAY)).frozen_by == "苏技评监〔2025〕17号"
        assert (await standing_on(session, row, date(2025, 11, 1))).frozen_by is None
    await shared.hear(cleared(organisation, date(2025, 10, 9)))
    async with shared.service.platform.sessions() as session:
        days = [date(2025, 10, 8), date(2025, 10, 9)]
        found = [(await standings_on(session, [organisation], day))[organisation] for day in days]
    assert [standing.frozen_by for standing in found] == ["苏技评监〔2025〕17号", None]
    assert found[1].may_file
    (_, told) = await changes_of(shared, organisation)
    assert (told.state, told.since, told.may_file) == ("approved", date(2025, 10, 9), True)


async def test_no_plan_is_filed_and_none_accepted_while_a_measure_is_in_force(shared: Filing) -> None:
    organisation = await shared.approved_organisation()
    filed = await shared.filed(organisation)
    await shared.hear(listed(organisation, measure="abnormal"))
    new = await shared.post("/plans", plan(name="另一批"), role="plan_filer", organisation_id=organisation)
    tried = await shared.post(
        "/plans?dry_run=true", plan(name="另一批"), role="plan_filer", organisation_id=organisation
    )
    accepted = await shared.decided(filed["id"], "accept")
    for answer in (new, tried, accepted):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/organisation-listed")
        assert answer.json()["case"] == "苏技评监〔2025〕17号"
    await shared.hear(cleared(organisation))
    assert (await shared.decided(filed["id"], "accept")).status_code == 201


async def test_accounts_of_a_suspended_body_get_no_token_and_get_one_again(shared: Filing) -> None:
    organisation = await shared.approved_organisation()
    body = {"role": "plan_filer", "label": "备案", "organisation_id": encode_id("organisation", organisation)}
    account = (await shared.post("/accounts", body)).json()

    async def asked() -> int:
        return (await shared.token(account["client_id"], account["client_secret"])).status_code

    assert await asked() == 200
    await shared.hear(listed(organisation))
    assert await asked() == 401
    await shared.hear(cleared(organisation))
    assert await asked() == 200


async def test_a_clearing_that_is_heard_first_is_not_forgotten(shared: Filing) -> None:
    organisation = await shared.approved_organisation()
    await shared.hear(cleared(organisation), listed(organisation, valid_from=date(2025, 9, 1)))
    assert await state_of(shared, organisation) == ("approved", None)
    assert await state_of(shared, organisation, "?on=2025-09-28") == ("suspended", "苏技评监〔2025〕17号")


async def test_the_directory_and_the_standing_agree_on_every_day(shared: Filing) -> None:
    """The condition of SQL is the twin of the rule: both borders of each measure, and a clearing."""
    organisation = await shared.approved_organisation(kind="employer")
    await shared.hear(
        listed(organisation, valid_from=date(2025, 10, 1), valid_to=date(2025, 10, 3)),
        listed(organisation, case="18", measure="abnormal", valid_from=date(2025, 10, 5)),
        OrganisationCleared(organisation_id=organisation, case="18", cleared_on=date(2025, 10, 7)),
        OrganisationCleared(organisation_id=organisation, case="19", cleared_on=date(2025, 10, 7)),
    )
    found = []
    for day in (date(2025, 9, 30) + timedelta(days) for days in range(9)):
        listing = await shared.get(f"/organisations?on={day}&limit=200", role=None)
        shown = encode_id("organisation", organisation) in [line["id"] for line in listing.json()["items"]]
        async with shared.service.platform.sessions() as session:
            standing = (await standings_on(session, [organisation], day))[organisation]
        assert shown == standing.may_file
        found.append(shown)
    assert found == [True, False, False, False, True, False, False, True, True]


async def test_a_listed_organisation_keeps_no_sites_and_asks_for_no_scope(shared: Filing) -> None:
    organisation = await shared.approved_organisation()
    await shared.hear(listed(organisation, measure="abnormal", plans="finish"))
    text = encode_id("organisation", organisation)
    site = {"name": "一号车间", "region": "320104", "address": "光华路1号", "capacity": 60}
    request = {
        "kind": "change",
        "scope": [scope_entry()],
        "valid_from": "2025-10-01",
        "valid_to": "2027-12-31",
    }
    for path, body in (("sites", site), ("scope-requests", request)):
        answer = await shared.keep(text, path, body)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/organisation-listed")
        assert answer.json()["case"] == "苏技评监〔2025〕17号"


async def test_no_scope_is_approved_while_a_measure_shuts_the_accounts(shared: Filing) -> None:
    organisation = await shared.approved_organisation()
    await shared.hear(listed(organisation, measure="blacklisted"))
    text = encode_id("organisation", organisation)
    answer = await shared.post(f"/organisations/{text}/decision", approval(register=None))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/state-conflict")


async def test_a_body_that_exited_leaves_its_code_free_and_its_serial_taken(shared: Filing) -> None:
    body, decision = application(), approval()
    organisation = (await shared.post("/organisations", body, role=None)).json()["id"]
    await shared.post(f"/organisations/{organisation}/decision", decision)
    uuid = decode_id("organisation", organisation)
    await shared.hear(listed(uuid, measure="exited"))
    again = await shared.post("/organisations", body, role=None)
    assert again.status_code == 201
    assert again.json()["id"] != organisation
    taken = await shared.post(f"/organisations/{again.json()['id']}/decision", decision)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/register-taken")
    third = await shared.post("/organisations", body, role=None)
    assert (third.status_code, third.json()["type"]) == (409, "/problems/duplicate")
    await shared.hear(cleared(uuid))  # its code is another's by now: it stays away
    assert (await shared.post("/organisations", body, role=None)).status_code == 409


async def test_an_exit_taken_in_error_gives_the_code_back(shared: Filing) -> None:
    body = application()
    uuid = await shared.approved_organisation(**body)
    await shared.hear(listed(uuid, measure="exited"), cleared(uuid))
    again = await shared.post("/organisations", body, role=None)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/duplicate")


async def test_exit_is_no_way_round_the_blacklist(shared: Filing) -> None:
    body = application()
    uuid = await shared.approved_organisation(**body)
    await shared.hear(
        listed(uuid, measure="blacklisted"), listed(uuid, measure="exited", case="苏技评监〔2025〕18号")
    )
    again = await shared.post("/organisations", body, role=None)
    assert (again.status_code, again.json()["type"]) == (403, "/problems/organisation-listed")
    assert again.json()["case"] == "苏技评监〔2025〕17号"


async def test_services_know_the_days_of_measures_that_overlap(shared: Filing) -> None:
    """Suspended through the year, blacklisted for November beside it; then the suspension is lifted in October."""
    organisation = await shared.approved_organisation()
    second = "苏技评监〔2025〕18号"
    await shared.hear(
        listed(organisation, valid_to=date(2025, 12, 31)),
        listed(
            organisation,
            measure="blacklisted",
            case=second,
            valid_from=date(2025, 11, 1),
            valid_to=date(2025, 11, 30),
        ),
    )
    first = "苏技评监〔2025〕17号"
    both = {"2025-09-28": None, "2025-09-29": first, "2025-10-31": first, "2025-11-01": second}
    await until_shut(
        shared, organisation, both | {"2025-11-30": second, "2025-12-31": first, "2026-01-01": None}
    )
    await shared.hear(cleared(organisation, date(2025, 10, 10)))
    lifted = {"2025-10-09": first, "2025-10-10": None, "2025-11-01": second, "2025-11-30": second}
    await until_shut(shared, organisation, lifted | {"2025-12-01": None})


async def until_shut(shared: Filing, organisation: UUID, wanted: dict[str, str | None]) -> None:
    """Wait until the service itself has heard by which cases it is shut on these days."""
    caller = Caller(uuid7(), "plan_filer", frozenset(), organisation)

    async def look() -> bool | None:
        measures = {
            day: shared.service.platform.tokens.shut_by(caller, date.fromisoformat(day)) for day in wanted
        }
        found = {day: measure and measure.case for day, measure in measures.items()}
        return True if found == wanted else None

    await eventually(look)
