"""The evidence that a verdict shows beside itself: from the standard to the issue, step by step (Art. 12, 17, 18)."""

from collections.abc import Iterator
from datetime import date

from certificate.verification.domain import Ground
from certificate.verification.frame import both
from certificate.verification.schemas import VerifiedCertificateOut
from common.clock import SHANGHAI
from common.errors import Bilingual
from common.workdays import WorkCalendar


def chain_card(ground: Ground, certificate: VerifiedCertificateOut, calendar: WorkCalendar) -> str:
    """What the certificate rests on. A step that is not known is left out, never guessed."""
    steps = (*_before(ground, calendar), *_after(ground, certificate))
    items = "".join(f"<li>{both(step)}</li>" for step in steps)
    heading = both(Bilingual("这份证书的依据", "What this certificate rests on"))
    return f'<section class="card"><h2>{heading}</h2><ol class="chain">{items}</ol></section>'


def _before(ground: Ground, calendar: WorkCalendar) -> Iterator[Bilingual]:
    """Standard, accreditation, plan."""
    if ground.standard is not None:
        yield Bilingual(f"评价标准：{ground.standard}", f"Standard: {ground.standard}")
    if ground.accredited is not None:
        first, last = ground.accredited
        yield Bilingual(
            f"评价机构备案范围含本职业和等级，有效期{day_zh(first)}至{day_zh(last)}",
            f"The body was accredited for this occupation and level from {first} to {last}",
        )
    if ground.plan_number is not None and ground.filed_on is not None and ground.starts_on is not None:
        ahead = calendar.workdays_between(ground.filed_on, ground.starts_on)
        yield Bilingual(
            f"评价方案 {ground.plan_number}：{day_zh(ground.filed_on)}备案，提前{ahead}个工作日，"
            f"{day_zh(ground.starts_on)}开展评价",
            f"Plan {ground.plan_number}: filed on {ground.filed_on}, {ahead} working days ahead; "
            f"evaluation from {ground.starts_on}",
        )


def _after(ground: Ground, certificate: VerifiedCertificateOut) -> Iterator[Bilingual]:
    """Roster, batch, recognition, issue."""
    if ground.candidates is not None:
        yield Bilingual(
            f"考生名册：{ground.candidates}人审核通过", f"Roster: {ground.candidates} candidates approved"
        )
    if ground.results is not None:
        rows, passed = ground.results
        yield Bilingual(
            f"成绩批次：{rows}人参评，{passed}人合格", f"Batch of results: {rows} evaluated, {passed} passed"
        )
    if ground.recognised_at is not None:
        day = ground.recognised_at.astimezone(SHANGHAI).date()
        yield Bilingual(f"{day_zh(day)}评价结果经认定", f"Results recognised on {day}")
    yield Bilingual(
        f"{day_zh(certificate.issued_on)}签发，签名密钥 {certificate.kid}",
        f"Issued on {certificate.issued_on}, signed with key {certificate.kid}",
    )


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
