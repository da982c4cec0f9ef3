"""Routes: two editions compared; anyone may read it."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Response

from catalog.comparisons import service
from catalog.comparisons.page import HEADERS, comparison_page
from catalog.comparisons.schemas import ComparisonOut
from catalog.comparisons.sheet import as_csv
from common.deps import SessionDep, produces, public
from common.fresh import stamp, tell
from common.ids import EditionId
from common.problems import Language, language_of
from common.tabular.reading import CSV

router = APIRouter(prefix="/editions", tags=["editions"])
HTML: Final = "text/html"
Form = Literal["json", "csv", "html"]


@router.get(
    "/{edition_id}/diff/{other_id}",
    response_model=ComparisonOut,
    dependencies=[public(), produces("application/json", CSV, HTML)],
)
async def get_comparison(
    edition_id: EditionId,
    other_id: EditionId,
    response: Response,
    session: SessionDep,
    form: Annotated[
        Form | None, Query(alias="format", description="else by Accept; json when in doubt")
    ] = None,
    lang: Annotated[Language | None, Query(description="of the page; else by Accept-Language")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> ComparisonOut | Response:
    """What differs between the whole list under one edition and under another, whatever lies between them."""
    comparison = await service.compare_editions(session, edition_id, other_id)
    match form or _preferred(accept):
        case "csv":
            return _sheet(comparison)
        case "html":
            return _page(comparison, lang or language_of(accept_language))
        case _:
            response.headers["Vary"] = "Accept"
            return tell(response, comparison.told())


def _preferred(accept: str) -> Form:
    """JSON, unless a page or a sheet is asked for and JSON is not; browsers name the page first."""
    wanted = [entry.partition(";")[0].strip().lower() for entry in accept.split(",")]
    if "application/json" in wanted:
        return "json"
    return "html" if HTML in wanted else "csv" if CSV in wanted else "json"


def _sheet(comparison: service.Comparison) -> Response:
    content = as_csv(comparison)
    response = Response(content, media_type=f"{CSV}; charset=utf-8; header=present")
    name = f"list-{comparison.first.effective_on}-{comparison.second.effective_on}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Vary"] = "Accept"
    stamp(response, b"csv" + content)
    return response


def _page(comparison: service.Comparison, language: Language) -> Response:
    content = comparison_page(comparison, language=language).encode()
    response = Response(content, media_type=f"{HTML}; charset=utf-8", headers=HEADERS)
    response.headers["Content-Language"] = "zh-CN" if language == "zh" else "en"
    response.headers["Vary"] = "Accept, Accept-Language"
    stamp(response, content)
    return response
