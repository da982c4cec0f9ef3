"""W3C trace context (https://www.w3.org/TR/trace-context/): taken in from callers, given on with every event.

No collector is needed: the trace id is in every log line and event, and whoever runs one finds the spans by it.
"""

import os
import re

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.ASCII)
_ZERO_TRACE, _ZERO_SPAN = "0" * 32, "0" * 16


def continued(header: str | None) -> str:
    """A traceparent for the work at hand: a new span of the caller's trace, of a new one when theirs is malformed."""
    found = _TRACEPARENT.fullmatch(header) if header else None
    if found is None or found[1] == _ZERO_TRACE or found[2] == _ZERO_SPAN:
        return f"00-{os.urandom(16).hex()}-{_span()}-01"
    return f"00-{found[1]}-{_span()}-{found[3]}"


def trace_id(traceparent: str) -> str:
    return traceparent.split("-")[1]


def _span() -> str:
    return os.urandom(8).hex()
