"""If-Match and If-None-Match."""

import pytest

from common.preconditions import etag, if_match, none_match
from common.problems import Problem


@pytest.mark.parametrize("header", [None, "", "*", "v3", '"open'])
def test_an_update_without_a_tag_is_told_to_bring_one(header: str | None) -> None:
    with pytest.raises(Problem) as refused:
        if_match(header)
    assert refused.value.type.status == 428


def test_one_of_several_tags_is_enough() -> None:
    if_match('"v2", "v3"').check(3)


def test_a_stale_tag_is_answered_with_the_present_one() -> None:
    with pytest.raises(Problem) as refused:
        if_match('"v2"').check(3)
    assert (refused.value.type.status, refused.value.headers["ETag"]) == (412, '"v3"')


def test_a_weak_tag_is_no_version() -> None:
    with pytest.raises(Problem):
        if_match('W/"v3"').check(3)


def test_who_holds_the_representation_gets_no_other() -> None:
    assert none_match('"x", W/"v3"', etag(3))
    assert none_match("*", etag(3))
    assert not none_match('"v2"', etag(3))
    assert not none_match(None, etag(3))
