"""The OpenAPI 3.1 document of a service, with every problem answer an operation can give, and a page that shows it."""

from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from common.problems import FRAME_TYPES, MEDIA_TYPE
from common.routing import FrameRoute, Rules

_ALWAYS = (
    "not-acceptable",
    "rate-limited",
    "unavailable",
    "internal",
    "misdirected",
    "uri-too-long",
    "header-too-large",
)
_WITH_BODY = (
    "malformed-body",
    "payload-too-large",
    "unsupported-media-type",
    "request-timeout",
    "validation",
)
_PROTECTED = (
    "token-missing",
    "token-invalid",
    "token-expired",
    "permission-denied",
    "organisation-suspended",
)
_CREATING = (
    "idempotency-key-missing",
    "idempotency-key-malformed",
    "idempotency-key-in-use",
    "idempotency-key-reused",
)
_CONDITIONAL = ("precondition-required", "precondition-failed")
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
# A made-up person born in 1909: nobody's number.
_SHEETS = {
    "text/csv": "姓名,证件号码,认定等级\n王建国,32010619090307101X,4\n",
    "application/x-ndjson": '{"name": "王建国", "id_number": "32010619090307101X", "level": 4}\n',
    "application/json": [{"name": "王建国", "id_number": "32010619090307101X", "level": 4}],
}
_PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem details, in Chinese or English by Accept-Language",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/validation"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "article": {"type": "string", "description": "article of the policy that the rule stands in"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "parameter": {"type": "string"},
                    "header": {"type": "string"},
                    "row": {"type": "integer"},
                    "column": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                    "article": {"type": "string"},
                },
            },
        },
    },
}


def install(app: FastAPI, name: str) -> None:
    """Make the app's document complete: problem answers, upload bodies, the address it is served under."""
    app.servers = [{"url": "/"}]
    app.description = (
        f"Part of the skill level platform. Problem types: /problems. This document: /{name}/openapi.json"
    )
    plain = app.openapi

    def complete() -> dict[str, Any]:
        schema = plain()  # made once, and kept by the app
        shared = schema.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in shared:
            shared["Problem"] = _PROBLEM_SCHEMA
            _complete_operations(app, schema)
        return schema

    app.openapi = complete  # type: ignore[method-assign]


def _complete_operations(app: FastAPI, schema: dict[str, Any]) -> None:
    for route in app.routes:
        if isinstance(route, FrameRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(schema["paths"][route.path_format][method.lower()], route, route.rules)
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)


def _complete(operation: dict[str, Any], route: FrameRoute, rules: Rules) -> None:
    answers = operation.setdefault("responses", {})
    answers.pop("422", None) if "422" not in {str(status) for status in route.responses} else None
    by_status: dict[int, list[str]] = {}
    for code in _problems_of(operation, route, rules):
        by_status.setdefault(FRAME_TYPES[code].status, []).append(code)
    for status, codes in sorted(by_status.items()):
        answers.setdefault(str(status), _problem_answer(codes))
    if rules.scope is None:
        operation["security"] = []  # said, not left out: anyone may call it
    success = next((answer for status, answer in answers.items() if status.startswith("2")), None)
    if success is not None:
        for media_type in rules.produces:
            success.setdefault("content", {}).setdefault(media_type, _BINARY)
    if rules.upload:
        operation.setdefault("requestBody", {"required": True, "content": {}})
        for media_type in rules.upload.media_types:
            operation["requestBody"]["content"].setdefault(media_type, _sheet(media_type))


def _sheet(media_type: str) -> dict[str, Any]:
    """An uploaded sheet in one of its forms, with an example where it is text."""
    if media_type not in _SHEETS:
        return _BINARY
    return {"schema": {}, "examples": {"sheet": {"value": _SHEETS[media_type]}}}


def _problems_of(operation: dict[str, Any], route: FrameRoute, rules: Rules) -> list[str]:
    headers = {
        parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "header"
    }
    codes = list(_ALWAYS)
    if "{" in route.path_format:
        codes.append("not-found")
    if rules.scope is not None:
        codes += _PROTECTED
    if rules.takes_json or rules.upload or route.body_field is not None:
        codes += _WITH_BODY
    else:
        codes.append("validation")  # unknown query parameters
    if "Idempotency-Key" in headers:
        codes += _CREATING
    if "If-Match" in headers:
        codes += _CONDITIONAL
    return codes


def _problem_answer(codes: list[str]) -> dict[str, Any]:
    return {
        "description": ", ".join(codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"value": _example(code)} for code in codes},
            }
        },
    }


def _example(code: str) -> dict[str, Any]:
    kind = FRAME_TYPES[code]
    return {
        "type": f"/problems/{code}",
        "title": kind.title.zh,
        "status": kind.status,
        "detail": kind.detail.zh,
    }


async def document(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


async def page(request: Request) -> Response:
    """The operations of the service as a plain page: no script, nothing from third parties."""
    schema = request.app.openapi()
    rows = "".join(
        f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(_scope_of(operation))}</td><td>{escape(operation.get('summary', ''))}</td></tr>"
        for path, operations in sorted(schema["paths"].items())
        for method, operation in operations.items()
    )
    title = escape(schema["info"]["title"])
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{font-family:sans-serif;margin:2rem}'
        "table{border-collapse:collapse}td,th{padding:.3rem .8rem;border-bottom:1px solid #ccc;text-align:left}</style>"
        f"<h1>{title}</h1><p>{escape(schema['info']['description'])} "
        f'(<a href="openapi.json">OpenAPI 3.1</a>, <a href="/problems">problem types</a>)</p>'
        f"<table><tr><th></th><th>path</th><th>scope</th><th></th></tr>{rows}</table></html>",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def _scope_of(operation: dict[str, Any]) -> str:
    return ", ".join(
        scope for entry in operation.get("security", ()) for scopes in entry.values() for scope in scopes
    )
