"""Every route of a service's application, described ones and plain ones, as `METHOD /path`."""

from collections import Counter
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from starlette.routing import Route

from common.routing import FrameRoute
from tests.contract.roles.rows import Row


def routes_of(app: FastAPI) -> dict[str, str | None]:
    """Route → the scope that it declares; none: public. Raises TypeError for what cannot be enumerated."""
    found: dict[str, str | None] = {}
    for route in app.router.routes:
        if not isinstance(route, Route):
            raise TypeError(f"the matrix cannot look into {route!r}")
        scope = route.rules.scope if isinstance(route, FrameRoute) else None
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            found.setdefault(f"{method} {route.path}", scope)  # of two at one path, the first answers
    return found


def disagreements(app: FastAPI, rows: Iterable[Row]) -> list[str]:
    """Routes without a row, rows without a route, rows that are told twice or name another scope."""
    return sorted(_disagreements(routes_of(app), list(rows)))


def _disagreements(routes: dict[str, str | None], rows: list[Row]) -> Iterator[str]:
    told = {row.route: row.scope for row in rows}
    yield from (f"{route}: has no row" for route in routes.keys() - told.keys())
    yield from (f"{route}: is no route" for route in told.keys() - routes.keys())
    for route in routes.keys() & told.keys():
        if routes[route] != told[route]:
            yield f"{route}: asks for {routes[route] or 'nothing'}, the row says {told[route] or 'public'}"
    for route, times in Counter(row.route for row in rows).items():
        if times > 1:
            yield f"{route}: has {times} rows"
