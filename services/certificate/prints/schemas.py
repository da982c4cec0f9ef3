"""HTTP shapes of print."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from certificate.certificates.schemas import NUMBER_EXAMPLE
from certificate.prints.domain import Purpose
from certificate.prints.models import PrintedBy
from common.identifiers.documents import DocumentType
from common.ids import AccountId, JobId
from common.schemas import Bool, Input, Output

Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class PrintIn(Input):
    """What a holder knows: the number, the own name and the own document. In the body, never in an address."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"number": NUMBER_EXAMPLE, "name": "张三", "id_number": "320102199001011237"}]
        }
    )

    number: Short
    name: Short
    id_type: Annotated[DocumentType, Field(description="the document named in the certificate")] = (
        DocumentType.RESIDENT_ID
    )
    id_number: Short
    lost: Bool = Field(default=False, description="the sheet was lost: a new one, with a higher print serial")


class SheetIn(Input):
    """Why another sheet is printed. A lost one needs no notice in a newspaper."""

    purpose: Literal["reprint", "lost"] = Field(examples=["lost"])


class BatchPrintIn(Input):
    """How a batch is printed: a file for each certificate, or files with a hundred pages."""

    form: Literal["single", "pages"] = Field(
        default="single",
        description="`single`: a ZIP with a file for each; `pages`: one PDF, above a hundred pages a ZIP of such",
    )
    afresh: Bool = Field(
        default=False, description="another sheet also of certificates that were printed before"
    )


class SheetOut(Output):
    """A printed sheet in the ledger. The number stays; the serial rises with each sheet, and stands on it."""

    number: str = Field(examples=[NUMBER_EXAMPLE])
    serial: int = Field(examples=[2])
    version: int
    purpose: Purpose
    printed_at: datetime
    printed_by: PrintedBy = Field(description="the body, an office (centre, authority), or the holder")
    account_id: AccountId | None
    job_id: JobId | None
