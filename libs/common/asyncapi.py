"""The events as an AsyncAPI 3 document, made from their models: `docs/asyncapi.json` is its kept copy.

python -m common.asyncapi > docs/asyncapi.json
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from inspect import getdoc
from typing import Any

import orjson

from common.bus import journal_subject
from common.events import Envelope, Event

PUBLISHERS = ("catalog", "filing", "registration", "audit", "certificate")
_REFERENCE = "#/components/schemas/{model}"
_HEADERS = {
    "type": "object",
    "required": ["Nats-Msg-Id", "Chain"],
    "properties": {
        "Nats-Msg-Id": {"type": "string", "format": "uuid", "description": "the event's id"},
        "Chain": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256(chain of the position before ‖ body), the first one over 32 zero bytes",
        },
        "Person-Keys": {
            "type": "string",
            "contentEncoding": "base64",
            "description": "wrapped data keys of the persons whose sealed data the event carries; not part of the body",
        },
    },
}
_QUESTION = {
    "type": "object",
    "required": ["after", "limit"],
    "properties": {
        "after": {"type": "integer", "minimum": 0, "description": "the position applied last"},
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
    },
}
_ENTRY = {
    "type": "array",
    "items": [
        {"type": "integer", "description": "position"},
        {"type": "string", "description": "body: the envelope's canonical text"},
        {"type": "string", "description": "chain, hexadecimal"},
        {"type": "string", "description": "persons' wrapped keys, as in the header Person-Keys"},
    ],
}
_ANSWER = {
    "type": "object",
    "required": ["head", "entries"],
    "properties": {
        "head": {"type": "integer", "description": "the last position published"},
        "entries": {
            "type": "array",
            "items": _ENTRY,
            "description": "fewer than asked for when they are long",
        },
    },
}


def event_types() -> Sequence[type[Event]]:
    """Every event that the platform tells, in the order of its type."""
    found = {
        member.type: member
        for publisher in PUBLISHERS
        for member in vars(import_module(f"common.events.{publisher}")).values()
        if isinstance(member, type) and issubclass(member, Event) and member is not Event
    }
    return [found[kind] for kind in sorted(found)]


def document() -> dict[str, Any]:
    """The whole document."""
    schemas: dict[str, Any] = {"EventHeaders": _HEADERS, "Envelope": _schema(Envelope, into={})}
    events = {kind: _message(kind, schemas) for kind in event_types()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of the skill level platform",
            "version": "1",
            "description": (
                "CloudEvents 1.0 on NATS JetStream: one stream per publishing service, whose sequence numbers are the "
                "positions of the service's journal. Fields are only added. See docs/messaging.md."
            ),
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            **{kind.type: _channel(kind) for kind in events},
            **{f"journal.{source}": _journal(source) for source in PUBLISHERS},
        },
        "operations": {
            **{f"{kind.type}.tell": _telling(kind) for kind in events},
            **{f"journal.{source}.answer": _answering(source) for source in PUBLISHERS},
        },
        "components": {
            "messages": {kind.type: message for kind, message in events.items()} | _journal_messages(),
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _schema(model: type[Any], *, into: dict[str, Any]) -> dict[str, Any]:
    """A model's schema; what it refers to is put beside the others."""
    schema: dict[str, Any] = model.model_json_schema(mode="serialization", ref_template=_REFERENCE)
    into.update(schema.pop("$defs", {}))
    return schema


def _message(kind: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    schemas[kind.__name__] = _schema(kind, into=schemas)
    told = {
        "type": {"const": kind.type},
        "source": {"const": kind.source()},
        "data": {"$ref": _REFERENCE.format(model=kind.__name__)},
    }
    return {
        "name": kind.type,
        "title": kind.__name__,
        "summary": (getdoc(kind) or "").splitlines()[0],
        "headers": {"$ref": _REFERENCE.format(model="EventHeaders")},
        "payload": {
            "allOf": [{"$ref": _REFERENCE.format(model="Envelope")}, {"type": "object", "properties": told}]
        },
    }


def _channel(kind: type[Event]) -> dict[str, Any]:
    return {
        "address": kind.type,
        "messages": {kind.__name__: {"$ref": f"#/components/messages/{kind.type}"}},
        "description": f"Stream `{kind.source()}`",
    }


def _telling(kind: type[Event]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{kind.type}"},
        "summary": f"{kind.source()} tells",
    }


def _journal_messages() -> dict[str, Any]:
    return {
        "JournalQuestion": {"contentType": "application/json", "payload": _QUESTION},
        "JournalAnswer": {"contentType": "application/json", "payload": _ANSWER},
    }


def _journal(source: str) -> dict[str, Any]:
    return {
        "address": journal_subject(source),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _journal_messages()},
        "description": f"Request and reply: entries of the journal of `{source}`, for whoever found a hole or begins",
    }


def _answering(source: str) -> dict[str, Any]:
    channel = f"#/channels/journal.{source}"
    return {
        "action": "receive",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/JournalQuestion"}],
        "reply": {"channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/JournalAnswer"}]},
    }


def text() -> str:
    """The document as it is kept."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
