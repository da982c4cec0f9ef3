"""HTTP shapes of series: what was given, what is used, and what became of the rest."""

from datetime import datetime

from pydantic import ConfigDict, Field

from common.certificate_code import Kind
from common.ids import ResultId
from common.schemas import Output


class SeriesOut(Output):
    """A series of numbers: a register's year and level."""

    kind: Kind
    register_code: str = Field(alias="register", examples=["Y000032000017"])
    year: int = Field(examples=[2026])
    level: int = Field(description="0: special ability, which has no levels", examples=[3])
    given: int = Field(description="numbers taken")
    used: int = Field(description="of them, numbers of certificates")
    waiting: int = Field(description="of them, recorded and to be signed next")
    unused: int = Field(description="of them, explained by why they will never be a certificate's")
    unexplained: int = Field(description="of them, none of these: always 0")
    left: int = Field(description="what the series can still give")
    nearly_exhausted: bool = Field(description="95 % are given: the body needs a further register (Art. 1)")

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, populate_by_name=True)


class UnusedNumberOut(Output):
    """A number that was taken and will never be a certificate's."""

    number: str = Field(examples=["Y000032000017263000042"])
    result_id: ResultId
    reason: str = Field(
        description="`result-corrected`, `identity-unreadable` (the person was forgotten), or the check that it failed",
        examples=["item-code"],
    )
    explained_at: datetime
