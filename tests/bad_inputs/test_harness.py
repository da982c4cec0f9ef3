"""The harness itself: it builds what the notation says, and it can fail."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.bad_inputs.harness import Answer, Area, BadInput, Request, built, check_answer, telling


def entry(**changes: Any) -> BadInput:
    return BadInput(
        **(
            {
                "id": "x-1",
                "area": "x",
                "op": "thing",
                "title": "",
                "input": {"body": '{"name":"李小龙同学"}'},
                "expect": {"status": 422, "problem": "validation"},
                "invariant": "",
            }
            | changes
        )
    )


@pytest.mark.parametrize(
    ("notation", "value"),
    [
        ({"$repeat": ["ab", 3]}, "ababab"),
        ({"$hex": "00ff"}, b"\x00\xff"),
        ({"$raw": {"$repeat": ["[", 2]}}, "[["),
        ({"a": [{"$raw": "[]"}], "b": "{client}!"}, {"a": ["[]"], "b": "c1!"}),
        ("{unknown}", "{unknown}"),
        (7, 7),
    ],
)
def test_values_are_built_as_written(notation: Any, value: Any) -> None:
    assert built(notation, {"client": "c1"}) == value


def test_values_that_a_log_must_not_repeat_are_found_in_bodies_and_headers() -> None:
    value = {"body": '{"name":"李小龙同学","n":"x"}', "headers": {"X-Secret": "hunter2x"}, "method": "DELETE"}
    assert telling(value) == ["李小龙同学", "hunter2x"]


@pytest.mark.parametrize(
    "answer", [Answer(200, None), Answer(422, "rule-violation"), Answer(500, "internal"), Answer(None, None)]
)
def test_another_answer_than_expected_fails(answer: Answer) -> None:
    with pytest.raises(AssertionError):
        check_answer(entry(), answer)


def test_a_listed_200_means_any_success() -> None:
    check_answer(entry(expect={"status": 200}), Answer(201, None))
    with pytest.raises(AssertionError):
        check_answer(entry(expect={"status": 200}), Answer(404, "not-found"))


class Leaky:
    """A target that can keep what it refuses, and log what it was sent."""

    def __init__(self, *, keeps: bool = False, tells: bool = False) -> None:
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer), base_url="http://leaky")
        self.values: Mapping[str, str] = {}
        self._keeps, self._tells = keeps, tells
        self._rows, self._log = 0, ""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self._rows += self._keeps
        self._log += request.content.decode() if self._tells else "refused"
        problem = {"type": "/problems/validation", "title": "t", "status": 422, "detail": "d"}
        return httpx.Response(422, headers={"content-type": "application/problem+json"}, json=problem)

    async def row_counts(self) -> Mapping[str, int]:
        return {"thing": self._rows}

    def log_size(self) -> int:
        return len(self._log)

    def log_since(self, size: int) -> str:
        return self._log[size:]


def area() -> Area:
    found = Area("x")
    found.operation("thing")(lambda _entry, _target: Request("POST", "/things"))
    return found


async def test_a_refusal_that_leaves_nothing_passes() -> None:
    assert (await area().run(entry(), Leaky())).status == 422


async def test_a_refusal_that_leaves_a_row_fails() -> None:
    with pytest.raises(AssertionError, match="left something behind"):
        await area().run(entry(), Leaky(keeps=True))


async def test_a_log_that_repeats_the_input_fails() -> None:
    with pytest.raises(AssertionError, match="the log repeats its input"):
        await area().run(entry(), Leaky(tells=True))


def test_an_entry_that_nothing_maps_is_named() -> None:
    found = Area("http")
    found.case("http-999")(lambda _entry, _target: Leaky().row_counts())
    assert "http-001" in found.unmapped()
    assert "http-999" in found.unmapped()
