"""Settings of a service: read once from the environment, checked at start; nothing else reads the environment.

A service's own variables carry its prefix (`FILING_DATABASE_URL`); what all services share carries none (`NATS_URL`).
"""

from base64 import b64decode
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


class ServiceSettings(BaseSettings):
    """What every service needs. Subclasses set `env_prefix` and add their own variables.

    Raises pydantic.ValidationError when a variable is missing or wrong: the service does not start.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    database_url: SecretStr = Field(
        description="the service's database, as its own role (postgresql+asyncpg://…)"
    )
    migration_url: SecretStr | None = Field(
        default=None, description="the same database as its owner; given: migrations run at start"
    )
    database_pool: int = Field(default=10, ge=2, le=200, description="connections kept open")
    journal_archive: Path | None = Field(
        default=None, description="folder with old journal rows (python -m common.journal_archive)"
    )

    nats_url: SecretStr = Field(default=SecretStr("nats://127.0.0.1:4222"), validation_alias="NATS_URL")
    public_url: str = Field(default="http://127.0.0.1:8080", validation_alias="PUBLIC_URL")
    environment: Literal["development", "production"] = Field(
        default="development", validation_alias="ENVIRONMENT"
    )
    sandbox: bool = Field(
        default=False, validation_alias="SANDBOX", description="the platform clock may be moved"
    )
    personal_data_keys: SecretStr = Field(
        validation_alias="PERSONAL_DATA_KEYS", description="kid:base64,… of 32-byte keys; the first one seals"
    )
    blind_index_key: SecretStr = Field(
        validation_alias="BLIND_INDEX_KEY", description="base64 of the 32-byte key of look-ups and cursors"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", validation_alias="LOG_LEVEL"
    )
    log_file: str | None = Field(
        default=None, validation_alias="LOG_FILE", description="else standard output"
    )
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=0, ge=0, le=65_535, validation_alias="PORT")
    allowed_hosts: str = Field(
        default="",
        validation_alias="ALLOWED_HOSTS",
        description="names besides PUBLIC_URL and loopback, by comma",
    )
    trusted_proxies: str = Field(
        default="",
        validation_alias="TRUSTED_PROXIES",
        description="addresses whose X-Forwarded-For is believed",
    )
    body_limit: int = Field(default=MEBIBYTE, validation_alias="BODY_LIMIT", ge=1024)
    header_seconds: float = Field(default=10, validation_alias="HEADER_SECONDS", gt=0)
    body_seconds: float = Field(
        default=15, validation_alias="BODY_SECONDS", gt=0, description="silence in a body"
    )
    rate_per_second: float = Field(
        default=200, validation_alias="RATE_PER_SECOND", ge=0, description="0: no limit"
    )
    rate_burst: int = Field(default=1_000, validation_alias="RATE_BURST", ge=1)

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
        ):
            raise ValueError("PUBLIC_URL is an origin: http(s)://host[:port]")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("blind_index_key")
    @classmethod
    def _a_long_key(cls, value: SecretStr) -> SecretStr:
        if len(b64decode(value.get_secret_value(), validate=True)) < 32:
            raise ValueError("BLIND_INDEX_KEY holds 32 bytes, base64")
        return value

    @model_validator(mode="after")
    def _no_sandbox_in_production(self) -> Self:
        if self.sandbox and self.environment == "production":
            raise ValueError("SANDBOX moves the platform's clock: it is refused in production")
        return self

    @property
    def issuer(self) -> str:
        """Who issues access tokens: the filing service at the platform's address."""
        return f"{self.public_url}/filing"

    def index_key(self) -> bytes:
        return b64decode(self.blind_index_key.get_secret_value())
