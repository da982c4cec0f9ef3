"""Another scope, a renewal, a further register: each asked for and decided as a new fact (Art. 12; DOMAIN 1.1)."""

import hashlib
from typing import Any

import pytest

from common.events.filing import OrganisationApproved
from common.ids import decode_id, encode_id, uuid7
from tests.service.filing.world import Filing, application, approval, codes, scope_entry

pytestmark = pytest.mark.asyncio(loop_scope="module")
ADMINISTRATOR = "organisation_administrator"


def request(**changes: Any) -> dict[str, Any]:
    """Level 2 from 2026 on, to the end of 2028."""
    return {
        "kind": "change",
        "scope": [scope_entry(levels=[5, 4, 3, 2])],
        "valid_from": "2026-01-01",
        "valid_to": "2028-12-31",
    } | changes


async def approved(shared: Filing) -> str:
    return encode_id("organisation", await shared.approved_organisation())


async def shown(shared: Filing, organisation: str, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = (await shared.get(f"/organisations/{organisation}{query}", role=None)).json()
    return found


# ── requests ─────────────────────────────────────────────────────────────────────────────────
async def test_a_granted_request_counts_from_its_day_and_the_old_scope_until_then(shared: Filing) -> None:
    organisation = await approved(shared)
    asked = await shared.keep(organisation, "scope-requests", request())
    assert (asked.status_code, asked.json()["number"], asked.json()["state"]) == (201, 2, "waiting")
    assert (await shown(shared, organisation))["scope"] == [scope_entry()]
    decided = await shared.post(f"/organisations/{organisation}/scope-requests/2/decision", {"approve": True})
    assert decided.status_code == 201, decided.text
    assert (await shown(shared, organisation, "?on=2025-12-31"))["scope"] == [scope_entry()]
    later = await shown(shared, organisation, "?on=2026-01-01")
    assert (later["scope"][0]["levels"], later["valid_to"]) == ([5, 4, 3, 2], "2028-12-31")
    assert (await shown(shared, organisation, "?on=2029-01-01"))["scope"] == []
    said = [
        event
        for event in await shared.said(OrganisationApproved)
        if isinstance(event, OrganisationApproved)
        and event.organisation_id == decode_id("organisation", organisation)
    ]
    assert [event.scope[0].levels for event in said] == [(5, 4, 3), (5, 4, 3, 2)]
    again = await shared.post(f"/organisations/{organisation}/scope-requests/2/decision", {"approve": True})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/state-conflict")


async def test_a_refused_request_leaves_the_scope_and_tells_why(shared: Filing) -> None:
    organisation = await approved(shared)
    await shared.keep(organisation, "scope-requests", request(kind="renewal"))
    waits = await shared.keep(organisation, "scope-requests", request())
    assert (waits.status_code, waits.json()["type"]) == (409, "/problems/duplicate")
    refused = {"approve": False, "reasons": ["考评员不足"]}
    answer = await shared.post(f"/organisations/{organisation}/scope-requests/2/decision", refused)
    assert (answer.status_code, answer.json()["state"]) == (201, "approved")
    listed = await shared.get(f"/organisations/{organisation}/scope-requests")
    states = [(line["kind"], line["state"], line["reasons"]) for line in listed.json()["items"]]
    assert states == [("renewal", "refused", ["考评员不足"]), ("application", "granted", [])]
    assert (await shared.keep(organisation, "scope-requests", request())).status_code == 201


async def test_the_mistakes_of_a_request_are_told_at_once(shared: Filing) -> None:
    organisation = await approved(shared)
    wrong = request(
        scope=[scope_entry(item_codes=["9-99-99-99"])], valid_from="2025-09-28", valid_to="2025-09-27"
    )
    answer = await shared.keep(organisation, "scope-requests", wrong)
    assert (answer.status_code, codes(answer)) == (
        422,
        [
            ("/valid_to", "validity-missing"),
            ("/scope/0/item_codes", "item-not-listed"),
            ("/valid_from", "retroactive"),
        ],
    )


async def test_who_asks_who_sees_and_who_decides(shared: Filing) -> None:
    organisation, other = await approved(shared), await shared.approved_organisation()
    path = f"/organisations/{organisation}/scope-requests"
    assert (await shared.post(path, request(), role=None)).status_code == 401
    assert (await shared.post(path, request(), role="result_recorder")).status_code == 403
    foreign = await shared.post(path, request(), role=ADMINISTRATOR, organisation_id=other)
    assert foreign.status_code == 404
    assert (await shared.keep(organisation, "scope-requests", request())).status_code == 201
    for about, status in (({"region": "320100"}, 200), ({"region": "320200"}, 404)):
        assert (await shared.get(path, role="centre_head", **about)).status_code == status
        waiting = await shared.get("/scope-requests", role="centre_head", **about)
        mine = [line for line in waiting.json()["items"] if line["organisation_id"] == organisation]
        assert len(mine) == (status == 200)
    assert (await shared.get(path, role=ADMINISTRATOR, organisation_id=other)).status_code == 404
    elsewhere = await shared.post(
        f"{path}/2/decision", {"approve": True}, role="centre_head", region="320200"
    )
    assert elsewhere.status_code == 404
    assert (await shared.post(f"{path}/1/decision", {"approve": True})).status_code == 404


async def test_an_application_is_approved_as_it_was_asked_for_and_only_as_it_was_seen(
    shared: Filing,
) -> None:
    asked = await shared.post("/organisations", application(scope=[scope_entry(levels=[5])]), role=None)
    path = f"/organisations/{asked.json()['id']}"
    decision = approval(scope=[])
    headers = shared.service.as_("authority", idempotency_key="new")
    late = await shared.client.post(
        f"/filing/v1{path}/decision", json=decision, headers=headers | {"If-Match": '"v7"'}
    )
    assert (late.status_code, late.headers["ETag"]) == (412, '"v1"')
    seen = await shared.client.post(
        f"/filing/v1{path}/decision",
        json=decision,
        headers=shared.service.as_("authority", idempotency_key="new") | {"If-Match": '"v1"'},
    )
    assert (seen.status_code, seen.json()["scope"][0]["levels"]) == (201, [5])
    assert seen.headers["ETag"] == '"v2"'


# ── registers ────────────────────────────────────────────────────────────────────────────────
async def test_a_further_register_is_told_and_stands_beside_the_first(shared: Filing) -> None:
    organisation = await approved(shared)
    more = approval()["register"]
    answer = await shared.post(f"/organisations/{organisation}/registers", more)
    assert answer.status_code == 201
    assert answer.json()["registers"][0] == more | {"province": "32"}
    assert len(answer.json()["registers"]) == 2
    (*_, told) = await shared.said(OrganisationApproved)
    assert isinstance(told, OrganisationApproved)
    assert told.register_code.site_serial == more["site_serial"]
    wrong = await shared.post(f"/organisations/{organisation}/registers", more | {"category": "S"})
    assert (wrong.status_code, codes(wrong)) == (422, [("/register/category", "register-category")])


# ── documents ────────────────────────────────────────────────────────────────────────────────
async def sent(shared: Filing, content: bytes, sha256: str) -> Any:
    headers = {"Content-Type": "application/pdf", "Idempotency-Key": str(uuid7()), "Accept-Language": "en"}
    return await shared.client.post(f"/filing/v1/documents?sha256={sha256}", content=content, headers=headers)


async def test_a_document_is_announced_then_sent_then_read_by_few(shared: Filing) -> None:
    content = b"%PDF-1.7 licence " + uuid7().bytes
    sha256 = hashlib.sha256(content).hexdigest()
    stranger = await sent(shared, content, sha256)
    assert (stranger.status_code, codes(stranger)) == (422, [("/sha256", "document-not-announced")])
    body = application(documents=[{"kind": "licence", "sha256": sha256}])
    organisation = (await shared.post("/organisations", body, role=None)).json()["id"]
    other = await sent(shared, content + b"!", sha256)
    assert (other.status_code, codes(other)) == (422, [("/sha256", "hash-mismatch")])
    assert [(await sent(shared, content, sha256)).status_code for _ in range(2)] == [201, 200]
    own = {"role": ADMINISTRATOR, "organisation_id": decode_id("organisation", organisation)}
    for about, status in (
        (own, 200),
        ({"role": "centre_head", "region": "320100"}, 200),
        ({"role": "centre_head", "region": "320200"}, 404),
        ({"role": ADMINISTRATOR, "organisation_id": uuid7()}, 404),
        ({"role": None}, 401),
    ):
        assert (await shared.get(f"/documents/{sha256}", **about)).status_code == status
    found = await shared.get(f"/documents/{sha256}", **own)
    assert found.content == content
    assert found.headers["Content-Disposition"].startswith("attachment")


# ── the directory ────────────────────────────────────────────────────────────────────────────
async def test_the_directory_finds_who_may_evaluate_what_where_and_when(shared: Filing) -> None:
    school = application(kind="school", name="南京技师学院", region="320106")
    register = approval()["register"] | {"category": "S"}
    parts = [
        scope_entry(levels=[5], regions=["320106"], modes=["school"]),
        scope_entry(levels=[1], regions=["320500"], modes=["social"]),
    ]
    decision = approval(scope=parts, register=register, valid_from="2030-01-01", valid_to="2030-12-31")
    await shared.approved_organisation(decision, **school)

    async def found(**query: Any) -> list[str]:
        asked = "&".join(f"{name}={value}" for name, value in ({"on": "2030-06-01"} | query).items())
        answer = await shared.get(f"/organisations?{asked}", role=None)
        assert answer.status_code == 200, answer.text
        return [line["name"] for line in answer.json()["items"]]

    assert await found() == ["南京技师学院"]
    assert await found(on="2031-01-01") == []
    assert await found(on="2029-12-31") == []
    assert await found(kind="school", item="6-18-02-04", level=5, region="320106") == ["南京技师学院"]
    assert await found(region="320100", level=5) == ["南京技师学院"]  # a county in this city
    assert await found(region="320505", level=1) == ["南京技师学院"]  # in the city of the scope
    assert await found(region="320505", level=5) == []  # each allowed, but not together
    assert await found(region="320200") == []
    assert await found(item="6-31-01-03") == []
    assert await found(kind="employer") == []
