"""What the work at hand belongs to: request id, W3C trace context, and the event being handled.

Context variables, so that logs, outgoing events and problem answers name them without every function passing them on.
"""

from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
causation_id: ContextVar[str | None] = ContextVar("causation_id", default=None)
actor: ContextVar[str | None] = ContextVar("actor", default=None)
