"""Forms of today's bodies: every column of theirs is taken, or dropped for a reason that can be read."""

import io
from dataclasses import replace

import openpyxl
import pytest

from common.tabular.columns import normal
from common.tabular.rows import RawRow
from common.tabular.writing import template
from registration.results.domain import COLUMNS as RESULTS
from registration.rosters.domain import COLUMNS as ROSTER
from registration.rosters.domain import roster_judge
from registration.templates.forms import DROPPED, TAKEN, FormId, forms, why_dropped
from tests.unit.registration.factories import ELECTRICIAN, TODAY, plan, resident

NO_COLUMN_OF_OURS = why_dropped("roster")("no form has this")
IDS: tuple[FormId, ...] = ("roster_33", "roster_20", "certificates_11")


@pytest.mark.parametrize(("form", "width"), [("roster_33", 33), ("roster_20", 20), ("certificates_11", 11)])
def test_a_form_has_as_many_columns_as_it_is_known_for(form: FormId, width: int) -> None:
    assert len(forms()[form].columns) == width


@pytest.mark.parametrize("form", IDS)
def test_of_every_column_it_is_known_what_becomes_of_it(form: FormId) -> None:
    taken = {column.field for column in ROSTER}
    for column in forms()[form].columns:
        assert column.field in taken or why_dropped("roster")(column.heading) != NO_COLUMN_OF_OURS


@pytest.mark.parametrize("form", IDS)
def test_what_a_form_requires_is_one_of_its_columns(form: FormId) -> None:
    wanted = {"姓名", "证件类型"}
    assert wanted <= {column.heading for column in forms()[form].columns if column.required}


def test_no_form_names_a_field_of_ours_twice() -> None:
    for form in forms().values():
        fields = [column.field for column in form.columns if column.field]
        assert len(fields) == len(set(fields)), form.id


def test_no_heading_is_taken_as_two_fields() -> None:
    headings = [normal(heading) for known in TAKEN.values() for heading in known]
    assert len(headings) == len(set(headings))


def test_ethnicity_and_political_status_are_never_taken() -> None:
    taken = {normal(heading) for column in (*ROSTER, *RESULTS) for heading in column.headings}
    assert taken.isdisjoint({normal("民族"), normal("政治面貌"), normal("户籍所在地")})
    assert "collects nothing" in DROPPED["民族"].en


def test_a_column_of_the_roster_is_told_from_one_that_nobody_knows_when_results_come() -> None:
    assert "belongs to the roster" in why_dropped("results")("文化程度").en
    assert why_dropped("results")("吉祥物") == NO_COLUMN_OF_OURS


def test_the_workbook_of_a_form_has_its_headings_in_its_order_and_its_lists() -> None:
    form = forms()["roster_33"]
    book = openpyxl.load_workbook(io.BytesIO(template(form.as_columns(ROSTER), name="数据")))
    headings = [str(cell.value).rstrip("*") for cell in book["数据"][1]]
    offered = {
        str(one.sqref).split("1048576")[0]: one.formula1
        for one in book["数据"].data_validations.dataValidation
    }
    assert headings == [column.heading for column in form.columns]
    assert offered["C2:C"] == '"一级/高级技师,二级/技师,三级/高级工,四级/中级工,五级/初级工"'
    assert offered["S2:S"] == '"初次认定,晋级认定"'
    book.close()


@pytest.mark.parametrize(("levels", "found"), [((4,), 4), ((4, 3), None)])
def test_a_sheet_without_a_level_takes_the_only_one_of_its_plan(
    levels: tuple[int, ...], found: int | None
) -> None:
    judge = roster_judge(plan(*(replace(ELECTRICIAN, level=level) for level in levels)), today=TODAY)
    entrant, errors = judge(RawRow(2, {"name": "王伟", "id_number": resident()}))
    assert (entrant.applicant.item.level if entrant else None) == found
    assert [(one.column, one.code) for one in errors] == ([] if found else [("level", "missing")])


def test_an_empty_cell_of_a_level_is_missing_whatever_the_plan_has() -> None:
    judge = roster_judge(plan(), today=TODAY)
    _, errors = judge(RawRow(2, {"name": "王伟", "id_number": resident(), "level": None}))
    assert [(one.column, one.code) for one in errors] == [("level", "missing")]
