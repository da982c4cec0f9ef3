"""Organisations apply, are approved within a scope or refused, and are found by everyone (Art. 12, 20, 21)."""

import asyncio
from uuid import UUID

from common.events.filing import OrganisationApproved
from common.ids import decode_id
from tests.service.filing.world import CONTACT, Filing, application, approval, codes, scope_entry


async def applied(filing: Filing, **changes: str) -> str:
    answer = await filing.post("/organisations", application(**changes), role=None)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def test_anyone_may_apply_and_see_how_the_application_stands(filing: Filing) -> None:
    asked = await filing.post("/organisations", application(), role=None)
    assert asked.status_code == 201
    assert asked.headers["Location"] == f"/filing/v1/organisations/{asked.json()['id']}"
    shown = await filing.get(f"/organisations/{asked.json()['id']}", role=None)
    assert (shown.status_code, shown.json()["state"]) == (200, "applied")
    assert (await filing.get("/organisations", role=None)).json()["items"] == []


async def test_an_approved_organisation_is_public_with_its_scope_and_register(filing: Filing) -> None:
    organisation = await applied(filing)
    decision = approval()
    answer = await filing.post(f"/organisations/{organisation}/decision", decision)
    assert answer.status_code == 201
    shown = (await filing.get(f"/organisations/{organisation}", role=None)).json()
    assert shown["state"] == "approved"
    assert shown["scope"] == [scope_entry()]
    assert shown["registers"] == [decision["register"] | {"province": "32"}]
    listed = (await filing.get("/organisations", role=None)).json()["items"]
    assert [entry["id"] for entry in listed] == [organisation]


async def test_an_approval_tells_the_other_services(filing: Filing) -> None:
    organisation = await filing.approved_organisation()
    (event,) = await filing.said(OrganisationApproved)
    assert isinstance(event, OrganisationApproved)
    assert event.organisation_id == organisation
    assert event.register_code.category == "Y"
    assert event.scope[0].levels == (5, 4, 3)


async def test_a_change_of_scope_is_a_new_fact_that_keeps_the_register(filing: Filing) -> None:
    organisation = await applied(filing)
    await filing.post(f"/organisations/{organisation}/decision", approval())
    wider = approval(scope=[scope_entry(levels=[5, 4, 3, 2])], register=None)
    answer = await filing.post(f"/organisations/{organisation}/decision", wider)
    assert answer.status_code == 201
    assert answer.json()["scope"][0]["levels"] == [5, 4, 3, 2]
    first, second = await filing.said(OrganisationApproved)
    assert isinstance(first, OrganisationApproved)
    assert isinstance(second, OrganisationApproved)
    assert first.register_code == second.register_code
    assert (await filing.rows())["organisation_decision"] == 2


async def test_one_code_is_one_organisation(filing: Filing) -> None:
    body = application()
    await filing.post("/organisations", body, role=None)
    again = await filing.post("/organisations", body | {"name": "另一家公司"}, role=None)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/duplicate")


async def test_two_applications_at_once_make_one_organisation(filing: Filing) -> None:
    body = application()
    answers = await asyncio.gather(*(filing.post("/organisations", body, role=None) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert (await filing.rows())["organisation"] == 1


async def test_a_refused_organisation_learns_why_and_may_apply_again(filing: Filing) -> None:
    body = application()
    organisation = (await filing.post("/organisations", body, role=None)).json()["id"]
    refused = {"approve": False, "reasons": ["场地不符合要求"]}
    answer = await filing.post(f"/organisations/{organisation}/decision", refused)
    assert (answer.status_code, answer.json()["reasons"]) == (201, ["场地不符合要求"])
    again = await filing.post("/organisations", body | {"name": "长江机械(新址)"}, role=None)
    assert again.status_code == 201
    assert (again.json()["id"], again.json()["state"]) == (organisation, "applied")
    assert await filing.said(OrganisationApproved) == []


async def test_a_decision_is_not_taken_back_by_a_refusal(filing: Filing) -> None:
    organisation = await applied(filing)
    await filing.post(f"/organisations/{organisation}/decision", approval())
    refused = {"approve": False, "reasons": ["x"]}
    answer = await filing.post(f"/organisations/{organisation}/decision", refused)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/state-conflict")


async def test_a_site_serial_belongs_to_one_organisation(filing: Filing) -> None:
    decision = approval()
    await filing.approved_organisation(decision)
    other = await applied(filing)
    answer = await filing.post(f"/organisations/{other}/decision", decision)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/register-taken")
    assert (await filing.get(f"/organisations/{other}", role=None)).json()["state"] == "applied"


async def test_mistakes_of_an_application_are_told_without_repeating_them(filing: Filing) -> None:
    wrong = application(uscc="91321300MA1X2Y3K4A", region="310104")
    answer = await filing.post("/organisations", wrong, role=None)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    assert codes(answer) == [("/uscc", "uscc-checksum"), ("/region", "region-unknown")]
    assert "91321300MA1X2Y3K4A" not in answer.text


async def test_a_scope_holds_items_of_the_list_only(filing: Filing) -> None:
    organisation = await applied(filing)
    decision = approval(scope=[scope_entry(item_codes=["9-99-99-99"])])
    answer = await filing.post(f"/organisations/{organisation}/decision", decision)
    assert (answer.status_code, codes(answer)) == (422, [("/scope/0/item_codes", "item-not-listed")])


async def test_who_may_decide_on_an_organisation(filing: Filing) -> None:
    organisation = await applied(filing)
    path = f"/organisations/{organisation}/decision"
    assert (await filing.post(path, approval(), role=None)).status_code == 401
    filer = await filing.post(path, approval(), role="plan_filer", organisation_id=UUID(int=1))
    assert filer.status_code == 403
    elsewhere = await filing.post(path, approval(), role="centre_head", region="320200")
    assert elsewhere.status_code == 404
    here = await filing.post(path, approval(), role="centre_head", region="320100")
    assert here.status_code == 201


async def test_each_centre_sees_the_applications_of_its_region(filing: Filing) -> None:
    organisation = await applied(filing)
    here = await filing.get("/organisation-applications", role="centre_head", region="320100")
    elsewhere = await filing.get("/organisation-applications", role="centre_head", region="320200")
    assert [entry["id"] for entry in here.json()["items"]] == [organisation]
    assert elsewhere.json()["items"] == []
    assert (await filing.get("/organisation-applications", role=None)).status_code == 401


async def test_the_person_to_ask_is_sealed_at_rest(filing: Filing) -> None:
    organisation = await applied(filing)
    stored = await filing.everything_stored()
    assert str(decode_id("organisation", organisation)) in stored
    assert CONTACT["name"] not in stored
    assert CONTACT["phone"] not in stored


async def test_an_unknown_organisation_is_not_found(filing: Filing) -> None:
    answer = await filing.get("/organisations/organisation_00000000000000000000000001", role=None)
    assert answer.status_code == 404
