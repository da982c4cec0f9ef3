"""The SDK's calls about organisations and entrustments reach the routes that answer them (Art. 12)."""

from datetime import date
from typing import Any, TypeVar

import pytest

from client import filing, organisations
from client.calls import Call
from common.ids import decode_id, uuid7
from tests.service.filing.world import WELDER, Filing, application, approval, scope_entry

pytestmark = pytest.mark.asyncio(loop_scope="module")
Answer = TypeVar("Answer")


async def sent(shared: Filing, call: Call[Answer], owner: str | None = None) -> Answer:
    """Send a call as the authority, or as the administrator of an organisation."""
    about: dict[str, Any] = {"organisation_id": decode_id("organisation", owner)} if owner else {}
    role = "organisation_administrator" if owner else "authority"
    answer = await shared.client.request(
        call.method,
        call.path,
        params=dict(call.query),
        json=call.json,
        content=call.content,
        headers={**call.headers, **shared.service.as_(role, **about)},
    )
    assert answer.is_success, answer.text
    return call.read(answer)


async def test_an_employer_entrusts_an_agency_by_calls_alone(shared: Filing) -> None:
    licence, contract = (b"%PDF-1.7 " + uuid7().bytes for _ in range(2))
    asked = application(documents=[organisations.announced(licence, kind="licence")])
    employer = (await sent(shared, filing.apply(asked))).id
    assert (await sent(shared, organisations.send_document(licence))).size == len(licence)
    await sent(shared, filing.decide_organisation(employer, approval()))
    agency = (await sent(shared, filing.apply(application(kind="third_party_agency")))).id
    social = approval(scope=[scope_entry(modes=["social"])])
    social["register"] |= {"category": "S"}
    await sent(shared, filing.decide_organisation(agency, social))

    proposal = organisations.propose_entrustment(
        agency,
        scope=[{"item_codes": [WELDER], "levels": [5]}],
        valid_from=date(2025, 10, 1),
        valid_to=date(2026, 9, 30),
        contract=contract,
    )
    found = await sent(shared, proposal, employer)
    await sent(shared, organisations.send_document(contract))
    digest = organisations.announced(contract)["sha256"]
    assert await sent(shared, organisations.read_document(digest), agency) == contract
    assert (await sent(shared, organisations.confirm_entrustment(found.id), agency)).state == "confirmed"
    ended = organisations.end_entrustment(found.id, reason="合同解除", last_day=date(2026, 1, 31))
    assert (await sent(shared, ended, employer)).last_day == date(2026, 1, 31)
    assert (await sent(shared, organisations.read_entrustment(found.id), agency)).state == "ended"
    assert [one.id for one in (await sent(shared, organisations.list_entrustments(), employer)).items] == [
        found.id
    ]


async def test_an_organisation_keeps_its_sites_and_widens_its_scope_by_calls_alone(shared: Filing) -> None:
    own = (await sent(shared, filing.apply(application()))).id
    await sent(shared, filing.decide_organisation(own, approval()))
    site = {"name": "一号车间", "region": "320104", "address": "光华路1号", "capacity": 60}
    made = await sent(shared, organisations.record_site(own, site), own)
    closing = organisations.change_site(
        own, made.id, site | {"valid_from": "2025-10-01", "valid_to": "2025-10-31"}, etag='"v1"'
    )
    assert (await sent(shared, closing, own)).valid_to == date(2025, 10, 31)
    assert (await sent(shared, organisations.list_sites(own, on=date(2025, 11, 1)))).items == ()

    wider = {
        "kind": "change",
        "scope": [scope_entry(levels=[1])],
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
    }
    asked = await sent(shared, organisations.request_scope(own, wider), own)
    granted = organisations.decide_scope_request(own, asked.number, {"approve": True})
    assert (await sent(shared, granted)).id == own
    states = [line.state for line in (await sent(shared, organisations.list_scope_requests(own))).items]
    assert states == ["granted", "granted"]
    await sent(shared, organisations.assign_register(own, approval()["register"]))
    standing = await sent(shared, organisations.read_standing(own, on=date(2026, 1, 1)))
    assert (standing.state, standing.scope[0]["levels"]) == ("approved", [1])
    wanted = organisations.find_organisations(on=date(2026, 1, 1), item=WELDER, level=1, region="320104")
    assert [line.id for line in (await sent(shared, wanted)).items] == [own]
