"""PURE: whether a plan is in time and in shape (Art. 1, 4, 6, 7, 11–15, 18); all problems at once."""

from filing.plans.rules.dates import date_problems
from filing.plans.rules.draft import Assessment, Circumstances, Draft
from filing.plans.rules.items import item_problems
from filing.plans.rules.kinds import kind_problems, profile_problems
from filing.plans.rules.scope import agreement_problems, scope_problems
from filing.plans.rules.sessions import session_problems
from filing.plans.rules.team import examiner_problems


def check_plan(draft: Draft, known: Circumstances) -> Assessment:
    """All reasons why this plan cannot stand, in the order of its fields; none: it can be filed."""
    deadline = known.calendar.last_filing_day(draft.starts_on)
    earliest = known.calendar.earliest_start(known.filed_on)
    problems = (
        *kind_problems(draft, known),
        *item_problems(draft, known),
        *profile_problems(draft),
        *date_problems(draft, known, last_day=deadline.day, earliest=earliest.day),
        *scope_problems(draft, known),
        *agreement_problems(draft, known),
        *examiner_problems(draft, known),
        *session_problems(draft, known),
    )
    return Assessment(
        problems=problems,
        last_filing_day=deadline.day,
        earliest_start=earliest.day,
        provisional=deadline.provisional or earliest.provisional,
    )


def needs_new_notice(before: Draft, mended: Draft) -> bool:
    """Whether a mended plan is filed anew on the day of mending, or keeps the day of its first filing.

    What the public and the centre were told 15 working days ahead must still hold: the first day not earlier, no item
    or level added, the same county, kind, mode and entrustment (decision record 16). A later day, fewer items, other
    examiners, head counts, standards or texts need no new notice.
    """
    before_items = {(item.code, item.level) for item in before.items}
    return (
        mended.starts_on < before.starts_on
        or any((item.code, item.level) not in before_items for item in mended.items)
        or (mended.region, mended.kind, mended.mode) != (before.region, before.kind, before.mode)
        or mended.entrustment_id != before.entrustment_id
    )
