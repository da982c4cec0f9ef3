"""REGISTRATION_* variables, validated at start."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class RegistrationSettings(ServiceSettings):
    """What every service needs; registration adds nothing."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="REGISTRATION_")
