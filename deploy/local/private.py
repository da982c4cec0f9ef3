"""Files that only we may read, written whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any


def write_private(file: Path, content: Any) -> None:
    """Replace a JSON file in one step; a reader sees the old or the new one, and nobody but its owner any."""
    draft = file.with_name(f".{file.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        json.dump(content, target, indent=2)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """The file's object; an empty one when there is no file yet."""
    try:
        content = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    if not isinstance(content, dict):
        raise TypeError(f"{file} does not hold a JSON object")
    return content
