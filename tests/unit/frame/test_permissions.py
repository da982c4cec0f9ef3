"""Roles, scopes and regions."""

from common.permissions import ORGANISATION_ROLES, REGION_ROLES, ROLES, SCOPES, scopes_of


def test_every_scope_of_a_role_is_known_and_every_scope_belongs_to_a_role() -> None:
    assert set().union(*ROLES.values()) == set(SCOPES)


def test_who_files_plans_does_not_decide_on_them() -> None:
    for role in ORGANISATION_ROLES:
        assert not scopes_of(role) & {"plans:decide", "rosters:review", "recognition:decide"}


def test_accounts_are_granted_by_administrators_heads_and_the_authority() -> None:
    granters = {role for role, scopes in ROLES.items() if "accounts:grant" in scopes}
    assert granters == {"authority", "centre_head", "organisation_administrator"}


def test_every_account_keeps_its_own_secrets() -> None:
    assert all("accounts:keep" in scopes for scopes in ROLES.values())


def test_every_role_but_the_authority_belongs_to_an_organisation_or_a_region() -> None:
    assert set(ROLES) - ORGANISATION_ROLES - REGION_ROLES == {"authority"}


def test_the_administrator_of_an_organisation_may_file_record_and_grant() -> None:
    both = scopes_of("plan_filer") | scopes_of("result_recorder")
    own = {"accounts:grant", "listings:read", "listings:answer", "webhooks:keep"}
    assert scopes_of("organisation_administrator") == both | own


def test_an_unknown_role_may_nothing() -> None:
    assert scopes_of("root") == frozenset()
