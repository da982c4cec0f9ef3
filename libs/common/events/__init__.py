"""Events between services: the base of every typed event, and the CloudEvents 1.0 envelope it travels in.

Each publishing service has one module here. Fields are only added, with defaults; what would break readers is a new
`.v2` class beside `.v1` and a pure upcaster. A snapshot test guards every schema.
"""

from abc import abstractmethod
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

SUBJECT_PREFIX = "skills"


class Event(BaseModel):
    """A fact that a service tells the others. Past tense; immutable.

    `type` is CloudEvents type and NATS subject at once: `skills.<service>.<entity>.<past-tense>.v1`.
    `key` names the aggregate it tells of: events of one key are applied in the order of their versions.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    type: ClassVar[str]

    @property
    @abstractmethod
    def key(self) -> str:
        """The aggregate's key, for example `plan:01936f3c-…`; every event class says its own."""

    @classmethod
    def source(cls) -> str:
        """The publishing service, read off the type."""
        return cls.type.split(".")[1]


class Envelope(BaseModel):
    """One event as it stands in a journal and on the wire (CloudEvents 1.0, structured JSON)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str = Field(description="key of the aggregate")
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    version: int = Field(ge=1, description="gap-free per key")
    actor: str | None = Field(default=None, description="account that caused it")
    causationid: str | None = None
    traceparent: str | None = None
    data: dict[str, Any]

    def body(self) -> str:
        """The canonical text that is chained, published and logged: sorted members, UTF-8, no white space."""
        plain = self.model_dump(mode="json", exclude_none=True)
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def parse(cls, body: str | bytes) -> "Envelope":
        return _ENVELOPE.validate_json(body)


_ENVELOPE = TypeAdapter(Envelope)


class Sealed(BaseModel):
    """Personal data inside an event: readable only with the person's data key (see `common.sealed`)."""

    model_config = ConfigDict(frozen=True)

    person_id: UUID
    ciphertext: str = Field(
        description="base64url of nonce ‖ AES-256-GCM ciphertext; aad names person and field set"
    )
