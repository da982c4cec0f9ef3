"""Shapes that callers send and get."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import Field, ValidationError

from common.schemas import Input, Int, Line, Listing, Output, RegionCode


class Row(Input):
    count: int
    is_done: bool = False
    on: date | None = None
    at: datetime | None = None
    share: float | None = None
    names: tuple[Line, ...] = ()
    region: RegionCode | None = None


class Sheet(Input):
    rows: list[Row] = Field(max_length=2)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("count", "3"),
        ("count", True),
        ("count", 3.5),
        ("count", 2**53),
        ("count", -(2**53)),
        ("count", 10**399),
        ("is_done", 1),
        ("is_done", "true"),
        ("on", 0),
        ("on", "1761350400"),
        ("on", "2025-10-25T00:00:00"),
        ("on", "2025-02-29"),
        ("on", "25/10/2025"),
        ("at", "2025-10-25T09:00:00"),
        ("at", 1761350400),
        ("share", "0.5"),
        ("share", float("inf")),
        ("names", [" "]),
        ("names", ["a\u200bb"]),
        ("names", ["a\nb"]),
        ("names", [3]),
        ("region", "32"),
        ("region", "320000\n"),
        ("unknown", 1),
    ],
)
def test_a_value_of_another_kind_is_refused_not_coerced(member: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Sheet.model_validate({"rows": [{"count": 1, member: value}]})
    assert refused.value.errors()[0]["loc"][:3] == ("rows", 0, member)


def test_what_json_holds_is_taken() -> None:
    row = Row.model_validate(
        {
            "count": 2**53 - 1,
            "is_done": True,
            "on": "2025-10-25",
            "at": "2025-10-25T09:00:00+08:00",
            "share": 1,
            "names": ["  王伟 "],
            "region": "321322",
        }
    )
    assert (row.count, row.is_done, row.on, row.names) == (2**53 - 1, True, date(2025, 10, 25), ("王伟",))
    assert row.at == datetime(2025, 10, 25, 1, tzinfo=UTC)


def test_python_values_are_taken_from_python() -> None:
    assert Row(count=1, on=date(2025, 10, 25)).on == date(2025, 10, 25)


class Event(Output):
    at: datetime
    seen: list[datetime] = Field(default_factory=list)


def test_instants_are_told_in_chinas_time() -> None:
    noon = datetime(2025, 10, 25, 16, 30, tzinfo=UTC)
    page = Listing[Event](items=[Event(at=noon, seen=[noon])])
    assert page.model_dump_json() == (
        '{"items":[{"at":"2025-10-26T00:30:00+08:00","seen":["2025-10-26T00:30:00+08:00"]}],"next":null}'
    )


def test_the_schema_still_says_date_and_date_time() -> None:
    assert Row.model_json_schema()["properties"]["on"]["anyOf"][0] == {"format": "date", "type": "string"}
    assert Event.model_json_schema(mode="serialization")["properties"]["at"]["format"] == "date-time"


class Person(Input):
    name: str
    age: Int


class Crowd(Input):
    """A list with a limit, of members that can be wrong in several ways each."""

    people: tuple[Person, ...] = Field(max_length=3)


def test_a_list_that_is_too_long_is_told_as_that_alone() -> None:
    with pytest.raises(ValidationError) as refused:
        Crowd.model_validate({"people": [{}] * 10_000})
    (error,) = refused.value.errors()
    assert (error["type"], error["loc"], error["ctx"]["max_length"]) == ("too_long", ("people",), 3)
    with pytest.raises(ValidationError) as wrong:
        Crowd.model_validate({"people": [{}] * 3})
    assert wrong.value.error_count() == 6
