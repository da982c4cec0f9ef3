"""What readers of an event rely on, kept as files: its schema, and examples of its body.

python -m tests.contract.event_schemas     # keeps the present schemas, where they only add to what was kept
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.asyncapi import event_types
from common.events import Event

KEPT = Path(__file__).parent / "events"
_WORDS = ("title", "description", "examples")  # told to people, not relied upon


def present(kind: type[Event]) -> dict[str, Any]:
    """The schema that readers go by, without words."""
    schema: dict[str, Any] = _without_words(kind.model_json_schema(mode="validation"))
    return schema


def _without_words(node: Any, *, names: bool = False) -> Any:
    """`names`: the members of this node are names that somebody chose, such as properties."""
    if isinstance(node, list):
        return [_without_words(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _without_words(member, names=name in ("properties", "$defs") and not names)
        for name, member in sorted(node.items())
        if names or name not in _WORDS
    }


def file_of(kind: type[Event]) -> Path:
    return KEPT / "schemas" / f"{kind.type}.json"


def kept(kind: type[Event]) -> dict[str, Any]:
    """Raises FileNotFoundError."""
    found: dict[str, Any] = json.loads(file_of(kind).read_text())
    return found


def examples(kind: type[Event]) -> list[str]:
    """Bodies as they stand in journals; lines are only added. Raises FileNotFoundError."""
    return (KEPT / "golden" / f"{kind.type}.ndjson").read_text().splitlines()


def breaches(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """What in the new schema would break a reader or an older event: anything but a new optional member."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield f"{place or '/'}: {json.dumps(old)} became {json.dumps(new)}"
        return
    adding = place.endswith(("/properties", "/$defs"))
    for name in sorted(old.keys() | new.keys()):
        inner = f"{place}/{name}"
        if name not in new:
            yield f"{inner}: removed"
        elif name in old:
            yield from breaches(old[name], new[name], inner)
        elif not adding and name not in ("$defs", "properties"):
            yield f"{inner}: added"


def keep(kind: type[Event]) -> list[str]:
    """Keep the present schema; what is wrong with that, and then nothing is kept."""
    found = list(breaches(kept(kind), present(kind))) if file_of(kind).exists() else []
    if not found:
        file_of(kind).parent.mkdir(parents=True, exist_ok=True)
        file_of(kind).write_text(json.dumps(present(kind), indent=1, ensure_ascii=False) + "\n")
    return [f"{kind.type}{breach}" for breach in found]


def main() -> None:
    """The command."""
    wrong = [breach for kind in event_types() for breach in keep(kind)]
    if wrong:
        sys.exit("\n".join(["Fields are only added, with defaults; say a .v2 instead:", *wrong]))


if __name__ == "__main__":
    main()
