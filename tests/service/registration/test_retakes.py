"""Retakes over HTTP: the passed part of an earlier plan counts while it is valid (DOMAIN 3)."""

from datetime import date

from client.sample import people
from tests.service.registration.world import AFTER, EVALUATED_ON, Registration, score

WANG, LI, ZHANG = people(3, seed=7)
A_MONTH_LATER = date(2031, 11, 25)
AFTER_IT = "2031-11-26T09:00:00+08:00"


async def test_a_retake_counts_the_part_passed_before_and_says_where_it_is_from(
    registration: Registration,
) -> None:
    first = await registration.accepted("employer", starts_on=EVALUATED_ON)
    second = await registration.accepted("employer", starts_on=A_MONTH_LATER)
    await registration.be_at(AFTER)
    await registration.results(
        first, [score(WANG, skill=59), score(LI, misconduct="是"), score(ZHANG, theory=59, skill=59)]
    )
    earlier = (await registration.get(f"/plans/{first}/batches")).json()["items"][0]["id"]
    failed = (await registration.get(f"/batches/{earlier}/results")).json()["items"][0]["id"]

    await registration.be_at(AFTER_IT)
    part = {"theory": None, "skill": 60, "retake": "是"}
    rows = [score(WANG, **part), score(LI, **part), score(ZHANG, **part)]
    job = await registration.results(second, rows, "?on_invalid=accept_valid")
    assert job["result"]["accepted"] == 1
    assert await registration.mistakes(job) == [
        (2, "theory", "retake-part-not-passed"),
        (3, "theory", "retake-part-not-passed"),
    ]
    batch = job["result"]["batch_id"]
    (result,) = (await registration.get(f"/batches/{batch}/results")).json()["items"]
    assert (result["outcome"], result["theory"], result["skill"]) == ("passed", 80, 60)
    assert result["carried"] == [{"part": "theory", "result_id": failed}]
    again = await registration.results(second, rows[:1])
    assert (again["state"], again["errors"]) == ("completed", 0)
    assert len((await registration.get(f"/plans/{second}/batches")).json()["items"]) == 1
