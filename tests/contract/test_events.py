"""Published events only grow: whoever reads them today can read them tomorrow, and yesterday's can be read today."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from common.asyncapi import document, event_types, text
from common.events import Envelope, Event
from common.events.filing import PlanReturned
from tests.contract.event_schemas import KEPT, breaches, examples, kept, present

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.json"
every_event = pytest.mark.parametrize("kind", event_types(), ids=lambda kind: kind.type)


@every_event
def test_a_schema_only_grows(kind: type[Event]) -> None:
    assert list(breaches(kept(kind), present(kind))) == []


@every_event
def test_the_kept_schema_is_the_present_one(kind: type[Event]) -> None:
    assert kept(kind) == present(kind), "keep it: python -m tests.contract.event_schemas"


@every_event
def test_kept_examples_are_read_and_written_as_ever(kind: type[Event]) -> None:
    assert examples(kind)
    for body in examples(kind):
        envelope = Envelope.parse(body)
        assert envelope.body() == body  # the chain is made over this very text
        assert (envelope.type, envelope.source) == (kind.type, kind.source())
        event = kind.model_validate(envelope.data)
        assert event.key == envelope.subject
        assert _laid_over(event.model_dump(mode="json"), envelope.data) == event.model_dump(mode="json")


def _laid_over(whole: Any, kept_part: Any) -> Any:
    """The whole with what was kept of it put back in its place, at every depth: members are only ever added."""
    if isinstance(whole, dict) and isinstance(kept_part, dict):
        return whole | {name: _laid_over(whole.get(name), member) for name, member in kept_part.items()}
    if isinstance(whole, list) and isinstance(kept_part, list) and len(whole) == len(kept_part):
        return [_laid_over(*pair) for pair in zip(whole, kept_part, strict=True)]
    return kept_part


@every_event
def test_members_of_the_future_are_no_obstacle(kind: type[Event]) -> None:
    data = json.loads(examples(kind)[0])["data"]
    assert kind.model_validate(data | {"future_member": {"any": ["thing"]}}) == kind.model_validate(data)


def test_no_event_is_forgotten() -> None:
    types = {kind.type for kind in event_types()}
    assert {file.stem for file in (KEPT / "schemas").iterdir()} == types
    assert {file.stem for file in (KEPT / "golden").iterdir()} == types


def _remove_member(schema: dict[str, Any]) -> None:
    del schema["properties"]["reasons"]
    schema["required"].remove("reasons")


def _rename_member(schema: dict[str, Any]) -> None:
    schema["properties"]["causes"] = schema["properties"].pop("reasons")
    schema["required"] = ["plan_id", "causes"]


def _require_a_new_member(schema: dict[str, Any]) -> None:
    schema["properties"]["returned_by"] = {"type": "string"}
    schema["required"].append("returned_by")


def _need_no_more(schema: dict[str, Any]) -> None:
    schema["required"].remove("reasons")


def _change_a_type(schema: dict[str, Any]) -> None:
    schema["properties"]["reasons"]["items"]["type"] = "integer"


def _narrow(schema: dict[str, Any]) -> None:
    schema["properties"]["reasons"]["maxItems"] = 3


@pytest.mark.parametrize(
    "change",
    [_remove_member, _rename_member, _require_a_new_member, _need_no_more, _change_a_type, _narrow],
    ids=lambda change: change.__name__.strip("_"),
)
def test_a_change_that_breaks_readers_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(kept(PlanReturned))
    change(changed)
    assert list(breaches(kept(PlanReturned), changed))


def test_a_new_value_of_an_enumeration_breaks_readers() -> None:
    old = {"properties": {"kind": {"enum": ["a", "b"]}}}
    assert list(breaches(old, {"properties": {"kind": {"enum": ["a", "b", "c"]}}}))


def test_a_new_optional_member_breaks_nobody() -> None:
    changed = copy.deepcopy(kept(PlanReturned))
    changed["properties"]["returned_by"] = {"type": "string", "default": ""}
    changed.setdefault("$defs", {})["Site"] = {"type": "object"}
    assert list(breaches(kept(PlanReturned), changed)) == []


def test_the_kept_document_is_the_present_one() -> None:
    assert DOCUMENT.read_text() == text(), "keep it: python -m common.asyncapi > docs/asyncapi.json"


def test_whatever_the_document_refers_to_is_there() -> None:
    whole = document()

    def look(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                look(one)
        elif isinstance(node, dict):
            if isinstance(reference := node.get("$ref"), str):
                assert _at(whole, reference) is not None
            for one in node.values():
                look(one)

    look(whole)


def _at(whole: dict[str, Any], reference: str) -> Any:
    found: Any = whole
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


@every_event
def test_kept_examples_fit_the_document(kind: type[Event]) -> None:
    whole = document()
    payload = whole["components"]["messages"][kind.type]["payload"]
    validator = jsonschema_rs.Draft7Validator({"components": whole["components"], **payload})
    for body in examples(kind):
        validator.validate(json.loads(body))
        assert not validator.is_valid(json.loads(body) | {"type": "skills.filing.plan.teleported.v1"})
