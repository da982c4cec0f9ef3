"""Results in the candidate's own view: with the marks, the reasons, and only once they are recorded."""

import json

from sqlalchemy import text

from client.sample import people
from common.events.certificate import CertificateStatus
from common.identifiers.names import mask_name
from tests.service.registration.certificates import certified, change_status, revoke
from tests.service.registration.test_corrections import PDF, SHA256, Desk
from tests.service.registration.test_sessions import notices, seated, sitting
from tests.service.registration.visits import Visitor
from tests.service.registration.world import AFTER, EVALUATED_ON, Registration, entry, score
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=59)


async def test_a_result_is_shown_with_its_marks_and_why_it_came_to_that(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG), entry(LI)])
    await registration.review(plan, approve_all=True)
    await registration.be_at(AFTER)
    job = await registration.results(
        plan, [score(WANG, skill=59.5, remark="迟到五分钟"), score(LI)], "?on_invalid=accept_valid"
    )
    assert job["result"]["accepted"] == 2
    visitor = Visitor(registration)
    _, token = await visitor.opened(WANG)
    (result,) = (await visitor.me(token)).json()["results"]
    assert (result["outcome"], result["theory"], result["skill"], result["review"]) == (
        "failed",
        80,
        59.5,
        None,
    )
    assert result["plan"]["id"] == plan
    assert [one["en"] for one in result["reasons"]] == ["Mark for skill below the pass mark 60."]
    assert result["remark"] == "迟到五分钟"
    _, token = await visitor.opened(LI)
    (result,) = (await visitor.me(token)).json()["results"]
    assert (result["outcome"], result["remark"]) == ("passed", None)
    asked = await visitor.ask(token, result_id=result["id"], text="理论成绩应为 90 分。")
    assert asked.json()["subject_id"] == result["id"]
    (seen,) = (await registration.get(f"/plans/{plan}/correction-requests", "centre_reviewer")).json()[
        "items"
    ]
    assert (seen["subject"], seen["name"]) == ("result", mask_name(LI.name))


async def test_a_person_who_was_forgotten_has_no_record(registration: Registration) -> None:
    await registration.roster(await registration.accepted("social"), [entry(WANG)])
    visitor = Visitor(registration)
    _, token = await visitor.opened(WANG)
    candidate = (await visitor.me(token)).json()["registrations"][0]["id"]
    asked = await visitor.ask(token, candidate_id=candidate, text="姓名有误。")
    async with owner_connection(registration.service.database_url) as connection:
        await connection.execute(text("DELETE FROM person_key"))
    refused = await visitor.me(token)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/not-found")
    again = await visitor.ask(token, candidate_id=candidate, text="姓名有误。")
    path = f"/correction-requests/{asked.json()['id']}/answer"
    answer = json.dumps({"accepted": True, "answer": "将更正。"})
    answered = await registration.post(path, "centre_reviewer", answer)
    assert (again.status_code, answered.status_code) == (404, 404)
    listed = await registration.get(f"/plans/{asked.json()['plan_id']}/correction-requests")
    assert [(one["name"], one["text"]) for one in listed.json()["items"]] == [("***", "")]


async def test_a_corrected_result_shows_what_it_says_now_and_what_it_said(registration: Registration) -> None:
    desk = await recorded(registration)
    (first, _) = desk.results
    asked = await desk.ask(first, marks={"theory": 80, "skill": 59.5, "ethics_passed": True})
    assert (await desk.decide(asked)).status_code == 201
    visitor = Visitor(registration)
    _, token = await visitor.opened(WANG)
    (result,) = (await visitor.me(token)).json()["results"]
    assert (result["version"], result["outcome"], result["skill"]) == (2, "failed", 59.5)
    assert [one["en"] for one in result["reasons"]] == ["Mark for skill below the pass mark 60."]
    assert [(one["version"], one["outcome"], one["skill"]) for one in result["earlier"]] == [
        (1, "passed", 75.5)
    ]


async def test_a_result_that_was_another_persons_is_shown_to_the_right_one_alone(
    registration: Registration,
) -> None:
    desk = await recorded(registration)
    (first, _) = desk.results
    named = {"name": ZHANG.name, "id_number": ZHANG.id_number}
    proof = {"kind": "police_document", "sha256": SHA256}
    assert (await desk.decide(await desk.ask(first, identity=named, evidence=proof))).status_code == 201
    visitor = Visitor(registration)
    _, token = await visitor.opened(ZHANG)
    me = (await visitor.me(token)).json()
    assert (me["identity"]["name"], me["results"][0]["id"]) == (ZHANG.name, first)
    assert (me["results"][0]["remark"], me["results"][0]["earlier"]) == (None, [])
    _, token = await visitor.opened(WANG)
    assert first not in (await visitor.me(token)).text


async def test_whoever_may_sit_sees_number_and_seat(registration: Registration) -> None:
    plan = await registration.accepted("social", sessions=(sitting(1, seats=2),))
    await registration.roster(plan, [entry(WANG)])
    await registration.review(plan, approve_all=True)
    await seated(registration, plan, 1)
    ((number, _, _),) = await notices(registration, plan)
    visitor = Visitor(registration)
    _, token = await visitor.opened(WANG)
    (found,) = (await visitor.me(token)).json()["registrations"]
    assert [one["act"] for one in found["review"]] == ["approved"]
    admission = found["admission"]
    assert (admission["number"], admission["room"], admission["seat"]) == (number, "一号考场", 1)
    assert admission["starts_at"] == f"{EVALUATED_ON}T09:00:00+08:00"


async def test_certificates_are_shown_with_their_state(registration: Registration) -> None:
    await registration.be_at(AFTER)
    mine, theirs = await certified(registration, WANG, LI)
    await revoke(registration, theirs)
    visitor = Visitor(registration)
    for person, number, state in ((WANG, mine, "valid"), (LI, theirs, "revoked")):
        _, token = await visitor.opened(person)
        me = (await visitor.me(token)).json()
        (found,) = me["certificates"]
        assert (found["number"], found["state"]) == (number, state)
        assert found["result_id"] == me["results"][0]["id"]


async def test_a_certificate_revoked_among_many_counts_no_more_until_an_appeal_is_upheld(
    registration: Registration,
) -> None:
    await registration.be_at(AFTER)
    (number,) = await certified(registration, WANG)
    visitor = Visitor(registration)
    _, token = await visitor.opened(WANG)
    seen = []
    changes: tuple[CertificateStatus, ...] = ("suspended", "revoked", "superseded", "valid")
    for status in changes:
        await change_status(registration, number, status)
        seen.append((await visitor.me(token)).json()["certificates"][0]["state"])
    assert seen == ["valid", "revoked", "revoked", "valid"]


async def recorded(registration: Registration) -> Desk:
    """An employer's batch of two people, and evidence on which a correction may rest."""
    plan = await registration.accepted("employer")
    await registration.post(f"/plans/{plan}/evidence", "plan_filer", PDF, "application/pdf")
    await registration.be_at(AFTER)
    await registration.results(plan, [score(WANG, remark="迟到五分钟"), score(LI)])
    batch = (await registration.get(f"/plans/{plan}/batches")).json()["items"][0]["id"]
    items = (await registration.get(f"/batches/{batch}/results")).json()["items"]
    return Desk(registration, plan, [item["id"] for item in items])
