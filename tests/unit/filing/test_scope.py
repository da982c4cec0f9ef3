"""What an organisation may evaluate, from when until when; applications, approvals, refusals (Art. 12)."""

from datetime import date
from typing import Any, get_args

import pytest

from common.events.filing import OrganisationKind
from filing.organisations.checks import check_application, check_approval, check_refusal, check_request
from filing.organisations.domain import (
    MODES_OF,
    REGISTER_CATEGORY,
    TRANSITIONS,
    Approval,
    Register,
    scope_on,
)
from tests.unit.filing.factories import WELDER, part, scope

USCC = "91320100MA1N0ABC5R"  # synthetic, with right check characters
FIRST = scope(number=1, valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
NARROWER = scope(part(levels=(5,)), number=2, valid_from=date(2025, 7, 1), valid_to=date(2025, 9, 30))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), 1),
        (date(2025, 6, 30), 1),
        (date(2025, 7, 1), 2),
        (date(2025, 9, 30), 2),
        (date(2025, 10, 1), None),
    ],
    ids=str,
)
def test_the_newest_approval_that_has_begun_counts_while_it_lasts(day: date, expected: int | None) -> None:
    """A narrower approval replaces the wider one for good: when it ends, the older one does not come back."""
    found = scope_on([FIRST, NARROWER], day)
    assert (found.number if found else None) == expected


def test_a_region_of_the_scope_covers_the_counties_in_it() -> None:
    assert part(regions=["320100"]).allows_region("320104")
    assert part(regions=["320000"]).allows_region("321302")
    assert part(regions=["320104"]).allows_region("320104")
    assert not part(regions=["320104"]).allows_region("320105")
    assert not part(regions=["320100"]).allows_region("320205")


def test_no_item_code_means_every_item() -> None:
    assert part(items=()).allows_item("6-31-01-03")
    assert not part(items=[WELDER]).allows_item("6-31-01-03")


def test_every_kind_of_organisation_has_a_register_category_and_modes() -> None:
    kinds = set(get_args(OrganisationKind))
    assert set(REGISTER_CATEGORY) == set(MODES_OF) == kinds
    assert {kind for kind in kinds if REGISTER_CATEGORY[kind] == "Y"} == {"employer"}


def test_an_approved_organisation_is_not_refused_afterwards() -> None:
    assert ("approved", "refuse") not in TRANSITIONS
    assert TRANSITIONS["refused", "apply"] == "applied"


# ── applications ─────────────────────────────────────────────────────────────────────────────
def codes(found: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in found]


def application_problems(**changes: Any) -> list[tuple[str, str]]:
    body: dict[str, Any] = {
        "uscc": USCC,
        "seat": "320104",
        "name": "江苏长江机械有限公司",
        "parts": (),
        "kind": "employer",
        "listed": {WELDER},
    }
    return codes(check_application(**body | changes))


def test_a_right_code_and_a_region_of_the_province_are_taken() -> None:
    assert application_problems() == []
    assert application_problems(parts=(part(),)) == []


def test_a_radical_in_a_name_is_told_by_its_place_and_code_point() -> None:
    """U+2ED3 (the radical) stands where U+957F (the character) belongs; both look like 长."""
    assert application_problems(name="江苏\u2ed3江机械") == [("/name", "name-radical")]
    (problem,) = check_application(
        uscc=USCC, seat="320104", name="江苏\u2ed3江", parts=(), kind="employer", listed=()
    )
    assert "3 (U+2ED3)" in problem.detail.en


def test_a_scope_asked_for_holds_items_of_the_list_in_modes_of_the_kind() -> None:
    assert application_problems(parts=(part(items=["9-99-99-99"], modes=["social"]),)) == [
        ("/scope/0/modes", "mode-not-of-kind"),
        ("/scope/0/item_codes", "item-not-listed"),
    ]


@pytest.mark.parametrize(("day", "expected"), [(16, [("/valid_from", "retroactive")]), (17, [])])
def test_a_request_never_reaches_back(day: int, expected: list[tuple[str, str]]) -> None:
    found = check_request(
        (part(),),
        kind="employer",
        listed={WELDER},
        valid_from=date(2025, 9, day),
        valid_to=date(2026, 9, 16),
        today=date(2025, 9, 17),
    )
    assert codes(found) == expected


@pytest.mark.parametrize(
    "uscc",
    [
        "91320100MA1N0ABC5P",  # wrong check character
        "91320100MA1N0ABC5",  # too short
        "91320100ma1n0abc5r",  # small letters
        " 91320100MA1N0ABC5R",
        "\uff191320100MA1N0ABC5R",  # a full-width digit
        "",
    ],
)
def test_a_code_is_never_repaired(uscc: str) -> None:
    assert application_problems(uscc=uscc) == [("/uscc", "uscc-checksum")]


@pytest.mark.parametrize("seat", ["310104", "329999", "320600", "320611"])
def test_the_seat_is_a_division_of_the_province_in_use(seat: str) -> None:
    """320611 (港闸区) was merged away in 2020; the city 320600 itself is a division in use."""
    expected = [] if seat == "320600" else [("/region", "region-unknown")]
    assert application_problems(seat=seat) == expected


def test_both_mistakes_of_an_application_are_told_at_once() -> None:
    assert len(application_problems(uscc="x", seat="x")) == 2


# ── decisions ────────────────────────────────────────────────────────────────────────────────
def approval(**changes: Any) -> Approval:
    parts: dict[str, Any] = {
        "parts": (part(),),
        "register": Register("Y", "0000", "32", "000017"),
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2027, 12, 31),
    }
    return Approval(**parts | changes)


def approval_problems(
    found: Approval, *, kind: OrganisationKind = "employer", has_register: bool = False
) -> list[tuple[str, str]]:
    return codes(check_approval(found, kind=kind, has_register=has_register, listed={WELDER}))


def test_a_complete_approval_has_no_problem() -> None:
    assert approval_problems(approval()) == []


def test_a_change_of_scope_keeps_the_register_it_has() -> None:
    assert approval_problems(approval(register=None), has_register=True) == []
    assert approval_problems(approval(register=None)) == [("/register", "register-missing")]


def test_validity_may_be_one_day_but_not_less() -> None:
    one_day = approval(valid_from=date(2025, 1, 1), valid_to=date(2025, 1, 1))
    assert approval_problems(one_day) == []
    backwards = approval(valid_from=date(2025, 1, 2), valid_to=date(2025, 1, 1))
    assert approval_problems(backwards) == [("/valid_to", "validity-missing")]


def test_all_mistakes_of_an_approval_are_told_at_once() -> None:
    wrong = approval(
        parts=(part(items=["6-31-01-03"], regions=["999999"], modes=["social"]),),
        register=Register("S", "0000", "32", "000017"),
        valid_to=None,
    )
    assert approval_problems(wrong) == [
        ("/valid_to", "validity-missing"),
        ("/scope/0/modes", "mode-not-of-kind"),
        ("/scope/0/regions", "region-unknown"),
        ("/scope/0/item_codes", "item-not-listed"),
        ("/register/category", "register-category"),
    ]


def test_an_approval_without_scope_is_none() -> None:
    assert approval_problems(approval(parts=())) == [("/scope", "scope-missing")]


def test_the_category_follows_the_kind() -> None:
    social = (part(modes=["social"]),)
    agency = approval(parts=social, register=Register("S", "0000", "32", "000017"))
    assert approval_problems(agency, kind="third_party_agency") == []
    as_employer = approval(parts=social)
    assert approval_problems(as_employer, kind="third_party_agency") == [
        ("/register/category", "register-category")
    ]


def test_a_refusal_says_why() -> None:
    assert codes(check_refusal([])) == [("/reasons", "reasons-missing")]
    assert check_refusal(["场地不符合要求"]) == ()
