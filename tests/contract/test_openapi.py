"""The published documents: every operation says who may call it, shows what to send, and tells its refusals."""

import importlib
import tempfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI

from common.documents import SIGNATURES
from tests.support.service import settings_for

SERVICES = {
    "catalog": "CatalogSettings",
    "filing": "FilingSettings",
    "registration": "RegistrationSettings",
    "audit": "AuditSettings",
    "certificate": "CertificateSettings",
}
NOWHERE = {"database_url": "postgresql+asyncpg://nobody@127.0.0.1:1/none", "nats_url": "nats://127.0.0.1:1"}


@cache
def document(name: str) -> dict[str, Any]:
    settings_class = getattr(importlib.import_module(f"{name}.settings"), SERVICES[name])
    more = (
        {"keystore_dir": tempfile.mkdtemp(), "keystore_passphrase": "p" * 16} if name == "certificate" else {}
    )
    app: FastAPI = importlib.import_module(f"{name}.main").create_app(
        settings_for(settings_class, **NOWHERE, **more)
    )
    return app.openapi()


def operations() -> Iterator[Any]:
    for name in SERVICES:
        for path, methods in document(name)["paths"].items():
            for method, operation in methods.items():
                yield pytest.param(document(name), operation, id=f"{method.upper()} {path}")


every_operation = pytest.mark.parametrize(("whole", "operation"), list(operations()))


@every_operation
def test_an_operation_declares_who_may_call_it(whole: dict[str, Any], operation: dict[str, Any]) -> None:
    assert "security" in operation
    for entry in operation["security"]:
        (scopes,) = entry.values()
        assert len(scopes) == 1


@every_operation
def test_an_operation_is_described_and_its_body_has_an_example(
    whole: dict[str, Any], operation: dict[str, Any]
) -> None:
    assert operation["description"].strip()
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type.endswith("spreadsheetml.sheet") or media_type in SIGNATURES:  # a file of bytes
            continue
        assert "examples" in content or "example" in content or shows(whole, content["schema"]), media_type


@every_operation
def test_an_operation_tells_its_problems(whole: dict[str, Any], operation: dict[str, Any]) -> None:
    told = set(operation["responses"])
    assert {"406", "422", "429", "500", "503"} <= told
    if operation["security"]:
        assert {"401", "403"} <= told
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            assert answer["description"]
            assert {"application/problem+json", "application/json"} & set(
                answer.get("content", {"application/json": {}})
            )


def shows(whole: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether a shape comes with an example, of itself or of everything it requires."""
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if {"example", "examples", "const", "enum", "default"} & set(schema) or schema.get("type") == "boolean":
        return True
    if "properties" in schema:
        return all(shows(whole, schema["properties"][name]) for name in schema.get("required", ()))
    if "items" in schema:
        return shows(whole, schema["items"])
    return any(shows(whole, part) for key in ("anyOf", "allOf", "oneOf") for part in schema.get(key, ()))


@pytest.mark.parametrize("name", SERVICES)
def test_a_document_is_openapi_3_1_and_names_its_service(name: str) -> None:
    found = document(name)
    assert found["openapi"].startswith("3.1")
    assert all(path.startswith(f"/{name}/v1/") for path in found["paths"])
