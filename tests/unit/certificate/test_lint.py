"""The lint before the signature: each thing that must not be signed."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from certificate.issuance.domain import Draft, Holder, lint, unfit_for_number
from tests.unit.certificate.codes import DAY, NUMBER, signer

HOLDER = Holder("王𬭩", "resident_id", "320102199001010001")
ID = UUID("01936f3c-5a2e-7c41-9d3e-000000000001")


def draft(**changes: Any) -> Draft:
    standard = {
        "result_id": ID,
        "person_id": ID,
        "identity": "sealed",
        "holder": HOLDER,
        "kind": "skill_level",
        "level": 3,
        "item_code": "6-31-01-03",
        "item_name": "电工",
        "number": NUMBER,
        "issued_on": DAY,
        "status_index": 5,
    }
    return Draft(**(standard | changes))


def test_a_sound_draft_may_be_signed() -> None:
    assert lint(draft(), signer().key, today=DAY) is None


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("number-shape", {"number": "Y00003200001726300004"}),
        ("number-kind", {"kind": "special_ability"}),
        ("number-level", {"level": 4}),
        ("number-register", {"number": "Y000032000018263000042"}),
        ("number-year", {"number": "Y000032000017253000042"}),
        ("issue-date", {"issued_on": date(2026, 11, 24)}),
        ("issue-date", {"issued_on": date(2026, 10, 31)}),
        ("item-code", {"item_code": "电工"}),
        ("item-code", {"item_code": ""}),
        ("item-code", {"item_code": "6" * 25}),
        ("holder-name", {"holder": Holder("", "resident_id", "1")}),
        ("holder-name", {"holder": Holder(" 王𬭩", "resident_id", "1")}),
        ("status-index", {"status_index": 2**32}),
        ("status-index", {"status_index": -1}),
        ("payload-identity", {"holder": Holder("P1234567", "passport", "P1234567")}),
    ],
)
def test_what_must_not_be_signed_is_named(reason: str, changes: dict[str, Any]) -> None:
    assert lint(draft(**changes), signer().key, today=DAY) == reason


@pytest.mark.parametrize(
    ("track", "level", "reason"),
    [
        ("skill_level", 1, None),
        ("skill_level", 5, None),
        ("skill_level", 0, "level-outside-rule"),
        ("national_qualification", 6, "level-outside-rule"),
        ("special_ability", 0, None),
        ("something else", 3, "track-unknown"),
    ],
)
def test_results_that_no_number_rule_fits_are_named(track: str, level: int, reason: str | None) -> None:
    assert unfit_for_number(track, level) == reason


def test_a_draft_does_not_show_its_holder() -> None:
    assert HOLDER.name not in repr(draft())
    assert HOLDER.id_number not in repr(draft())
