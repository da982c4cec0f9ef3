"""HTTP shapes of print."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from certificate.certificates.schemas import NUMBER_EXAMPLE
from common.identifiers.documents import DocumentType
from common.schemas import Input

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
