"""How requests are read and answers are given."""

import gzip
from typing import Any

import pytest

from common.ids import uuid7
from tests.support.service import RunningService

THINGS = "/demo/v1/things"


async def kept(demo: RunningService, name: str = "a") -> str:
    headers = demo.as_("plan_filer", idempotency_key="new")
    answer = await demo.client.post(THINGS, headers=headers, json={"name": name, "level": 3})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def test_all_mistakes_are_told_at_once_each_with_its_pointer(demo: RunningService) -> None:
    value = {"name": "", "level": "3", "made_on": "2025-02-30", "is_fragile": 1, "plam": 1}
    answer = await demo.client.post(THINGS, headers=demo.as_("plan_filer", idempotency_key="new"), json=value)
    assert answer.status_code == 422
    assert [(entry["pointer"], entry["code"]) for entry in answer.json()["errors"]] == [
        ("/name", "too-short"),
        ("/level", "not-an-integer"),
        ("/made_on", "not-a-date"),
        ("/is_fragile", "not-a-boolean"),
        ("/plam", "unknown-member"),
    ]
    assert all(entry["remedy"] for entry in answer.json()["errors"])


async def test_english_is_told_to_who_prefers_it(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new") | {"Accept-Language": "en"}
    answer = await demo.client.post(THINGS, headers=headers, json={"level": 3})
    assert answer.headers["content-language"] == "en"
    assert answer.json()["errors"][0]["detail"] == "This is missing."


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=UTF-8", 201),
        ("application/json; charset=gbk", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        (None, 415),
    ],
)
async def test_json_is_taken_as_json_in_utf_8_only(
    demo: RunningService, media_type: str | None, status: int
) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    headers |= {"Content-Type": media_type} if media_type else {}
    answer = await demo.client.post(THINGS, headers=headers, content=b'{"name":"a","level":3}')
    assert answer.status_code == status


async def test_a_gzip_body_is_unpacked_and_other_codings_are_refused(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new") | {"Content-Type": "application/json"}
    body = gzip.compress(b'{"name":"a","level":3}')
    taken = await demo.client.post(THINGS, headers=headers | {"Content-Encoding": "gzip"}, content=body)
    refused = await demo.client.post(THINGS, headers=headers | {"Content-Encoding": "br"}, content=body)
    broken = await demo.client.post(THINGS, headers=headers | {"Content-Encoding": "gzip"}, content=body[:-9])
    assert (taken.status_code, refused.status_code, broken.status_code) == (201, 415, 400)


async def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new") | {"Content-Type": "application/json"}
    for size, status in ((1024 * 1024, 422), (1024 * 1024 + 1, 413)):
        body = b'"' + b"x" * (size - 2) + b'"'
        assert (await demo.client.post(THINGS, headers=headers, content=body)).status_code == status


async def test_an_upload_has_a_limit_of_its_own(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new") | {"Content-Type": "text/csv"}
    for size, status in ((8 * 1024 * 1024, 202), (8 * 1024 * 1024 + 1, 413)):
        key = {"Idempotency-Key": str(uuid7())}
        answer = await demo.client.post(f"{THINGS}/upload", headers=headers | key, content=b"x" * size)
        assert answer.status_code == status
    other = headers | {"Content-Type": "text/html"}
    assert (await demo.client.post(f"{THINGS}/upload", headers=other, content=b"x")).status_code == 415


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/*;q=0.2", 200),
        ("text/html, application/json", 200),
        ("application/xml", 406),
        ("application/json;q=0", 406),
        ("text/html", 406),
    ],
)
async def test_what_cannot_be_produced_is_not_acceptable(
    demo: RunningService, accept: str, status: int
) -> None:
    headers = demo.as_("plan_filer") | {"Accept": accept}
    assert (await demo.client.get(THINGS, headers=headers)).status_code == status


async def test_a_route_may_offer_more_than_json(demo: RunningService) -> None:
    path = f"{await kept(demo)}/sheet"
    for accept, status in (("text/csv", 200), ("application/json", 200), ("application/pdf", 406)):
        answer = await demo.client.get(path, headers=demo.as_("plan_filer") | {"Accept": accept})
        assert answer.status_code == status


async def test_a_mistyped_filter_does_not_show_everything(demo: RunningService) -> None:
    answer = await demo.client.get(THINGS, headers=demo.as_("plan_filer"), params={"levle": "3"})
    assert [(entry["parameter"], entry["code"]) for entry in answer.json()["errors"]] == [
        ("levle", "unknown-parameter")
    ]


@pytest.mark.parametrize("text", ["a%00b", "%E2%80%8B", "%1B[31m"])
async def test_text_in_a_query_is_as_clean_as_in_a_body(demo: RunningService, text: str) -> None:
    answer = await demo.client.get(f"{THINGS}?sort={text}", headers=demo.as_("plan_filer"))
    assert [(entry["parameter"], entry["code"]) for entry in answer.json()["errors"]] == [
        ("sort", "unclean-text")
    ]
    assert (await demo.client.get(f"/demo/v1/hot/{text}")).status_code == 404
    assert (await demo.client.get(f"/demo/v1/hot/x?q={text}")).status_code == 422


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e3", ""])
async def test_a_page_has_between_1_and_200_rows(demo: RunningService, limit: str) -> None:
    answer = await demo.client.get(THINGS, headers=demo.as_("plan_filer"), params={"limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "limit")


async def test_pages_follow_one_another_and_belong_to_their_filters(demo: RunningService) -> None:
    for name in "abcde":
        await kept(demo, name)
    headers, names, cursor = demo.as_("plan_filer"), [], None
    for _ in range(3):
        query = {"limit": "2", "level": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await demo.client.get(THINGS, headers=headers, params=query)).json()
        names.append("".join(item["name"] for item in page["items"]))
        cursor = page["next"] or cursor
    assert (names, page["next"]) == (["ab", "cd", "e"], None)
    other = await demo.client.get(
        THINGS, headers=headers, params={"limit": "2", "level": "4", "cursor": cursor}
    )
    assert other.json()["errors"][0]["code"] == "cursor-invalid"


async def test_a_list_is_sorted_only_by_what_it_offers(demo: RunningService) -> None:
    headers = demo.as_("plan_filer")
    assert (await demo.client.get(THINGS, headers=headers, params={"sort": "-name"})).status_code == 200
    answer = await demo.client.get(THINGS, headers=headers, params={"sort": "password_hash"})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "sort")


@pytest.mark.parametrize(
    "path", ["/plan_zz", f"/batch_{'0' * 26}", f"/plan_{'0' * 26}", "/%c0%ae%c0%ae", "/", "/%00", "/王"]
)
async def test_a_path_that_names_nothing_is_not_found(demo: RunningService, path: str) -> None:
    answer = await demo.client.get(f"{THINGS}{path}", headers=demo.as_("plan_filer"))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_method_that_is_not_offered_is_told_with_those_that_are(demo: RunningService) -> None:
    for path, allowed in (
        (THINGS, "GET, HEAD, POST"),
        (f"{THINGS}/plan_1", "GET, HEAD, PUT"),
        ("/healthz", "GET, HEAD"),
    ):
        answer = await demo.client.delete(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_head_is_answered_like_get_without_a_body(demo: RunningService) -> None:
    answer = await demo.client.head(THINGS, headers=demo.as_("plan_filer"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_who_holds_the_present_version_gets_304_and_no_body(demo: RunningService) -> None:
    path, headers = await kept(demo), demo.as_("plan_filer")
    first = await demo.client.get(path, headers=headers)
    again = await demo.client.get(path, headers=headers | {"If-None-Match": first.headers["etag"]})
    assert (first.headers["etag"], again.status_code, again.content) == ('"v1"', 304, b"")


async def test_an_update_needs_the_version_it_was_made_from(demo: RunningService) -> None:
    path, headers, value = await kept(demo), demo.as_("plan_filer"), {"name": "b", "level": 4}

    async def put(**extra: str) -> tuple[int, str | None]:
        answer = await demo.client.put(path, headers=headers | extra, json=value)
        return answer.status_code, answer.headers.get("etag")

    assert await put() == (428, None)
    assert await put(**{"If-Match": "*"}) == (428, None)
    assert await put(**{"If-Match": '"v7"'}) == (412, '"v1"')
    assert await put(**{"If-Match": '"v1"'}) == (200, '"v2"')
    assert await put(**{"If-Match": '"v1"'}) == (412, '"v2"')


async def test_a_request_id_is_given_on_or_made_anew(demo: RunningService) -> None:
    for given, kept_as_it_is in (
        ("req-12345678", True),
        ("a b", False),
        ("x" * 65, False),
        ("<script>", False),
    ):
        answer = await demo.client.get("/healthz", headers={"X-Request-Id": given})
        assert (answer.headers["x-request-id"] == given) is kept_as_it_is


async def test_an_answer_to_an_account_is_not_to_be_stored_by_caches(demo: RunningService) -> None:
    answer = await demo.client.get(THINGS, headers=demo.as_("plan_filer"))
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "", "@127.0.0.1"]
)
async def test_another_host_name_is_misdirected(demo: RunningService, host: str) -> None:
    answer = await demo.client.get("/healthz", headers={"Host": host})
    assert (answer.status_code, answer.json()["type"]) == (421, "/problems/misdirected")


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost", "LOCALHOST:80", "[::1]:80"])
async def test_loopback_names_are_answered(demo: RunningService, host: str) -> None:
    assert (await demo.client.get("/healthz", headers={"Host": host})).status_code == 200


async def test_whatever_breaks_is_told_as_internal_with_its_request_id(
    demo: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("王伟")

    monkeypatch.setattr("tests.support.demo.main._out", broken)
    headers = demo.as_("plan_filer", idempotency_key="new")
    answer = await demo.client.post(THINGS, headers=headers, json={"name": "a", "level": 3})
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "王伟" not in answer.text


async def test_a_bare_route_is_measured_by_its_template(demo: RunningService) -> None:
    await demo.client.get("/demo/v1/hot/32010219900307123X")
    metrics = (await demo.client.get("/metrics")).text
    assert 'route="/demo/v1/hot/{word}"' in metrics
    assert "32010219900307123X" not in metrics
