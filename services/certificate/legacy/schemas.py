"""HTTP shapes of imported certificates."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from certificate.legacy.domain import MOST_ROWS
from certificate.legacy.models import Grade
from common.identifiers.documents import DocumentType
from common.schemas import Input, Int, Line, Name, Output

Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{6,32}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class LegacyRowIn(Input):
    """One certificate as its source has it."""

    number: Number = Field(description="as printed, never repaired", examples=["0610012003300042"])
    name: Name = Field(examples=["张三"])
    id_type: DocumentType = DocumentType.RESIDENT_ID
    id_number: Line | None = Field(default=None, max_length=40, description="where the source has it")
    item_name: Line = Field(max_length=100, description="as it was called then", examples=["维修电工"])
    level: Int | None = Field(default=None, ge=1, le=5, examples=[3])
    issuer: Line = Field(max_length=200, examples=["江苏省职业技能鉴定中心"])
    issued_on: date = Field(examples=["2006-06-30"])


class LegacyIn(Input):
    """Certificates from one source, with how good the evidence is."""

    source: Line = Field(max_length=200, examples=["2006年鉴定登记簿第3册"])
    evidence: Grade = Field(description="what the source is", examples=["original_register"])
    document_sha256: Sha256 | None = Field(default=None, description="of the file on record")
    rows: tuple[LegacyRowIn, ...] = Field(min_length=1, max_length=MOST_ROWS)


class ClashOut(Output):
    """A number that several persons bear: names tell them apart."""

    number: str
    persons: int


class LegacyImportOut(Output):
    """What was taken in; what was there already is left as it was."""

    imported: int
    known: int
    clashes: tuple[ClashOut, ...]
