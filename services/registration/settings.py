"""REGISTRATION_* variables, validated at start."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field
from pydantic_settings import SettingsConfigDict

from common.notices.settings import NoticeSettings
from registration.deadlines.domain import complete_profiles, packaged_limits


def _known_profile(profile: str) -> str:
    if profile not in complete_profiles(packaged_limits()):
        raise ValueError("no complete profile of this name in registration/deadlines/data/time_limits.csv")
    return profile


class RegistrationSettings(NoticeSettings):
    """What every service needs, the province's profile of time limits, whether results are put before
    the public before they are recognised, and how candidates are sent their codes.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="REGISTRATION_")

    deadline_profile: Annotated[str, AfterValidator(_known_profile)] = "province"
    publicity: bool = False
    parts_valid_months: Annotated[int, Field(ge=0, le=120)] = 12  # a passed part's validity (DOMAIN 3)
    appeal_workdays: Annotated[int, Field(ge=1, le=60)] = 5  # to appeal against a refusal (DOMAIN 4.5)
