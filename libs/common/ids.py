"""Row ids: UUIDv7 in the database, prefixed and sortable text (`plan_01jd…`) wherever a person or a program reads them.

The prefix names the kind, so an id of the wrong kind is told apart at once. The text is the 26-character Crockford
base32 form that TypeID uses. RFC 9562 section 5.7 gives the layout of UUIDv7.
"""

import os
import time
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TEXT_LENGTH = 26


def uuid7() -> UUID:
    """A new time-ordered id. Order inside one millisecond is random."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def encode_id(prefix: str, value: UUID) -> str:
    """`plan`, UUID → `plan_01jd…`."""
    digits = [ALPHABET[value.int >> 5 * place & 31] for place in reversed(range(TEXT_LENGTH))]
    return f"{prefix}_{''.join(digits)}"


def decode_id(prefix: str, text: str) -> UUID:
    """The UUID behind a prefixed id. Raises ValueError when the kind or the shape is another's."""
    kind, _, digits = text.partition("_")
    if kind != prefix or len(digits) != TEXT_LENGTH:
        raise ValueError(f"not an id of the kind {prefix}_…")
    number = 0
    for digit in digits:
        number = number << 5 | ALPHABET.index(digit)  # also a ValueError
    if number >> 128:
        raise ValueError(f"not an id of the kind {prefix}_…")
    return UUID(int=number)


@dataclass(frozen=True, slots=True)
class Prefix:
    """The pydantic side of an id type: a UUID inside, prefixed text outside."""

    prefix: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        def parse(value: object) -> object:
            return decode_id(self.prefix, value) if isinstance(value, str) else value

        def render(value: UUID) -> str:
            return encode_id(self.prefix, value)

        return core_schema.no_info_before_validator_function(
            parse,
            core_schema.is_instance_schema(UUID),
            serialization=core_schema.plain_serializer_function_ser_schema(
                render, return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": f"^{self.prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$",
            "examples": [encode_id(self.prefix, UUID("01936f3c-5a2e-7c41-9d3e-0123456789ab"))],
        }


EditionId = Annotated[UUID, Prefix("edition")]
TransitionId = Annotated[UUID, Prefix("transition")]
StandardId = Annotated[UUID, Prefix("standard")]
ConsultationId = Annotated[UUID, Prefix("consultation")]
OpinionId = Annotated[UUID, Prefix("opinion")]
CallId = Annotated[UUID, Prefix("call")]
RecommendationId = Annotated[UUID, Prefix("recommendation")]
OrganisationId = Annotated[UUID, Prefix("organisation")]
AccountId = Annotated[UUID, Prefix("account")]
SecretId = Annotated[UUID, Prefix("secret")]
SiteId = Annotated[UUID, Prefix("site")]
EntrustmentId = Annotated[UUID, Prefix("entrustment")]
PlanDraftId = Annotated[UUID, Prefix("draft")]
LateAdmissionId = Annotated[UUID, Prefix("admission")]
PlanId = Annotated[UUID, Prefix("plan")]
SessionId = Annotated[UUID, Prefix("session")]
PersonId = Annotated[UUID, Prefix("person")]
CandidateId = Annotated[UUID, Prefix("candidate")]
CandidateSessionId = Annotated[UUID, Prefix("visit")]
CorrectionRequestId = Annotated[UUID, Prefix("request")]
RosterId = Annotated[UUID, Prefix("roster")]
EvidenceId = Annotated[UUID, Prefix("evidence")]
BatchId = Annotated[UUID, Prefix("batch")]
ResultId = Annotated[UUID, Prefix("result")]
ObjectionId = Annotated[UUID, Prefix("objection")]
CorrectionId = Annotated[UUID, Prefix("correction")]
JobId = Annotated[UUID, Prefix("job")]
UploadId = Annotated[UUID, Prefix("upload")]
SupervisorId = Annotated[UUID, Prefix("supervisor")]
SupervisionId = Annotated[UUID, Prefix("supervision")]
DrawId = Annotated[UUID, Prefix("draw")]
ExportId = Annotated[UUID, Prefix("export")]
WebhookMessageId = Annotated[UUID, Prefix("message")]
FindingId = Annotated[UUID, Prefix("finding")]
ComplaintId = Annotated[UUID, Prefix("complaint")]
CertificateId = Annotated[UUID, Prefix("certificate")]
DecisionId = Annotated[UUID, Prefix("decision")]
AppealId = Annotated[UUID, Prefix("appeal")]
CompromiseId = Annotated[UUID, Prefix("compromise")]
ShareId = Annotated[UUID, Prefix("share")]
ReceiptId = Annotated[UUID, Prefix("receipt")]
WebhookId = Annotated[UUID, Prefix("webhook")]
