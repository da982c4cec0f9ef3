"""A correction on a whole platform: asked by the body, decided by the centre, followed by the certificate."""

from typing import Any

from client import certificate, journey, registration, results, sample
from client.platform import Platform
from tests.support.evaluations import LEVEL, ended_evaluation
from tests.support.stack import Stack

MINUTES = b"%PDF-1.7\nminutes of the examiners\n%%EOF\n"
REASON = "录入时姓名写错一字,已附公安机关证明"


def test_a_certificate_follows_the_correction_of_its_result(stack: Stack) -> None:
    """Of two passed workers one is renamed and the other fails: reissued under its number, and revoked."""
    ended = ended_evaluation(stack, headcount=2, seed=8383)
    recorder, head, plan_id = ended.body.recorder, ended.centre.head, ended.plan.id
    crowd = sample.people(2, seed=8383)
    passed = {"理论成绩": 80, "技能成绩": 80, "缺考": None}
    rows = [row | passed for row in sample.result_rows(crowd, level=LEVEL, evaluated_on=ended.plan.ends_on)]
    upload = registration.upload_results(plan_id, sample.as_xlsx(rows), registration.XLSX)
    job = journey.finish_job(recorder, journey.eventually(recorder, upload))
    assert job.result is not None
    journey.supervise(ended.centre, plan_id, head_count=2)
    journey.wait_for_certificates(head, plan_id, 2)
    listed = recorder.send(registration.list_results(job.result["batch_id"])).items
    issued = {one.number: one.code for one in head.send(certificate.list_certificates(plan_id=plan_id)).items}
    evidence = ended.body.filer.send(registration.keep_evidence(plan_id, MINUTES, "application/pdf"))

    renamed = {"name": f"欧阳{crowd[0].name[-1]}", "id_number": crowd[0].id_number}
    _correct(recorder, head, listed[0].id, evidence.sha256, identity=renamed)
    _correct(recorder, head, listed[1].id, evidence.sha256, marks={"absent": True})

    found = [_state(stack, code, until={"superseded", "revoked"}) for code in issued.values()]
    assert sorted(found) == ["revoked", "superseded"]
    (reissued,) = (
        one
        for one in head.send(certificate.list_certificates(plan_id=plan_id)).items
        if one.code != issued[one.number]
    )
    assert stack.public.send(certificate.verify(code=reissued.code)).state == "valid"
    assert (
        stack.public.send(certificate.verify(number=reissued.number, name=renamed["name"])).state == "valid"
    )


def _correct(recorder: Platform, head: Platform, result_id: str, sha256: str, **what: Any) -> None:
    request = results.request_correction(
        result_id, reason=REASON, evidence_kind="police_document", evidence_sha256=sha256, **what
    )
    asked = recorder.send(request)
    decided = head.send(results.decide_correction(asked.id, approve=True, reason="经核对,属实"))
    assert (decided.state, decided.version) == ("approved", 2)


def _state(stack: Stack, code: str, *, until: set[str]) -> str:
    """What verification says of a code once the correction has arrived."""
    call = certificate.verify(code=code)
    return str(journey.eventually(stack.public, call, lambda found: found.state in until).state)
