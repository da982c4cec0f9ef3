"""Routes of templates; public (Art. 21)."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Response

from common.deps import produces, public
from common.tabular.columns import Column
from common.tabular.reading import JSON, XLSX
from common.tabular.writing import template
from registration.results.domain import COLUMNS as RESULTS
from registration.rosters.domain import COLUMNS as ROSTER
from registration.templates.schemas import Template, TemplateColumn

router = APIRouter(prefix="/templates", tags=["templates"])
Kind = Literal["roster", "results"]
_COLUMNS: Final[dict[Kind, tuple[Column, ...]]] = {"roster": ROSTER, "results": RESULTS}


@router.get("/{kind}", response_model=Template, dependencies=[public(), produces(XLSX, JSON)])
async def get_template(kind: Kind, accept: Annotated[str | None, Header(examples=[JSON])] = None) -> Response:
    """The XLSX form of a roster or of results; with `Accept: application/json` its description."""
    columns = _COLUMNS[kind]
    if JSON in (accept or ""):
        described = Template(kind=kind, columns=[TemplateColumn.of(column) for column in columns])
        return Response(described.model_dump_json(), media_type=JSON)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(template(columns, name="数据"), media_type=XLSX, headers=headers)
