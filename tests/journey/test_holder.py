"""A worker's own certificates on a whole platform: one code, sent by registration, opens them at certificate."""

import re
from datetime import datetime

import httpx

from client import candidates, certificate, holders, journey, registration, sample
from client.platform import Platform
from tests.support.evaluations import LEVEL, ended_evaluation
from tests.support.stack import Stack


def test_with_a_code_a_worker_sees_prints_and_shares_the_own_certificate(stack: Stack) -> None:
    ended = ended_evaluation(stack, headcount=1, seed=5858)
    recorder, plan_id = ended.body.recorder, ended.plan.id
    (worker,) = sample.people(1, seed=5858)
    (row,) = sample.result_rows([worker], level=LEVEL, evaluated_on=ended.plan.ends_on)
    sheet = sample.as_xlsx([row | {"理论成绩": 80, "技能成绩": 80, "缺考": None}])
    job = journey.eventually(recorder, registration.upload_results(plan_id, sheet, registration.XLSX))
    journey.finish_job(recorder, job)
    journey.supervise(ended.centre, plan_id, head_count=1)
    journey.wait_for_certificates(ended.centre.head, plan_id, 1)
    (issued,) = ended.centre.head.send(certificate.list_certificates(plan_id=plan_id)).items

    token = _signed_in(stack, recorder, worker)
    (own,) = stack.public.send(holders.own_certificates(token)).certificates
    assert (own.number, own.holder, own.code) == (issued.number, worker.name, issued.code)
    assert stack.public.send(holders.own_pdf(token, own.number)).startswith(b"%PDF-")
    assert stack.public.send(holders.reprint_own(token, own.number)).serial == 2
    told = ended.centre.head.send(certificate.list_sheets(own.number)).items
    assert [(sheet.serial, sheet.purpose, sheet.printed_by) for sheet in told] == [
        (1, "first", "holder"),
        (2, "lost", "holder"),
    ]
    link = stack.public.send(holders.share(token, own.number, fields=["name"], days=1))
    assert isinstance(link.expires_at, datetime)
    page = httpx.get(link.url)
    assert (page.status_code, worker.name in page.text, own.number in page.text) == (200, True, False)


def _signed_in(stack: Stack, recorder: Platform, worker: sample.Person) -> str:
    """The token for the code; a sandbox keeps what it would send, here under the session for want of a number."""
    asked = stack.public.send(candidates.ask_for_code(worker.id_number, worker.name))

    def sent(found: object) -> bool:
        return any(one.address == asked.id for one in found.items)  # type: ignore[attr-defined]

    notices = journey.eventually(recorder, candidates.notices(), sent)
    (text,) = (one.text for one in notices.items if one.address == asked.id)
    (code,) = set(re.findall(r"[0-9]{8}", text))  # in Chinese, and in English
    return stack.public.send(candidates.exchange_code(asked.id, code)).token
