"""A service's table of rows: those of its own, and those of the routes that the frame gives to every service."""

from dataclasses import replace

from tests.contract.roles.rows import Row, public


def table(service: str, *rows: Row) -> tuple[Row, ...]:
    """The rows of a service; a path without a leading slash is below `/{service}/v1`."""
    return tuple(_placed(service, row) for row in (*_frame(service), *rows))


def _placed(service: str, row: Row) -> Row:
    return row if row.path.startswith("/") else replace(row, route=f"{row.method} /{service}/v1/{row.path}")


def _frame(service: str) -> tuple[Row, ...]:
    """Health, figures, documents, problems, the clock; all of them public."""
    return (
        public("GET /healthz"),
        public("GET /readyz"),
        public("GET /metrics"),
        public(f"GET /{service}/openapi.json"),
        public(f"GET /{service}/docs"),
        public("GET /problems"),
        public("GET /problems/{code}"),
        public("GET clock"),
        public("GET receipt-keys"),
    )
