"""REGISTRATION_* variables, validated at start."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator
from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings
from registration.deadlines.domain import packaged_limits


def _known_profile(profile: str) -> str:
    if profile not in {limit.profile for limit in packaged_limits()}:
        raise ValueError("no such profile in registration/deadlines/data/time_limits.csv")
    return profile


class RegistrationSettings(ServiceSettings):
    """What every service needs, and the province's profile of time limits."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="REGISTRATION_")

    deadline_profile: Annotated[str, AfterValidator(_known_profile)] = "province"
