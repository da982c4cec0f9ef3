"""CERTIFICATE_* variables, validated at start."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class CertificateSettings(ServiceSettings):
    """Where signing keys lie sealed, how long they sign, and the province's part in older number rules."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CERTIFICATE_")

    keystore_dir: Path = Field(
        description="folder of the sealed signing keys, private to this service's user"
    )
    keystore_passphrase: SecretStr = Field(min_length=16, description="what the signing keys are sealed with")
    key_days: int = Field(default=365, ge=60, le=1830, description="a signing key is valid this long")
    labour_province_code: str = Field(
        default="10",
        pattern=r"^[0-9]{2}$",
        description="the province in 16-digit qualification numbers: a code of the labour system, not of GB/T 2260",
    )

    @property
    def key_lifetime(self) -> timedelta:
        return timedelta(days=self.key_days)
