"""Calls about dedicated accounts: granted, looked over, their secrets and keys changed without a pause."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from client.calls import Call, create, get
from client.shapes import Listing, Shape

BASE = "/filing/v1/accounts"


class Secret(Shape):
    """A secret of an account; what it is stands in the answer that made it, and nowhere else."""

    id: str
    made_at: datetime
    expires_on: date | None = None
    retired_at: datetime | None = None
    client_secret: str | None = None


class Key(Shape):
    """A public key of an account, by its thumbprint (RFC 7638)."""

    kid: str
    added_at: datetime
    retired_at: datetime | None = None


class Account(Shape):
    """An account as whoever granted it sees it."""

    account_id: str
    client_id: str
    role: str
    label: str
    organisation_id: str | None = None
    region: str | None = None
    expires_on: date | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class AccountDetail(Account):
    secrets: list[Secret]
    keys: list[Key]


def list_accounts(*, limit: int = 50, cursor: str | None = None) -> Call[Listing[Account]]:
    """Accounts that the caller may grant, with their last use."""
    return get(BASE, Listing[Account], {"limit": limit, "cursor": cursor})


def read_account(account_id: str) -> Call[AccountDetail]:
    return get(f"{BASE}/{account_id}", AccountDetail)


def add_secret(account_id: str, *, expires_on: date | None = None) -> Call[Secret]:
    """A second secret, shown in this answer alone. The first one works on until it is retired."""
    return create(f"{BASE}/{account_id}/secrets", Secret, {"expires_on": expires_on})


def retire_secret(account_id: str, secret_id: str) -> Call[Secret]:
    return create(f"{BASE}/{account_id}/secrets/{secret_id}/retirement", Secret)


def register_key(account_id: str, jwk: Mapping[str, Any]) -> Call[Key]:
    """Register a public key, to sign in with `KeyCredentials` instead of a secret."""
    return create(f"{BASE}/{account_id}/keys", Key, {"jwk": jwk})


def retire_key(account_id: str, kid: str) -> Call[Key]:
    return create(f"{BASE}/{account_id}/keys/{kid}/retirement", Key)
