"""Which handler takes which event: by type and version, old versions led up to the one that is handled."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from common.events import Envelope, Event
from common.unit_of_work import UnitOfWork

Handler = Callable[[UnitOfWork, Any], Awaitable[None]]
Handlers = Mapping[type[Event], Handler]
Upcaster = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
Upcasters = Mapping[str, Upcaster]

UPCASTERS: Upcasters = {}
"""Old type → its successor and the data rewritten for it: pure functions, one step each. None is needed so far."""

_VERSIONED = re.compile(r"(.+)\.v[0-9]+", re.ASCII)


class UnknownVersion(Exception):
    """A type that is followed, in a version that this program does not know yet."""


class Registry:
    """The handlers of one source, found by an event's type."""

    def __init__(self, handlers: Handlers, upcasters: Upcasters = UPCASTERS) -> None:
        self._by_type = {kind.type: (kind, handler) for kind, handler in handlers.items()}
        self._names = {_name(kind) for kind in self._by_type}
        self._upcasters = upcasters

    def find(self, envelope: Envelope) -> tuple[Event, Handler] | None:
        """The typed event and its handler; None for a type that is not followed. Raises UnknownVersion."""
        kind, data = envelope.type, envelope.data
        while kind not in self._by_type and kind in self._upcasters:
            kind, data = self._upcasters[kind](data)
        if kind in self._by_type:
            model, handler = self._by_type[kind]
            return model.model_validate(data), handler
        if _name(kind) in self._names:
            raise UnknownVersion(kind)
        return None


def _name(kind: str) -> str:
    """The type without its version."""
    found = _VERSIONED.fullmatch(kind)
    return found[1] if found else kind
