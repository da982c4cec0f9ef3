"""Settings are checked before anything starts."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings

KEY = base64.b64encode(b"k" * 32).decode()


class Some(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SOME_")


def some(**changes: Any) -> Some:
    return Some(**({"database_url": "postgresql+asyncpg://a:secret@h/d", "personal_data_keys": f"k:{KEY}",
                    "blind_index_key": KEY} | changes))  # fmt: skip


def test_a_moving_clock_is_refused_in_production() -> None:
    with pytest.raises(ValidationError, match="production"):
        some(environment="production", sandbox=True)
    assert some(environment="production").sandbox is False


def test_own_variables_carry_the_prefix_and_shared_ones_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_DATABASE_URL", "postgresql+asyncpg://own")
    monkeypatch.setenv("NATS_URL", "nats://shared")
    monkeypatch.setenv("PERSONAL_DATA_KEYS", f"k:{KEY}")
    monkeypatch.setenv("BLIND_INDEX_KEY", KEY)
    monkeypatch.setenv("PORT", "8123")
    settings = Some()
    assert settings.database_url.get_secret_value() == "postgresql+asyncpg://own"
    assert settings.nats_url.get_secret_value() == "nats://shared"
    assert settings.port == 8123


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(some())
    assert KEY not in repr(some())


@pytest.mark.parametrize("short", ["", "AAAA", "not base64!"])
def test_a_short_index_key_stops_the_start_without_being_shown(short: str) -> None:
    with pytest.raises(ValidationError) as refused:
        some(blind_index_key=short)
    assert "not base64!" not in str(refused.value)


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "ftp://h", "http://", "http://h/path", "http://h?q"])
def test_the_public_address_is_an_origin(address: str) -> None:
    with pytest.raises(ValidationError):
        some(public_url=address)


def test_the_issuer_of_tokens_is_filing_at_the_public_address() -> None:
    assert some(public_url="https://skills.example/").issuer == "https://skills.example/filing"
