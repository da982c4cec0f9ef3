"""AUDIT_* variables, validated at start."""

from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from common.merkle_notes import COSIGNED, BadNote, NoteKey
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
    log_dir: Path | None = Field(
        default=None,
        description="folder of the public log, shared by all processes of audit; no folder, no log",
    )
    log_origin: str = Field(
        default="", pattern=r"^[^\s+]*$", description="name of the log; by default its address"
    )
    log_witnesses: str = Field(
        default="", description="verifier keys of witnesses (name+id+base64), by comma"
    )

    @model_validator(mode="after")
    def _a_log_in_production(self) -> Self:
        if self.environment == "production" and self.log_dir is None:
            raise ValueError("AUDIT_LOG_DIR: a platform in production keeps its public log")
        self.witnesses()
        return self

    def witnesses(self) -> tuple[NoteKey, ...]:
        """Raises BadNote."""
        keys = tuple(NoteKey.parse(text.strip()) for text in self.log_witnesses.split(",") if text.strip())
        if any(key.kind != COSIGNED for key in keys):
            raise BadNote("a witness's key is one for cosignatures (kind 4)")
        return keys

    webhooks_enabled: bool = Field(
        default=True, description="whether this process delivers webhooks to the open network"
    )
