"""A specialised body files an employer's plan on the strength of an entrustment (Art. 12)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from filing.entrustments.domain import Entrusted, Entrustment
from filing.plans.domain import needs_new_notice
from filing.plans.rules.entrusted import OnBehalf
from tests.unit.filing.factories import (
    STARTS_ON,
    WELDER,
    circumstances,
    draft,
    examined,
    part,
    problems,
    scope,
)

AGREED = Entrustment(
    id=UUID(int=3),
    employer_id=UUID(int=1),
    agency_id=UUID(int=2),
    parts=(Entrusted(frozenset({WELDER}), frozenset({5, 4})),),
    valid_from=date(2025, 10, 1),
    valid_to=STARTS_ON,
    confirmed_on=date(2025, 9, 1),
    last_day=None,
)


def found(
    entrustment: Entrustment | None = AGREED, *, may_file: bool = True, **changes: Any
) -> list[tuple[str | None, str]]:
    """Problems of an employer's plan that an agency approved for social evaluation files."""
    known = circumstances(
        organisation_kind="third_party_agency",
        scope=scope(part(modes=["social"])),
        on_behalf=OnBehalf(entrustment, employer_may_file=may_file),
    )
    return problems(draft(**{"entrustment_id": AGREED.id} | changes), known)


def test_the_mode_is_the_employers_and_the_scope_the_agencys() -> None:
    assert found() == []
    assert found(region="320205") == [("/site/region", "out-of-scope")]


def test_without_an_entrustment_an_agency_files_no_employers_plan() -> None:
    known = circumstances(organisation_kind="third_party_agency", scope=scope(part(modes=["social"])))
    assert problems(draft(), known) == [("/kind", "out-of-scope"), ("/mode", "out-of-scope")]


def test_an_entrusted_plan_is_an_employers_plan() -> None:
    known = circumstances(
        organisation_kind="third_party_agency",
        scope=scope(part(modes=["social"])),
        on_behalf=OnBehalf(AGREED, employer_may_file=True),
    )
    social = examined("social", "social", entrustment_id=AGREED.id)
    assert problems(social, known) == [("/kind", "out-of-scope")]


@pytest.mark.parametrize(
    "entrustment",
    [
        None,
        replace(AGREED, confirmed_on=None),
        replace(AGREED, valid_to=date(2025, 10, 24)),
        replace(AGREED, last_day=date(2025, 10, 24)),
        replace(AGREED, valid_from=date(2025, 10, 26), valid_to=date(2025, 12, 31)),
    ],
    ids=["unknown", "one side only", "ran out the day before", "ended the day before", "begins later"],
)
def test_what_is_not_agreed_for_every_day_is_out_of_scope(entrustment: Entrustment | None) -> None:
    assert found(entrustment) == [("/entrustment_id", "out-of-scope")]


def test_the_employer_is_in_good_standing() -> None:
    assert found(may_file=False) == [("/entrustment_id", "out-of-scope")]


def test_each_item_is_entrusted_at_its_level() -> None:
    lower = replace(AGREED, parts=(Entrusted(frozenset(), frozenset({5})),))
    assert found(lower) == [("/items/0", "out-of-scope")]


def test_another_employer_is_new_to_whoever_was_told() -> None:
    before = draft(entrustment_id=AGREED.id)
    assert needs_new_notice(before, draft(entrustment_id=UUID(int=4)))
    assert not needs_new_notice(before, draft(entrustment_id=AGREED.id))
