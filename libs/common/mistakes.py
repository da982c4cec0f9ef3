"""What pydantic found wrong, said in Chinese and English with a remedy, and without the value.

`describe()` takes errors in pydantic's form (`type`, `loc`, `ctx`); the texts use only bounds that the schema states.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from common.errors import Bilingual
from common.logs import mask
from common.problems import Mistake
from common.strict_json import escape

_LONGEST_NAME = 64
_BOUNDS = (
    "ge",
    "gt",
    "le",
    "lt",
    "min_length",
    "max_length",
    "multiple_of",
    "max_digits",
    "decimal_places",
    "expected",
)

# kind → code, what is wrong, how to mend it; each in Chinese and English
_Texts = tuple[str, tuple[str, str], tuple[str, str]]
_MISSING: Final[_Texts] = ("missing", ("缺少此项。", "This is missing."), ("请补填。", "Supply it."))
_NOT_INTEGER: Final[_Texts] = (
    "not-an-integer",
    ("须为整数。", "A whole number belongs here."),
    ("请填写不带引号的整数。", "Write a whole number without quotes."),
)
_NOT_NUMBER: Final[_Texts] = (
    "not-a-number",
    ("须为数字。", "A number belongs here."),
    ("请填写不带引号的数字。", "Write a number without quotes."),
)
_NOT_BOOLEAN: Final[_Texts] = (
    "not-a-boolean",
    ("须为 true 或 false。", "true or false belongs here."),
    ("请填写不带引号的 true 或 false。", "Write true or false without quotes."),
)
_NOT_DATE: Final[_Texts] = (
    "not-a-date",
    ("须为日期。", "A day belongs here."),
    ("请按 YYYY-MM-DD 填写实际存在的日期。", "Write a day of the calendar as YYYY-MM-DD."),
)
_NOT_INSTANT: Final[_Texts] = (
    "not-an-instant",
    ("须为带时区的时间。", "An instant with its offset belongs here."),
    (
        "请按 RFC 3339 填写,如 2025-10-25T09:00:00+08:00。",
        "Write it by RFC 3339, as 2025-10-25T09:00:00+08:00.",
    ),
)
_NOT_LIST: Final[_Texts] = (
    "not-a-list",
    ("须为数组。", "An array belongs here."),
    ("请填写 JSON 数组。", "Write a JSON array."),
)
_NOT_OBJECT: Final[_Texts] = (
    "not-an-object",
    ("须为对象。", "An object belongs here."),
    ("请填写 JSON 对象。", "Write a JSON object."),
)
_NOT_ONE_OF: Final[_Texts] = (
    "not-one-of",
    ("不在可选值之内。", "Not one of the values offered."),
    ("可选值:{expected}。", "Choose one of: {expected}."),
)
_WRONG_FORM: Final[_Texts] = (
    "wrong-form",
    ("格式不正确。", "The form is wrong."),
    ("请按接口文档所示格式填写。", "Write it in the form that the API description shows."),
)
_TOO_SMALL: Final = "too-small"
_TOO_LARGE: Final = "too-large"

_TEXTS: Final[dict[str, _Texts]] = {
    "missing": _MISSING,
    "extra_forbidden": (
        "unknown-member",
        ("没有此项。", "There is no such member."),
        ("请核对拼写,或删去此项。", "Check its spelling, or leave it out."),
    ),
    "unclean_text": (
        "unclean-text",
        (
            "含有控制字符、不可见字符或方向控制字符。",
            "The text holds control, invisible or direction characters.",
        ),
        ("请删去这些字符;通常重新手工输入即可。", "Take them out; typing the text anew usually does."),
    ),
    "int_type": _NOT_INTEGER,
    "int_parsing": _NOT_INTEGER,
    "int_from_float": _NOT_INTEGER,
    "int_parsing_size": _NOT_INTEGER,
    "float_type": _NOT_NUMBER,
    "float_parsing": _NOT_NUMBER,
    "finite_number": _NOT_NUMBER,
    "decimal_type": _NOT_NUMBER,
    "decimal_parsing": _NOT_NUMBER,
    "bool_type": _NOT_BOOLEAN,
    "bool_parsing": _NOT_BOOLEAN,
    "string_type": (
        "not-a-text",
        ("须为文本。", "A text belongs here."),
        ("请填写带引号的文本。", "Write a text in quotes."),
    ),
    "string_too_short": (
        "too-short",
        ("内容过短或为空。", "Too short, or empty."),
        ("至少填写 {min_length} 个字符。", "Write at least {min_length} characters."),
    ),
    "string_too_long": (
        "too-long",
        ("内容过长。", "Too long."),
        ("最多填写 {max_length} 个字符。", "Write at most {max_length} characters."),
    ),
    "too_short": (
        "too-few",
        ("项数过少。", "Too few entries."),
        ("至少填写 {min_length} 项。", "Give at least {min_length}."),
    ),
    "too_long": (
        "too-many",
        ("项数过多。", "Too many entries."),
        ("最多填写 {max_length} 项。", "Give at most {max_length}."),
    ),
    "greater_than_equal": (
        _TOO_SMALL,
        ("数值过小。", "Too small."),
        ("不得小于 {ge}。", "Give {ge} or more."),
    ),
    "greater_than": (_TOO_SMALL, ("数值过小。", "Too small."), ("须大于 {gt}。", "Give more than {gt}.")),
    "less_than_equal": (
        _TOO_LARGE,
        ("数值过大。", "Too large."),
        ("不得大于 {le}。", "Give {le} or less."),
    ),
    "less_than": (_TOO_LARGE, ("数值过大。", "Too large."), ("须小于 {lt}。", "Give less than {lt}.")),
    "date_text": _NOT_DATE,
    "date_type": _NOT_DATE,
    "date_parsing": _NOT_DATE,
    "date_from_datetime_parsing": _NOT_DATE,
    "date_from_datetime_inexact": _NOT_DATE,
    "instant_text": _NOT_INSTANT,
    "datetime_type": _NOT_INSTANT,
    "datetime_parsing": _NOT_INSTANT,
    "datetime_from_date_parsing": _NOT_INSTANT,
    "timezone_aware": _NOT_INSTANT,
    "list_type": _NOT_LIST,
    "tuple_type": _NOT_LIST,
    "set_type": _NOT_LIST,
    "frozen_set_type": _NOT_LIST,
    "dict_type": _NOT_OBJECT,
    "model_type": _NOT_OBJECT,
    "model_attributes_type": _NOT_OBJECT,
    "literal_error": _NOT_ONE_OF,
    "enum": _NOT_ONE_OF,
    "sort_not_offered": (
        "not-one-of",
        ("不支持按此项排序。", "The list cannot be sorted by this."),
        ("请使用接口文档所列的排序项。", "Use a name that the API description offers."),
    ),
    "unknown_parameter": (
        "unknown-parameter",
        ("没有此查询参数。", "There is no such query parameter."),
        ("请核对拼写,或删去此参数。", "Check its spelling, or leave it out."),
    ),
    "repeated_parameter": (
        "repeated-parameter",
        ("此查询参数只能出现一次。", "This query parameter may be given only once."),
        ("请只保留一个。", "Keep one of them."),
    ),
    "cursor_invalid": (
        "cursor-invalid",
        ("分页游标无效或不属于此查询。", "The cursor is not valid, or was given for another query."),
        ("请从第一页重新查询。", "Start again with the first page."),
    ),
}


def describe(errors: Iterable[Mapping[str, Any]]) -> tuple[Mistake, ...]:
    """One entry for each error, in the order found."""
    return tuple(_mistake(error) for error in errors)


def unclean_text(pointers: Sequence[str]) -> tuple[Mistake, ...]:
    return tuple(_entry("unclean_text", {}, pointer=pointer) for pointer in pointers)


def wrong_parameter(name: str, kind: str) -> Mistake:
    """An entry for a query parameter; `kind` is one of the kinds above."""
    return _entry(kind, {}, parameter=_short(name))


def _mistake(error: Mapping[str, Any]) -> Mistake:
    place, *path = error["loc"]
    bounds = error.get("ctx") or {}
    if place == "body":
        pointer = "".join(f"/{escape(_short(str(step)))}" for step in path if _is_step(step))
        return _entry(error["type"], bounds, pointer=pointer)
    name = _short(str(path[0])) if path else ""
    return _entry(error["type"], bounds, **{"header" if place == "header" else "parameter": name})


def _is_step(step: str | int) -> bool:
    """Whether a step of the path is a member or an index, not pydantic's name for a branch of a union."""
    return isinstance(step, int) or step not in {
        "str",
        "int",
        "bool",
        "float",
        "date",
        "list",
        "tuple",
        "none",
    }


def _entry(kind: str, bounds: Mapping[str, Any], **place: str) -> Mistake:
    if isinstance(
        detail := bounds.get("detail"), Bilingual
    ):  # a service's own type, see `common.schemas.refused`
        return Mistake(code=kind, detail=detail, remedy=bounds["remedy"], **place)
    code, texts, remedy = _TEXTS.get(kind, _WRONG_FORM)
    shown = {name: str(bounds.get(name, "")) for name in _BOUNDS}
    return Mistake(
        code=code,
        detail=Bilingual(*texts),
        remedy=Bilingual(remedy[0].format_map(shown), remedy[1].format_map(shown)),
        **place,
    )


def _short(name: str) -> str:
    """A name that the caller wrote, fit to be shown: cut, and without what may be a person's number."""
    clean = "".join(character if character.isprintable() else "�" for character in name[:_LONGEST_NAME])
    return mask(clean)
