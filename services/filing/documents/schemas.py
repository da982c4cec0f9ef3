"""HTTP shapes of documents."""

from typing import Literal

from pydantic import Field

from common.documents import Sha256
from common.schemas import Input

DocumentKind = Literal["licence", "premises", "staff", "rules", "contract", "other"]


class DocumentIn(Input):
    """A document named by its hash; send its content to /documents afterwards."""

    kind: DocumentKind = Field(examples=["licence"])
    sha256: Sha256 = Field(examples=["9f" * 32])
