"""Which changes of an accepted plan need 15 new working days (decision record 41)."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from filing.amendments.domain import NEEDS_NEW_NOTICE, Change, NothingChanged, changes, need_new_notice
from filing.plans.domain import needs_new_notice
from filing.plans.rules.draft import Draft, PlannedExaminer, PlannedItem
from tests.unit.filing.factories import session

ITEM = PlannedItem("6-18-02-04", 4, uuid4(), 40)
PLAN = Draft(
    kind="employer",
    mode="enterprise",
    items=(ITEM, replace(ITEM, level=3)),
    methods=("skill_exam",),
    weights={"ability": 60, "performance": 40},
    gates_ethics=True,
    region="320104",
    starts_on=date(2025, 10, 25),
    ends_on=date(2025, 10, 26),
    examiners=(PlannedExaminer("32KP0001", True), PlannedExaminer("32KP0002", False)),
    recorder_account_id=None,
)
CASES: list[tuple[Change, Draft]] = [
    ("first_day_earlier", replace(PLAN, starts_on=date(2025, 10, 24))),
    ("first_day_later", replace(PLAN, starts_on=date(2025, 10, 26))),
    ("last_day_moved", replace(PLAN, ends_on=date(2025, 10, 27))),
    ("item_or_level_added", replace(PLAN, items=(*PLAN.items, replace(ITEM, level=5)))),
    ("item_or_level_removed", replace(PLAN, items=(ITEM,))),
    ("region_changed", replace(PLAN, region="320106")),
    ("kind_or_mode_changed", replace(PLAN, kind="social", mode="social")),
    ("entrustment_changed", replace(PLAN, entrustment_id=uuid4())),
    (
        "examiners_changed",
        replace(PLAN, examiners=(PLAN.examiners[0], PlannedExaminer("32KP0003", False))),
    ),
    ("sessions_changed", replace(PLAN, sessions=(session(),))),
    ("assessment_changed", replace(PLAN, methods=("skill_exam", "opinion_poll"))),
    ("particulars_changed", PLAN),
]


@pytest.mark.parametrize(("change", "amended"), CASES)
def test_each_change_is_found_and_weighed_as_the_table_says(change: Change, amended: Draft) -> None:
    found = changes(PLAN, amended, same_text=False)
    assert found == (change,)
    assert need_new_notice(found) is NEEDS_NEW_NOTICE[change]
    assert need_new_notice(found) is needs_new_notice(PLAN, amended)  # as for a plan that is mended


def test_the_table_names_every_change() -> None:
    assert {change for change, _ in CASES} == set(NEEDS_NEW_NOTICE)


def test_an_amendment_that_changes_nothing_is_refused() -> None:
    with pytest.raises(NothingChanged):
        changes(PLAN, PLAN, same_text=True)
