"""How a route tells its own refusals in the OpenAPI document, beside those that the frame adds."""

from typing import Any


def problem(status: int, code: str) -> dict[int | str, dict[str, Any]]:
    """A refusal of a route's own: `responses=problem(409, "certificate-already-revoked")`."""
    schema = {"$ref": "#/components/schemas/Problem"}
    described = {
        "description": f"`{code}`",
        "content": {"application/problem+json": {"schema": schema, "example": {"type": f"/problems/{code}"}}},
    }
    return {status: described}
