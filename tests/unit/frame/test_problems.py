"""Problem answers in two languages."""

from datetime import date
from typing import ClassVar

import orjson
import pytest

from common.errors import Bilingual, FieldError, PolicyError, RuleViolation, Violations
from common.mistakes import describe
from common.problems import FRAME_TYPES, answer_to, language_of, malformed_body, refusal, response


class TooLate(RuleViolation):
    code: ClassVar[str] = "filed-too-late"
    article: ClassVar[str | None] = "18(1)"
    title: ClassVar[Bilingual] = Bilingual("备案过迟", "Filed too late")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh;q=0.3,en;q=0.7", "en"),
        ("fr", "zh"),
        ("fr,en;q=0.1", "en"),
        ("*", "zh"),
        ("en;q=nonsense", "zh"),
    ],
)
def test_the_language_is_chinese_unless_english_ranks_before_it(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_a_rules_refusal_carries_code_article_and_facts() -> None:
    error = TooLate(
        Bilingual("最迟应于九月二十九日备案。", "File by 29 September."), last_day=date(2025, 9, 29)
    )
    document = refusal(error).document(language="en", request_id="r")
    assert document == {
        "type": "/problems/filed-too-late",
        "title": "Filed too late",
        "status": 422,
        "detail": "File by 29 September.",
        "article": "18(1)",
        "last_day": "2025-09-29",
        "request_id": "r",
    }


def test_all_mistakes_are_told_each_with_place_and_remedy() -> None:
    mistake = FieldError(
        code="check-digit",
        detail=Bilingual("校验码错误。", "Wrong."),
        remedy=Bilingual("请核对。", "Check."),
        row=3,
        column="证件号码",
    )
    document = refusal(Violations([mistake, mistake])).document(language="zh", request_id=None)
    assert document["errors"] == 2 * [
        {
            "row": 3,
            "column": "证件号码",
            "code": "check-digit",
            "detail": "校验码错误。",
            "remedy": "请核对。",
        }
    ]


def test_a_fact_cannot_hide_a_standard_member() -> None:
    error = TooLate(Bilingual("迟。", "Late."), status=200, type="x")
    assert refusal(error).document(language="zh", request_id=None)["status"] == 422


def test_the_answer_is_problem_json_in_the_language_it_names() -> None:
    answer = response(answer_to(malformed_body("not-json", 12)), language="en", request_id="r")
    assert answer.media_type == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert orjson.loads(answer.body)["detail"] == "The body is not valid JSON (at byte 12)."


def test_every_frame_type_is_told_in_both_languages() -> None:
    for kind in FRAME_TYPES.values():
        assert kind.title.zh != kind.title.en
        assert kind.detail.zh != kind.detail.en
        assert 400 <= kind.status < 600


def test_a_family_has_its_status() -> None:
    families = {
        kind.__name__: refusal(kind(Bilingual("一", "a"))).status for kind in PolicyError.__subclasses__()
    }
    assert families == {
        "Malformed": 400,
        "RuleViolation": 422,
        "TooLarge": 413,
        "StateConflict": 409,
        "Forbidden": 403,
        "NotFound": 404,
        "Gone": 410,
    }


def test_a_value_error_of_pydantic_never_shows_the_value() -> None:
    found = describe(
        [
            {
                "type": "less_than_equal",
                "loc": ("body", "rows", 3, "level"),
                "ctx": {"le": 5},
                "input": 320123,
            },
            {"type": "no_such_kind", "loc": ("query", "region"), "input": "secret"},
            {"type": "extra_forbidden", "loc": ("body", "32010219900307123X")},
        ]
    )
    assert [(entry.pointer, entry.parameter, entry.code) for entry in found] == [
        ("/rows/3/level", None, "too-large"),
        (None, "region", "wrong-form"),
        ("/[masked]", None, "unknown-member"),
    ]
    assert found[0].remedy == Bilingual("不得大于 5。", "Give 5 or less.")
    assert "secret" not in repr(found)
