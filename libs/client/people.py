"""Calls to filing for people: whose an account is, and how that person signs in."""

from collections.abc import Mapping
from typing import Any

from client.calls import Call, create

BASE = "/filing/v1"


def bind_holder(account_id: str, holder: Mapping[str, str]) -> Call[dict[str, Any]]:
    """Say whose an account is (name, id_type, id_number); the answer's code lets that person choose a password."""
    return create(f"{BASE}/accounts/{account_id}/holder", dict[str, Any], holder)


def bind_identity(account_id: str, *, issuer: str, subject: str) -> Call[dict[str, Any]]:
    """Let the account's holder sign in through an issuer that the operator trusts (OpenID Connect)."""
    body = {"issuer": issuer, "subject": subject}
    return create(f"{BASE}/accounts/{account_id}/oidc-identities", dict[str, Any], body)


def enrol(*, username: str, enrolment_code: str, password: str) -> Call[dict[str, Any]]:
    """Choose a password; the answer is for an authenticator app, once."""
    body = {"username": username, "enrolment_code": enrolment_code, "password": password}
    return create(f"{BASE}/sign-ins/enrolment", dict[str, Any], body)


def sign_in(*, username: str, password: str, totp_code: str) -> Call[dict[str, Any]]:
    """An access token for a person's password and one-time code."""
    body = {"username": username, "password": password, "totp_code": totp_code}
    return create(f"{BASE}/sign-ins", dict[str, Any], body)


def sign_in_by_issuer(id_token: str) -> Call[dict[str, Any]]:
    """An access token for the ID token of a trusted issuer."""
    return create(f"{BASE}/sign-ins/oidc", dict[str, Any], {"id_token": id_token})
