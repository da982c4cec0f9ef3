"""The gateway: one origin, and errors of its own in the services' form."""

import http.client

import httpx
import psutil
import pytest

from local.caddy import Caddy
from local.ports import free_port
from local.settings import SERVICES
from tests.service.local.conftest import Launcher, open_folder


@pytest.fixture
def url(platform: Launcher) -> str:
    return str(platform.state["gateway_url"])


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/catalog/v1/items", "catalog"),
        ("/filing", "filing"),
        ("/registration/v1/jobs/one", "registration"),
        ("/audit/docs", "audit"),
        ("/certificate/v1/keys", "certificate"),
        ("/V/ABC123", "certificate"),
        ("/v/abc123", "certificate"),
    ],
)
def test_a_path_reaches_its_service_unchanged(url: str, path: str, service: str) -> None:
    assert httpx.get(url + path).json()["service"] == service


def test_the_start_page_is_chinese_first_and_links_all_five_apis(url: str) -> None:
    page = httpx.get(url)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.text.index("职业技能等级服务平台") < page.text.index("Skill Level Platform</h2>")
    for service in ("catalog", "filing", "registration", "audit", "certificate"):
        assert f'href="/{service}/docs"' in page.text


@pytest.mark.parametrize(
    "path", ["/nothing", "/catalogue/v1/items", "/readyz", "/metrics", "/index.html", "/.git/config"]
)
def test_an_unknown_path_is_a_problem_in_chinese(url: str, path: str) -> None:
    answer = httpx.get(url + path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == "zh-CN"
    assert answer.json() == {
        "type": "/problems/not-found",
        "title": "未找到",
        "status": 404,
        "detail": "没有这个地址;各服务的接口说明见首页。",
    }


def test_a_problem_is_english_for_whom_prefers_it(url: str) -> None:
    answer = httpx.get(f"{url}/nothing", headers={"Accept-Language": "en-GB, zh;q=0.5"})
    assert answer.headers["Content-Language"] == "en"
    assert answer.json()["title"] == "Not found"


def test_a_body_too_large_is_refused(url: str) -> None:
    answer = httpx.post(f"{url}/filing/v1/plans", content=b" " * (72_000_000 + 1))
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/payload-too-large"


def test_a_large_body_within_the_limit_arrives_whole(url: str) -> None:
    content = b" " * (8 * 1024 * 1024)
    assert httpx.post(f"{url}/filing/v1/plans", content=content).json() == {"length": len(content)}


def test_headers_too_large_never_reach_a_service(url: str) -> None:
    try:
        status = httpx.get(f"{url}/filing/v1/plans", headers={"X-Long": "x" * 40_000}).status_code
    except httpx.TransportError:
        # The gateway hangs up without reading the rest, which may overtake its answer.
        status = 431
    assert status == 431


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_an_etag_from_a_compressed_answer_serves_for_if_match(url: str, encoding: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.request("GET", "/filing/v1/plans/one", headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    answer.read()
    assert answer.headers["Content-Encoding"] == encoding
    etag = answer.headers["ETag"]
    assert etag == f'"one-{encoding}"'
    again = httpx.get(f"{url}/filing/v1/plans/one", headers={"If-Match": etag})
    assert again.json()["if_match"] == '"one"'
    connection.close()


def test_nobody_can_reconfigure_it(platform: Launcher) -> None:
    """Caddy's administration would listen on a port of its own."""
    gateway = psutil.Process(platform.pid("gateway"))
    listening = [row for row in gateway.net_connections("inet") if row.status == psutil.CONN_LISTEN]
    assert [row.laddr.port for row in listening] == [platform.state["gateway"]["port"]]


def test_a_service_that_is_down_is_a_problem_with_advice() -> None:
    """A gateway alone: behind it nothing listens."""
    with open_folder() as folder:
        gateway = Caddy(folder, services=dict.fromkeys(SERVICES, free_port()))
        gateway.start()
        try:
            answer = httpx.get(f"{gateway.url}/audit/v1/journal", timeout=30)
        finally:
            gateway.stop()
    assert answer.status_code == 502
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["type"] == "/problems/unavailable"
    assert "Idempotency-Key" in answer.json()["detail"]
