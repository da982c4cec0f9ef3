"""Results after the time limit: refused with what to do, let in by a named officer, and told as late (Art. 17)."""

import json
from datetime import date

from client.sample import people
from common.events.catalog import CalendarPublished
from common.events.registration import BatchRecorded, ResultsAdmittedLate
from tests.service.registration.world import AFTER, Registration, as_json, score

WANG, LI = people(2, seed=7)
# The evaluation ended on Saturday 2031-10-25; the tenth working day after it is Friday 11-07 (no day off in this year).
LATE = "2031-11-10T09:00:00+08:00"
YEAR = CalendarPublished(
    year=2031,
    edition=1,
    days_off=(date(2031, 10, 1),),
    makeup_days=(),
    notice="关于2031年部分节假日安排的通知",
    document_number="国办发明电〔2030〕7号",
    published_on=date(2030, 11, 4),
)
REASON = "台风停电,考点机房三日内无法登记"


async def test_late_results_need_an_officers_admission_and_their_batch_says_so(
    registration: Registration,
) -> None:
    await registration.hear(YEAR)
    plan = await registration.accepted("employer")
    await registration.be_at(AFTER)
    await registration.results(plan, [score(WANG)])
    await registration.be_at(LATE)
    counts = await registration.service.row_counts()

    refused = await registration.post(f"/plans/{plan}/results", "result_recorder", as_json([score(LI)]))
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/problems/deadline-passed")
    assert (problem["last_day"], problem["ended_on"]) == ("2031-11-09", "2031-10-25")
    assert await registration.service.row_counts() == counts

    path = f"/plans/{plan}/late-entries"
    body = json.dumps({"until": "2031-11-12", "reason": REASON})
    for role in ("result_recorder", "centre_reviewer"):
        assert (await registration.post(path, role, body)).status_code == 403
    elsewhere = await registration.post(path, "centre_head", body, region="320500")
    assert elsewhere.status_code == 404
    past = await registration.post(
        path, "centre_head", json.dumps({"until": "2031-11-09", "reason": REASON}), region="320106"
    )
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (422, "/until")
    admitted = await registration.post(path, "centre_head", body, region="320106")
    assert admitted.status_code == 201, admitted.text

    listed = (await registration.get("/late-entries", role=None)).json()["items"]
    assert [(one["id"], one["plan_id"], one["reason"]) for one in listed] == [
        (admitted.json()["id"], plan, REASON)
    ]
    (told,) = await registration.said(ResultsAdmittedLate)
    assert (told.reason, told.until) == (REASON, date(2031, 11, 12))

    job = await registration.results(plan, [score(LI)])
    assert job["state"] == "completed"
    in_time, late = await registration.said(BatchRecorded)
    assert (in_time.late, in_time.days_late, in_time.admitted_late) == (False, 0, None)
    assert (late.late, late.days_late, late.last_day) == (True, 1, date(2031, 11, 9))
    assert (late.workdays_allowed, late.received_on) == (10, date(2031, 11, 10))
    assert (late.admitted_late.admission_id, late.admitted_late.reason) == (told.admission_id, REASON)
    batches = (await registration.get(f"/plans/{plan}/batches")).json()["items"]
    assert [one["timeliness"]["days_late"] for one in batches] == [0, 1]
    assert batches[0]["timeliness"]["admission"] is None
    assert batches[1]["timeliness"]["admission"]["id"] == admitted.json()["id"]
