"""Load with wrk: so many connections for so many seconds; requests per second come back."""

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

CONNECTIONS, THREADS, SECONDS = 32, 1, 4


class LoadFailed(Exception):
    """wrk is missing, or what it asked was not answered as it must be."""


def requests_per_second(url: str) -> float:
    """GET one URL over and over."""
    return _wrk(url, ())


def posts_per_second(url: str, bodies: Sequence[dict[str, str]]) -> float:
    """POST these JSON bodies in turn."""
    listed = ",\n".join(
        json.dumps(json.dumps(body, ensure_ascii=False), ensure_ascii=False) for body in bodies
    )
    script = f"""
local bodies = {{ {listed} }}
local at = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  at = at % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[at])
end
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.lua"
        path.write_text(script)
        return _wrk(url, ("-s", str(path)))


def _wrk(url: str, options: Sequence[str]) -> float:
    command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *options, url]
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise LoadFailed("wrk is not installed (Debian: apt-get install wrk)") from None
    if "Non-2xx" in output or "Socket errors" in output:
        raise LoadFailed(f"{url}: {output}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert found is not None, output
    return float(found[1])
