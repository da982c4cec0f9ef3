"""Routes of templates; public (Art. 21)."""

from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Header, Response

from common.deps import produces, public
from common.schemas import Listing
from common.tabular.columns import Column
from common.tabular.reading import JSON, XLSX
from common.tabular.writing import template
from registration.results.domain import COLUMNS as RESULTS
from registration.rosters.domain import COLUMNS as ROSTER
from registration.templates.forms import Form, FormId, Kind, forms
from registration.templates.schemas import FormColumnOut, FormOut, Template, TemplateColumn

router = APIRouter(prefix="/templates", tags=["templates"])
_COLUMNS: Final[dict[Kind, tuple[Column, ...]]] = {"roster": ROSTER, "results": RESULTS}
Name = Literal[Kind, FormId]


@router.get("", dependencies=[public()])
async def get_forms() -> Listing[FormOut]:
    """Forms of today's bodies that import as they are: what becomes of each of their columns, and why."""
    return Listing(items=[_described(form) for form in forms().values()], next=None)


@router.get("/{kind}", response_model=Template, dependencies=[public(), produces(XLSX, JSON)])
async def get_template(kind: Name, accept: Annotated[str | None, Header(examples=[JSON])] = None) -> Response:
    """The XLSX form of a roster, of results, or of one of today's forms; as JSON, its description."""
    columns = _columns(kind)
    if JSON in (accept or ""):
        described = Template(kind=kind, columns=[TemplateColumn.of(column) for column in columns])
        return Response(described.model_dump_json(), media_type=JSON)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(template(columns, name="数据"), media_type=XLSX, headers=headers)


def _columns(name: Name) -> tuple[Column, ...]:
    if name in _COLUMNS:
        return _COLUMNS[name]
    form = forms()[cast(FormId, name)]
    return form.as_columns(_COLUMNS[form.kind])


def _described(form: Form) -> FormOut:
    ours = _COLUMNS[form.kind]
    return FormOut(
        id=form.id,
        kind=form.kind,
        name_zh=form.name.zh,
        name_en=form.name.en,
        columns=[FormColumnOut.of(one, ours, form.kind) for one in form.columns],
    )
