"""Bases of HTTP shapes: strict on the way in, plain on the way out.

`Input` refuses unknown members, takes no text for a number and no number for a boolean or a date, and bounds whole
numbers; FastAPI hands it Python values, where pydantic's own strictness would refuse dates written as text.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from common.clock import SHANGHAI
from common.errors import Bilingual
from common.strict_json import is_clean

LARGEST_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8259 section 6)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def refused(code: str, detail: Bilingual, remedy: Bilingual) -> PydanticCustomError:
    """What a type of a service's own raises in its validator; told to the caller as it stands here."""
    return PydanticCustomError(code, "refused", {"detail": detail, "remedy": remedy})


def _one_line(text: str) -> str:
    if not is_clean(text) or re.search(r"[\t\r\n]", text):
        raise PydanticCustomError("unclean_text", "text with control or invisible characters")
    return text


def _several_lines(text: str) -> str:
    if not is_clean(text):
        raise PydanticCustomError("unclean_text", "text with control or invisible characters")
    return text


_Stripped = StringConstraints(strip_whitespace=True, min_length=1)
Line = Annotated[str, _Stripped, StringConstraints(max_length=200), AfterValidator(_one_line)]
Note = Annotated[str, _Stripped, StringConstraints(max_length=2_000), AfterValidator(_several_lines)]
Name = Annotated[str, _Stripped, StringConstraints(max_length=100), AfterValidator(_one_line)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$"), Field(examples=["320000"])]
Int = Annotated[int, Field(strict=True, ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
Bool = Annotated[bool, Field(strict=True)]


def _rewritten(schema: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """A core schema with every node changed, leaves first; nested models come already changed by their own base."""
    if isinstance(schema, dict):
        return change({name: _rewritten(part, change) for name, part in schema.items()})
    if isinstance(schema, list):
        return [_rewritten(part, change) for part in schema]
    if isinstance(schema, tuple):
        return tuple(_rewritten(part, change) for part in schema)
    return schema


def _strict(node: dict[str, Any]) -> Any:
    match node.get("type"):
        case "int":
            node["strict"] = True
            if "lt" not in node:
                node.setdefault("le", LARGEST_INTEGER)
            if "gt" not in node:
                node.setdefault("ge", -LARGEST_INTEGER)
        case "bool" | "float" | "str":
            node["strict"] = True
        case "list" | "tuple" if "max_length" in node:
            return core_schema.no_info_before_validator_function(_not_longer(node["max_length"]), node)
        case "date":
            return core_schema.no_info_before_validator_function(_day_text, node)
        case "datetime":
            return core_schema.no_info_before_validator_function(_instant_text, node)
    return node


def _not_longer(most: int) -> Callable[[object], object]:
    """A list that is too long is told as that alone, before anything is said of its members."""

    def check(value: object) -> object:
        if isinstance(value, list) and len(value) > most:
            facts = {"field_type": "List", "max_length": most, "actual_length": len(value)}
            raise PydanticKnownError("too_long", facts)
        return value

    return check


def _day_text(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):  # from Python, never from JSON
        return value
    raise PydanticCustomError("date_text", "a day written YYYY-MM-DD")


def _instant_text(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return value
    raise PydanticCustomError("instant_text", "an instant written by RFC 3339, with its offset")


def _in_china(node: dict[str, Any]) -> Any:
    if node.get("type") == "datetime" and "serialization" not in node:
        node["serialization"] = core_schema.plain_serializer_function_ser_schema(
            _to_china, return_schema=core_schema.datetime_schema(), when_used="json"
        )
    return node


def _to_china(value: datetime) -> datetime:
    return value.astimezone(SHANGHAI)


class Input(BaseModel):
    """Base of every body that callers send."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True, regex_engine="rust-regex"
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        strict: CoreSchema = _rewritten(handler(source), _strict)
        return strict


class Output(BaseModel):
    """Base of every answer. Instants are told in China's time, with its offset (RFC 3339)."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        local: CoreSchema = _rewritten(handler(source), _in_china)
        return local


T = TypeVar("T")


class Listing(Output, Generic[T]):
    """A page of a list; `next` is the cursor of the page after it, none on the last."""

    items: list[T]
    next: str | None = None

    @classmethod
    def of(cls, items: list[T], next_cursor: str | None) -> Self:
        return cls(items=items, next=next_cursor)
