"""Which account belongs to what, and how its secret is checked."""

from datetime import date
from uuid import UUID

import pytest

from common.permissions import ROLES
from filing.accounts.domain import Granter, Secret, bond_of, bond_problems, is_secret, secret_digest

ORGANISATION = UUID(int=1)


def problems(
    role: str, *, organisation_id: UUID | None = None, state: str | None = None, region: str | None = None
) -> list[tuple[str | None, str]]:
    found = bond_problems(role, organisation_id=organisation_id, organisation_state=state, region=region)
    return [(problem.pointer, problem.code) for problem in found]


@pytest.mark.parametrize(
    ("role", "bond"),
    [
        ("plan_filer", "organisation"),
        ("result_recorder", "organisation"),
        ("organisation_reader", "organisation"),
        ("organisation_administrator", "organisation"),
        ("centre_reviewer", "region"),
        ("centre_dispatcher", "region"),
        ("centre_head", "region"),
        ("supervisor", "region"),
        ("authority", "none"),
    ],
)
def test_each_role_belongs_to_one_kind_of_holder(role: str, bond: str) -> None:
    assert bond_of(role) == bond


def test_every_role_has_a_line_in_the_table_above() -> None:
    assert len(ROLES) == 9


def test_right_bonds_have_no_problem() -> None:
    assert problems("plan_filer", organisation_id=ORGANISATION, state="approved") == []
    assert problems("centre_reviewer", region="320100") == []
    assert problems("authority") == []


@pytest.mark.parametrize("state", [None, "applied", "refused"])
def test_only_approved_organisations_get_accounts(state: str | None) -> None:
    assert problems("plan_filer", organisation_id=ORGANISATION, state=state) == [
        ("/organisation_id", "organisation-not-approved")
    ]


def test_a_missing_and_a_needless_bond_are_told_at_once() -> None:
    wrong = [("/organisation_id", "account-bond"), ("/region", "account-bond")]
    assert problems("plan_filer", region="320100") == wrong
    assert problems("centre_head", organisation_id=ORGANISATION, state="approved") == wrong
    assert problems("authority", organisation_id=ORGANISATION, state="approved", region="320100") == wrong


def test_a_secret_is_known_by_its_digest_alone() -> None:
    digest = secret_digest("skills_abc")
    assert is_secret("skills_abc", [digest])
    assert not is_secret("skills_abd", [digest])
    assert not is_secret("", [digest])


def test_either_of_two_secrets_is_right() -> None:
    both = [secret_digest("skills_old"), secret_digest("skills_new")]
    assert is_secret("skills_old", both)
    assert is_secret("skills_new", both)
    assert not is_secret("skills_other", both)


def test_nobodys_digest_matches_no_secret() -> None:
    assert not is_secret("skills_abc", [])
    assert not is_secret("", [])


@pytest.mark.parametrize(
    ("expires_on", "is_retired", "counts"),
    [
        (None, False, True),
        (date(2026, 11, 23), False, True),
        (date(2026, 11, 22), False, False),
        (None, True, False),
    ],
    ids=["open", "last day", "the day after", "retired"],
)
def test_a_secret_counts_through_its_last_day(
    expires_on: date | None, is_retired: bool, counts: bool
) -> None:
    assert Secret(b"", expires_on, is_retired).counts_on(date(2026, 11, 23)) is counts


OTHER = UUID(int=2)


@pytest.mark.parametrize(
    ("granter", "role", "organisation_id", "region", "may"),
    [
        (Granter("authority", None, None), "centre_head", None, "320100", True),
        (Granter("organisation_administrator", ORGANISATION, None), "plan_filer", ORGANISATION, None, True),
        (Granter("organisation_administrator", ORGANISATION, None), "plan_filer", OTHER, None, False),
        (Granter("organisation_administrator", ORGANISATION, None), "plan_filer", None, None, False),
        (
            Granter("organisation_administrator", ORGANISATION, None),
            "organisation_administrator",
            ORGANISATION,
            None,
            False,
        ),
        (Granter("organisation_administrator", None, None), "plan_filer", None, None, False),
        (Granter("centre_head", None, "320100"), "centre_reviewer", None, "320104", True),
        (Granter("centre_head", None, "320100"), "centre_reviewer", None, "320205", False),
        (Granter("centre_head", None, "320100"), "centre_head", None, "320104", False),
        (Granter("centre_head", None, "320100"), "plan_filer", ORGANISATION, None, False),
        (Granter("plan_filer", ORGANISATION, None), "plan_filer", ORGANISATION, None, False),
    ],
    ids=str,
)
def test_whoever_grants_stays_within_his_charge_and_below_himself(
    granter: Granter, role: str, organisation_id: UUID | None, region: str | None, may: bool
) -> None:
    assert granter.may_grant(role, organisation_id=organisation_id, region=region) is may
