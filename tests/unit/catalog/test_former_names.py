"""Names of the editions that the classification of 2022 writes otherwise."""

from catalog.editions.reference import YEARS, reference_edition
from catalog.former_names import code_by_former_name, former_names, former_names_of
from catalog.names import name_key
from catalog.occupations.domain import classification


def test_every_code_is_of_the_classification_and_has_the_name_told() -> None:
    names = {occupation.code: occupation.name for occupation in classification().occupations}
    assert {row.code: names[row.code] for row in former_names()} == {
        row.code: row.name_2022 for row in former_names()
    }


def test_no_name_of_the_classification_is_a_former_one() -> None:
    assert not set(code_by_former_name()) & set(classification().code_by_name)


def test_every_former_name_stood_in_an_edition() -> None:
    stood = {
        name_key(entry.name)
        for year in YEARS
        for item in reference_edition(year).items
        for entry in item.entries
    }
    assert set(code_by_former_name()) <= stood


def test_the_childcare_worker_of_2017_is_the_childcare_teacher_of_2022() -> None:
    assert code_by_former_name()["保育员"] == "4-10-01-03"
    assert former_names_of()["4-10-01-03"] == ("保育员",)


def test_codes_that_the_packaged_lists_bring_agree_with_the_lineage() -> None:
    for year in YEARS:
        for item in reference_edition(year).items:
            for entry in item.entries:
                known = code_by_former_name().get(name_key(entry.name))
                assert known is None or entry.code in {None, known}
