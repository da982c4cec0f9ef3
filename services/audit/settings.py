"""AUDIT_* variables, validated at start."""

from decimal import Decimal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class AuditSettings(ServiceSettings):
    """How much audit looks at; the rest of its rules are data or code."""

    model_config = SettingsConfigDict(env_prefix="AUDIT_")

    employer_spot_check_rate: Decimal = Field(
        default=Decimal("0.2"),
        ge=0,
        le=1,
        description="share of employer plans drawn for supervision (Art. 18(1))",
    )
