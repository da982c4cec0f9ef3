"""When a call is sent again, and after how long."""

import random

import httpx

ATTEMPTS = 8
LONGEST_PAUSE = 8.0
TRANSIENT = frozenset({408, 425, 429, 502, 503, 504})


def pause_before(attempt: int, response: httpx.Response | None) -> float:
    """Seconds to wait before attempt 1, 2, …: what the platform asks for, else exponential with full jitter."""
    if response is not None and (asked := response.headers.get("Retry-After", "")).isdigit():
        return min(float(asked), 60.0)
    return random.uniform(0.1, min(LONGEST_PAUSE, 0.25 * 2**attempt))  # noqa: S311 — jitter, not a secret


def is_transient(response: httpx.Response) -> bool:
    """Worth another try: overload, a restart, or an earlier attempt still running (409 of the Idempotency-Key)."""
    return response.status_code in TRANSIENT or (
        response.status_code == 409 and "idempotency-key-in-use" in response.text
    )
