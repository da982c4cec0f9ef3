"""`/problems` and `/problems/{code}`: what each problem type means, for whoever follows the link in an answer."""

from collections.abc import Iterator
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from common.errors import PolicyError
from common.problems import FRAME_TYPES, Problem, status_of


def catalogue() -> dict[str, tuple[int, str, str]]:
    """Every problem type this process can answer with: code → status, text in Chinese, text in English."""
    found = {
        kind.code: (status_of(kind), kind.title.zh, kind.title.en)
        for kind in _subclasses(PolicyError)
        if "code" in vars(kind)
    }
    for code, frame in FRAME_TYPES.items():
        found[code] = (
            frame.status,
            f"{frame.title.zh}。{frame.detail.zh}",
            f"{frame.title.en}. {frame.detail.en}",
        )
    return dict(sorted(found.items()))


def _subclasses(kind: type[PolicyError]) -> Iterator[type[PolicyError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


async def index(_: Request) -> Response:
    return _page("Problem types", "".join(_row(code, *told) for code, told in catalogue().items()))


async def one(request: Request) -> Response:
    code = request.path_params["code"]
    told = catalogue().get(code)
    if told is None:
        raise Problem("not-found")
    return _page(code, _row(code, *told))


def _row(code: str, status: int, zh: str, en: str) -> str:
    return (
        f'<h2 id="{escape(code)}"><a href="/problems/{escape(code)}">{escape(code)}</a> · {status}</h2>'
        f'<p lang="zh-CN">{escape(zh)}</p><p lang="en">{escape(en)}</p>'
    )


def _page(title: str, body: str) -> Response:
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><h1>{escape(title)}</h1>{body}</html>',
        headers={"Content-Security-Policy": "default-src 'none'"},
    )
