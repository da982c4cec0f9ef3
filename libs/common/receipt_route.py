"""`GET /{service}/v1/receipt-keys`: whose signatures stand under this service's receipts."""

from typing import Literal

from fastapi import APIRouter, Response

from common.deps import SessionDep, public
from common.receipts import PURPOSE, jwk_of
from common.schemas import Output
from common.service_keys import published_key

router = APIRouter(prefix="/receipt-keys", tags=["receipts"])


class ReceiptKeyOut(Output):
    """A JWK (RFC 7517, RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    alg: Literal["EdDSA"]
    use: Literal["sig"]


class ReceiptKeysOut(Output):
    """A JWK set."""

    keys: list[ReceiptKeyOut]


@router.get("", dependencies=[public()])
async def get_receipt_keys(session: SessionDep, response: Response) -> ReceiptKeysOut:
    """The keys that sign `Skills-Receipt` (a promise: in the public log within a minute)."""
    raw = await published_key(session, PURPOSE)
    response.headers["Cache-Control"] = "public, max-age=60"
    return ReceiptKeysOut.model_validate({"keys": [jwk_of(raw)] if raw else []})
