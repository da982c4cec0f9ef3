"""Roles, scopes and regions."""

from common.permissions import ORGANISATION_ROLES, REGION_ROLES, ROLES, SCOPES, scopes_of


def test_every_scope_of_a_role_is_known_and_every_scope_belongs_to_a_role() -> None:
    assert set().union(*ROLES.values()) == set(SCOPES)


def test_who_files_plans_does_not_decide_on_them() -> None:
    for role in ORGANISATION_ROLES:
        assert not scopes_of(role) & {
            "plans:decide",
            "rosters:review",
            "recognition:decide",
            "accounts:grant",
        }


def test_every_role_but_the_authority_belongs_to_an_organisation_or_a_region() -> None:
    assert set(ROLES) - ORGANISATION_ROLES - REGION_ROLES == {"authority"}


def test_the_administrator_of_an_organisation_may_file_and_record() -> None:
    assert scopes_of("organisation_administrator") == scopes_of("plan_filer") | scopes_of("result_recorder")


def test_an_unknown_role_may_nothing() -> None:
    assert scopes_of("root") == frozenset()
