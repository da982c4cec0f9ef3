"""HTTP shapes of wallets."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from certificate.prints.schemas import Short
from common.identifiers.documents import DocumentType
from common.schemas import Input

Format = Literal["open_badge", "sd_jwt_vc"]
Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class HolderKeyIn(Input):
    """The wallet's own public key: whoever shows the credential must have its other half."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate


class WalletIn(Input):
    """What a holder knows, and the format that the wallet takes."""

    format: Format = Field(examples=["sd_jwt_vc"])
    number: Short = Field(examples=["Y000032000017263000042"])
    name: Short = Field(examples=["张三"])
    id_type: DocumentType = DocumentType.RESIDENT_ID
    id_number: Short = Field(examples=["320102199001011237"])
    holder_key: HolderKeyIn | None = Field(default=None, description="of an SD-JWT VC; may be left out")
