"""CERTIFICATE_* variables, validated at start."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from certificate.verification.domain import Bounds
from common.settings import ServiceSettings


class CertificateSettings(ServiceSettings):
    """Where signing keys lie sealed, how long they sign, and the province's part in older number rules."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CERTIFICATE_")

    keystore_dir: Path | None = Field(
        default=None,
        description="folder of the sealed signing keys, private to this service's user; needed without a token",
    )
    keystore_passphrase: SecretStr | None = Field(
        default=None, min_length=16, description="what the signing keys are sealed with"
    )
    pkcs11_module: Path | None = Field(
        default=None, description="library of the token that keeps the signing keys instead (extra `hsm`)"
    )
    pkcs11_token: str = Field(default="", description="the token's label")
    pkcs11_pin: SecretStr = Field(default=SecretStr(""), description="the user's PIN")
    second_signature: Literal["", "sm2"] = Field(
        default="",
        description="sign certificates with SM2 and SM3 as well (GB/T 32918), inside of the same code",
    )
    key_days: int = Field(default=365, ge=60, le=1830, description="a signing key is valid this long")
    labour_province_code: str = Field(
        default="10",
        pattern=r"^[0-9]{2}$",
        description="the province in 16-digit qualification numbers: a code of the labour system, not of GB/T 2260",
    )
    print_long_term: bool = Field(default=False, description="print 长期有效: certificates do not expire")
    print_provincial_url: str = Field(
        default="",
        max_length=60,
        pattern=r"^(https?://[!-~]+)?$",
        description="the province's own query address, printed beside the platform's",
    )
    status_fresh_seconds: int = Field(
        default=60, ge=1, le=3_600, description="a status this old is told without a word about its age"
    )
    status_usable_seconds: int = Field(
        default=43_200, ge=60, le=604_800, description="an older status proves nothing any more"
    )
    validity_years: dict[str, int] = Field(
        default_factory=dict,
        description="years of validity by item code, where a standard limits them; all others stand for good",
    )

    @property
    def status_bounds(self) -> Bounds:
        return Bounds(
            timedelta(seconds=self.status_fresh_seconds), timedelta(seconds=self.status_usable_seconds)
        )

    status_dir: Path | None = Field(
        default=None, description="folder of the signed status lists; without it, a temporary one per process"
    )
    appeal_workdays: int = Field(default=15, ge=1, le=60, description="to appeal against a revocation")

    @property
    def key_lifetime(self) -> timedelta:
        return timedelta(days=self.key_days)
