"""The chain of evidence on the page: from the standard to the issue, as the other services told it."""

from datetime import date

from certificate.evidence.consumers import HANDLERS
from common.events import Event
from common.events.filing import OrganisationApproved, ScopeEntry
from common.events.registration import RosterReviewed
from tests.service.certificate.world import ELECTRICIAN, PLAN, Certificates, Person, organisation, recorded


def approved(first: date, last: date, item: str = ELECTRICIAN, level: int = 3) -> OrganisationApproved:
    entry = ScopeEntry(item_codes=(item,), levels=(level, 4), regions=("320000",), modes=("enterprise",))
    return organisation(scope=(entry,), valid_from=first, valid_to=last)


async def test_the_page_shows_every_step_that_a_certificate_rests_on(certificates: Certificates) -> None:
    batch_id = await certificates.recognised_batch([Person("王𬭩")])
    (certificate,) = await certificates.issued(1, batch_id)
    facts: list[Event] = [
        approved(date(2045, 1, 1), date(2047, 12, 31)),
        approved(date(2046, 6, 1), date(2049, 5, 31), item="4-07-05-04"),
        approved(date(2046, 6, 2), date(2049, 5, 31), level=5),
        approved(date(2046, 11, 3), date(2049, 5, 31)),
        RosterReviewed(plan_id=PLAN, approved=9, refused=1, pending=3),
        RosterReviewed(plan_id=PLAN, approved=12, refused=1, pending=0),
        RosterReviewed(plan_id=PLAN, approved=9, refused=1, pending=3),
        recorded(batch_id, rows=1),
    ]
    async with certificates.unit_of_work() as uow:
        for event in (*facts, *facts):
            await HANDLERS[type(event)](uow, event)
        await uow.commit()
    page = (await certificates.client.get(f"/V/{certificate.code.rpartition('/')[2]}")).text
    steps = [
        "评价标准：电工国家职业技能标准",
        "有效期2045年1月1日至2047年12月31日",
        "评价方案 JS-320104-2046-000012：2046年10月9日备案",
        "12人审核通过",
        "1人参评，1人合格",
        "2046年11月20日评价结果经认定",
        "2046年11月20日签发",
    ]
    found = [page.index(step) for step in steps]
    assert found == sorted(found)
