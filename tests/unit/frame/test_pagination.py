"""Cursors of lists."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from common.pagination import CursorKey, page_of
from common.problems import Problem

KEY = CursorKey(b"k" * 32)
VALUES = ("王", 3, None, UUID(int=7), date(2025, 10, 25), datetime(2025, 10, 25, 1, tzinfo=UTC))


def test_values_come_back_as_they_went_in() -> None:
    assert KEY.open("plans", KEY.seal("plans", VALUES)) == VALUES


def test_a_cursor_of_another_list_opens_nothing() -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        KEY.open("batches", KEY.seal("plans", VALUES))


def test_a_cursor_of_another_platform_opens_nothing() -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        CursorKey(b"o" * 32).open("plans", KEY.seal("plans", VALUES))


@pytest.mark.parametrize(
    "made_up", ["", "x", "AAAA", "A" * 80, "钥匙", "=", "a b", KEY.seal("plans", VALUES)[:-4]]
)
def test_a_made_up_cursor_is_refused_by_name(made_up: str) -> None:
    with pytest.raises(Problem) as refused:
        page_of(KEY, "plans", limit=10, cursor=made_up)
    assert [(entry.parameter, entry.code) for entry in refused.value.errors] == [("cursor", "cursor-invalid")]


def test_a_page_ends_with_a_cursor_only_if_there_is_more() -> None:
    page = page_of(KEY, "plans", limit=2, cursor=None)
    assert page.fetch == 3
    assert page.cut([1, 2], lambda row: (row,)) == ([1, 2], None)
    rows, following = page.cut([1, 2, 3], lambda row: (row,))
    assert rows == [1, 2]
    assert page_of(KEY, "plans", limit=2, cursor=following).after == (2,)
