"""CATALOG_* variables, validated at start."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class CatalogSettings(ServiceSettings):
    """What every service needs; the catalog has no variables of its own."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CATALOG_")
