"""A year of the calendar is announced: provisional deadlines are decided anew and their owners told (Art. 18(1))."""

from datetime import date
from uuid import UUID

from common.events.catalog import CalendarPublished
from common.events.filing import PlanDeadlineDecided
from common.workdays import official_calendar
from filing.deadlines.domain import Deadline, decide
from tests.service.filing.world import Filing, plan

FILED_AT = "2026-12-08T10:00:00+08:00"


def announced(*days_off: str, edition: int = 1) -> CalendarPublished:
    """A calendar of 2027 made up for the test."""
    return CalendarPublished(
        year=2027,
        edition=edition,
        days_off=tuple(date.fromisoformat(day) for day in ("2027-01-01", *days_off)),
        makeup_days=(),
        notice="关于2027年部分节假日安排的通知",
        document_number="国办发明电〔2026〕7号",
        published_on=date(2026, 12, 9),
    )


async def test_a_plan_filed_in_time_stays_in_time_and_is_no_longer_provisional(
    filing: Filing, employer: UUID
) -> None:
    await filing.be_at(FILED_AT)
    body = plan(starts_on="2027-01-12", ends_on="2027-01-13")
    sent = (await filing.post("/plans", body, role="plan_filer", organisation_id=employer)).json()
    assert sent["deadline_provisional"] is True
    await filing.hear(announced())
    found = (await filing.get(f"/plans/{sent['id']}", role="plan_filer", organisation_id=employer)).json()
    assert (found["deadline_provisional"], found["deadline_missed"]) == (False, False)
    assert (found["last_filing_day"], found["state"]) == ("2026-12-21", "filed")
    (event,) = await filing.said(PlanDeadlineDecided)
    assert isinstance(event, PlanDeadlineDecided)
    assert (event.provisional, event.missed, event.calendar_year) == (False, False, 2027)
    await filing.hear(announced())
    assert len(await filing.said(PlanDeadlineDecided)) == 1


async def test_a_plan_that_turns_out_late_is_flagged_and_never_cancelled(
    filing: Filing, employer: UUID
) -> None:
    """Filed on its last provisional day, and then the State Council frees two more days."""
    await filing.be_at("2026-12-21T10:00:00+08:00")
    body = plan(starts_on="2027-01-12", ends_on="2027-01-13")
    sent = (await filing.post("/plans", body, role="plan_filer", organisation_id=employer)).json()
    await filing.hear(announced("2027-01-04", "2027-01-05"))
    found = (await filing.get(f"/plans/{sent['id']}", role="plan_filer", organisation_id=employer)).json()
    assert (found["state"], found["deadline_missed"], found["last_filing_day"]) == (
        "filed",
        True,
        "2026-12-17",
    )
    (event,) = await filing.said(PlanDeadlineDecided)
    assert isinstance(event, PlanDeadlineDecided)
    assert (event.missed, event.earliest_start) == (True, date(2027, 1, 14))


def test_an_accepted_plan_was_in_time_and_stays_so() -> None:
    calendar = official_calendar().with_year(
        2027, days_off=[date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5)], makeup_days=[]
    )
    starts_on, filed_on = date(2027, 1, 12), date(2026, 12, 21)
    found = {
        state: decide(state, starts_on=starts_on, filed_on=filed_on, calendar=calendar)
        for state in ("filed", "accepted")
    }
    assert found == {
        "filed": Deadline(date(2026, 12, 17), provisional=False, missed=True),
        "accepted": Deadline(date(2026, 12, 17), provisional=False, missed=False),
    }
