"""What differs between the list on two days, and that a way through days between leads to the same."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from catalog.comparisons.domain import Changed, compare_lists
from catalog.items.domain import Item, Version

EDITION = UUID("01936f3c-5a2e-7c41-9d3e-0123456789ab")
List = dict[str, Version]


def standing(*items: Item) -> List:
    return {
        item.code: Version(item, date(2020, 1, 1), EDITION, "imported", datetime(2020, 1, 1, tzinfo=UTC))
        for item in items
    }


WELDER = Item("6-18-02-04", "焊工", "national_qualification", (5, 4, 3), True, "焊工")


def differences(before: Item, after: Item) -> tuple[str, ...]:
    (changed,) = compare_lists(standing(before), standing(after), {})
    return changed.differences


def test_the_same_list_differs_in_nothing() -> None:
    assert compare_lists(standing(WELDER), standing(WELDER), {}) == ()


def test_everything_that_is_otherwise_is_named() -> None:
    dropped = Item("6-18-02-04", "电焊工", "skill_level", (5, 4, 3, 2))
    assert differences(WELDER, dropped) == ("track", "renamed", "levels", "admission", "national_item")


def test_an_item_that_left_says_what_it_goes_on_as_and_one_that_came_is_new() -> None:
    new = Item("6-18-02-05", "新焊工", "skill_level")
    found = compare_lists(standing(WELDER), standing(new), {WELDER.code: (new.code,)})
    assert [(change.code, change.differences, change.went_on_as) for change in found] == [
        (WELDER.code, ("left",), (new.code,)),
        (new.code, ("added",), ()),
    ]


items = st.builds(
    Item,
    code=st.sampled_from(["1", "2", "3", "4"]),
    name=st.sampled_from("甲乙"),
    track=st.sampled_from(["skill_level", "special_ability"]),
    levels=st.sampled_from([(5, 4), (5,)]),
)
lists = st.lists(items, max_size=4).map(lambda found: standing(*found))


def applied(to: List, changes: tuple[Changed, ...]) -> List:
    """The list after these changes, done one by one."""
    after = dict(to)
    for change in changes:
        if change.after is None:
            del after[change.code]
        else:
            after[change.code] = change.after
    return after


@given(first=lists, between=lists, last=lists)
def test_the_way_through_an_edition_between_leads_to_what_is_told_at_once(
    first: List, between: List, last: List
) -> None:
    halfway = applied(first, compare_lists(first, between, {}))
    assert applied(halfway, compare_lists(between, last, {})) == last
    assert applied(first, compare_lists(first, last, {})) == last


@given(first=lists, last=lists)
def test_the_other_way_round_is_the_inverse(first: List, last: List) -> None:
    there, back = compare_lists(first, last, {}), compare_lists(last, first, {})
    assert [(one.code, one.before, one.after) for one in there] == [
        (one.code, one.after, one.before) for one in back
    ]
