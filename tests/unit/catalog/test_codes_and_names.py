"""Local codes, names and the classification of occupations."""

import pytest

from catalog.items.domain import local_code, local_serial
from catalog.names import name_key, stored_name
from catalog.occupations.domain import classification


@pytest.mark.parametrize(
    ("serial", "code"), [(1, "0-00-00-01"), (100, "0-00-01-00"), (999_999, "0-99-99-99")]
)
def test_a_local_code_is_major_group_0_and_a_running_number(serial: int, code: str) -> None:
    assert local_code(serial) == code
    assert local_serial(code) == serial


@pytest.mark.parametrize("serial", [0, 1_000_000])
def test_there_are_no_local_codes_beyond_six_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="six digits"):
        local_code(serial)


def test_a_code_of_the_classification_is_not_a_local_one() -> None:
    assert local_serial("6-18-02-04") is None


def test_the_classification_uses_no_code_that_a_local_one_could_be() -> None:
    assert not [code for code in classification().codes if code.startswith("0")]


def test_names_are_compared_without_regard_to_width_case_and_spaces() -> None:
    assert name_key(" \uff08粮油\uff09仓储 管理员\uff21 ") == name_key("(粮油)仓储管理员a")


def test_a_compatibility_ideograph_is_kept_as_the_character_it_stands_for() -> None:
    assert stored_name("\uf9ca水工") == "\u6d41水工"


def test_full_width_brackets_are_kept_as_the_list_writes_them() -> None:
    assert stored_name("\uff08粮油\uff09") == "\uff08粮油\uff09"


def test_the_classification_holds_the_published_numbers() -> None:
    occupations = classification().occupations
    digital = {occupation.code for occupation in occupations if occupation.is_digital}
    green = {occupation.code for occupation in occupations if occupation.is_green}
    assert (len(occupations), len(digital), len(green), len(digital & green)) == (1_639, 97, 134, 23)


def test_the_classification_has_8_major_79_middle_and_450_minor_groups() -> None:
    lengths = [len(code) for code in classification().groups]
    assert [lengths.count(length) for length in (1, 4, 7)] == [8, 79, 450]


def test_every_occupation_lies_in_named_groups() -> None:
    found = classification()
    assert all(all(found.group_names(code)) for code in found.codes)


def test_an_occupation_is_found_by_part_of_its_name() -> None:
    assert "6-18-02-04" in {occupation.code for occupation in classification().search("焊", limit=100)}


def test_an_occupation_is_found_by_how_its_code_begins() -> None:
    found = classification().search("6-18-02-0", limit=100)
    assert found
    assert all(occupation.code.startswith("6-18-02-0") for occupation in found)


def test_a_search_goes_on_behind_the_code_it_stopped_at() -> None:
    first = classification().search(None, limit=2)
    second = classification().search(None, after=first[-1].code, limit=1)
    assert [occupation.code for occupation in (*first, *second)] == sorted(classification().codes)[:3]


@pytest.mark.parametrize("text", ["%", "_", "(a+)+$", "𬭩"])
def test_a_search_takes_its_text_literally(text: str) -> None:
    assert classification().search(text, limit=10) == []
