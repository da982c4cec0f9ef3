"""Identifiers: published rules and vectors, look-alikes, and nothing refused that real people carry."""

import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as other_uscc

from client import sample
from common.grades import Grade
from common.identifiers import uscc
from common.identifiers.certificate_number import (
    CertificateNumber,
    RegisterCode,
    normalise_number,
    qualification_number,
    shape_of,
)
from common.identifiers.documents import DocumentType, InvalidDocument, mask, parse_document, read_type
from common.identifiers.mod11 import check_character
from common.identifiers.names import is_name, normalise_name
from common.identifiers.resident import ResidentId, ResidentIdError

DATA = Path(__file__).parents[2] / "data"


def vectors(name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((DATA / name).read_text())
    return found


@pytest.mark.parametrize("vector", vectors("id_vectors.json"), ids=lambda v: str(v["note"])[:40])
def test_resident_numbers_are_judged_as_the_vectors_say(vector: dict[str, object]) -> None:
    try:
        ResidentId.parse(str(vector["number"]))
    except ResidentIdError:
        assert vector["valid"] is False
    else:
        assert vector["valid"] is True


def test_a_resident_number_tells_birth_date_sex_and_age() -> None:
    person = ResidentId.parse("320106199003071015")
    assert (person.birth_date, person.sex) == (date(1990, 3, 7), "male")
    assert (person.age_on(date(2026, 3, 6)), person.age_on(date(2026, 3, 7))) == (35, 36)


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(place: int, by: int) -> None:
    """MOD 11-2 detects every single substitution; a wrong digit may already break the date."""
    number = "320106199003071015"
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(ResidentIdError):
        ResidentId.parse(wrong)


@given(st.integers(0, 15))
def test_neighbouring_digits_swapped_are_found(place: int) -> None:
    number = "320106199003071015"
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(ResidentIdError):
            ResidentId.parse(swapped)


NEW_FOREIGN = "91156119900307101"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("居民身份证", "320106199003071015"),
        ("身份证", "３２０１０６１９９００３０７１０１５"),
        (None, " 3201 0619 9003 0710 15"),
        ("201", "320106199003071015"),
        ("港澳居民居住证", "810000199205120017"),
        ("外国人永久居留身份证", "ABC123456789012"),
        ("外国人永久居留身份证", NEW_FOREIGN + check_character(NEW_FOREIGN)),
        ("港澳居民来往内地通行证", "H12345678"),
        ("台湾居民来往大陆通行证", "12345678"),
        ("护照", "e12345678"),
        ("护照(外国国籍)", "P1234567"),
        ("护照（外国国籍）", "P1234567"),
        ("军官证", "军字第1234567号"),
    ],
)
def test_documents_that_people_really_carry_are_taken(kind: str | None, number: str) -> None:
    found = read_type(kind)
    assert found is not None
    parse_document(found, number)


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        (DocumentType.RESIDENT_ID, "320106199003071010", "id-checksum"),
        (DocumentType.RESIDENT_ID, "320106199013071015", "id-birth-date"),
        (DocumentType.RESIDENT_ID, "32010619900307", "id-length"),
        (DocumentType.HK_MACAO_RESIDENCE_PERMIT, "320106199003071015", "id-type"),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "AB1234567890123", "id-characters"),
        (DocumentType.PASSPORT, "12", "id-length"),
        (DocumentType.HK_MACAO_TRAVEL_PERMIT, "X12345678", "id-characters"),
        (DocumentType.MILITARY, "军字\u202e123456", "id-characters"),
        (DocumentType.RESIDENT_ID, "000000199003074517", "id-region"),
        (DocumentType.HK_MACAO_RESIDENCE_PERMIT, "810000199205120018", "id-checksum"),
        (DocumentType.TAIWAN_RESIDENCE_PERMIT, "810000199205120017", "id-type"),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "320106199003071015", "id-type"),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "911561199003071010", "id-checksum"),
        (DocumentType.PASSPORT, "320106199003071015", "id-type"),
        (DocumentType.OTHER, "320106199003071015", "id-type"),
    ],
)
def test_a_wrong_document_says_why_and_never_repeats_the_number(
    kind: DocumentType, number: str, code: str
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_document(kind, number)
    error = caught.value.as_error(row=7, column="证件号码")
    assert (error.code, error.row) == (code, 7)
    assert all(number not in str(text) for text in (error.detail, error.remedy, caught.value))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("320106199003071015", DocumentType.RESIDENT_ID),
        ("810000199205120017", DocumentType.HK_MACAO_RESIDENCE_PERMIT),
        ("820000199205120019", DocumentType.HK_MACAO_RESIDENCE_PERMIT),
        ("830000199205120010", DocumentType.TAIWAN_RESIDENCE_PERMIT),
        ("911561199003071012", DocumentType.FOREIGN_PERMANENT_RESIDENT),
    ],
)
def test_whatever_an_old_list_calls_an_id_card_is_stored_as_what_it_is(
    number: str, kind: DocumentType
) -> None:
    """Or one person would be two: the blind index is made of kind and number."""
    by_number, by_kind = parse_document(DocumentType.RESIDENT_ID, number), parse_document(kind, number)
    assert by_number == by_kind
    assert by_number.index_text == f"{kind.value}|{number}"


@pytest.mark.parametrize(
    ("born", "is_taken"), [("18991231", False), ("19000101", True), ("20000229", True), ("19000229", False)]
)
def test_birth_dates_exist_and_begin_with_1900(born: str, is_taken: bool) -> None:
    digits = f"320106{born}101"
    number = digits + check_character(digits)
    if is_taken:
        assert ResidentId.parse(number).birth_date.strftime("%Y%m%d") == born
    else:
        with pytest.raises(ResidentIdError, match="birth_date"):
            ResidentId.parse(number)


@pytest.mark.parametrize(
    ("number", "is_known", "is_permit"),
    [
        ("320106199003071015", True, False),
        ("321103197001010019", True, False),  # the county's code is retired, the province is not
        ("830000199205120010", True, True),
        ("170106199003071017", False, False),  # no province has 17
    ],
)
def test_an_unknown_province_is_a_warning_and_no_refusal(
    number: str, is_known: bool, is_permit: bool
) -> None:
    person = ResidentId.parse(number)
    assert (person.has_known_province, person.is_permit) == (is_known, is_permit)


def test_an_unknown_kind_of_document_is_none_and_an_empty_one_the_resident_id() -> None:
    assert read_type("图书证") is None
    assert read_type("") is DocumentType.RESIDENT_ID


@pytest.mark.parametrize(
    ("number", "masked"),
    [("320106199003071015", "320106********1015"), ("E12345678", "E******78"), ("1234", "1*34")],
)
def test_masks_tell_people_apart_and_hide_the_rest(number: str, masked: str) -> None:
    assert mask(number) == masked


@pytest.mark.parametrize("vector", vectors("uscc_vectors.json"), ids=lambda v: str(v["number"]))
def test_credit_codes_are_judged_as_the_vectors_say(vector: dict[str, object]) -> None:
    assert uscc.is_uscc(str(vector["number"])) is vector["valid"]


def test_the_organisation_code_inside_a_credit_code_is_checked_as_well() -> None:
    """MA1N0ABC has the check 5. With a 6 the sum grows by 3^16 = 28 (mod 31), so the last character by 3: R to W."""
    assert uscc.is_uscc("91320100MA1N0ABC5R")
    assert other_uscc.is_valid("91320100MA1N0ABC6W")  # the other implementation looks at the last one only
    assert not uscc.is_uscc("91320100MA1N0ABC6W")


@given(st.integers(0, 10**9))
def test_credit_codes_agree_with_another_implementation(seed: int) -> None:
    rng = random.Random(seed)
    code = sample.uscc(rng)
    place = rng.randrange(8, 18)
    changed = code[:place] + rng.choice(uscc.ALPHABET) + code[place + 1 :]
    assert uscc.is_uscc(code)
    assert other_uscc.is_valid(code)
    assert not uscc.is_uscc(changed) or other_uscc.is_valid(changed)


@pytest.mark.parametrize("vector", vectors("certno_vectors.json"), ids=lambda v: str(v["note"])[:40])
def test_certificate_numbers_are_judged_as_the_vectors_say(vector: dict[str, object]) -> None:
    try:
        number = CertificateNumber.parse(str(vector["n"]))
    except ValueError:
        assert vector["ok"] is False
    else:
        assert vector["ok"] is True
        assert str(number) == vector["n"]


def test_the_ministrys_example_is_explained_part_by_part() -> None:
    number = CertificateNumber.parse("Y000123000001195000001")
    assert (number.year, number.grade, number.serial) == (2019, Grade.FIVE, 1)
    assert [part for part, _, _ in number.explain()] == ["Y", "0001", "23", "000001", "19", "5", "000001"]
    assert number.explain()[2][2].zh == "黑龙江省"


registers = st.builds(
    RegisterCode,
    st.sampled_from("YS"),
    st.integers(0, 9999).map("{:04d}".format),
    st.sampled_from(["32", "23", "11"]),
    st.integers(0, 999_999).map("{:06d}".format),
)


@given(registers, st.integers(2017, 2099), st.sampled_from(Grade), st.integers(1, 999_999))
def test_a_number_that_was_built_reads_back(
    register: RegisterCode, year: int, grade: Grade, serial: int
) -> None:
    number = CertificateNumber(register, year, grade, serial)
    assert CertificateNumber.parse(str(number)) == number
    assert len(str(number)) == 22


@pytest.mark.parametrize("serial", [0, 1_000_000])
def test_a_serial_outside_six_digits_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="serial"):
        CertificateNumber(RegisterCode("Y", "0000", "32", "000101"), 2026, Grade.FIVE, serial)


def test_numbers_are_normalised_but_never_repaired() -> None:
    assert normalise_number(" ｙ0000 32000101261999999") == "Y000032000101261999999"
    assert shape_of("O000032000101261999999") == "other"


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        ("Y000032000101261999999", "national_22"),
        (
            qualification_number(year=2016, institution="10012003", grade=Grade.THREE, serial=42),
            "qualification_16",
        ),
        ("RSN320100001204" + "00001", "trial_20"),
        ("0001234567890", "other"),
        ("Y000032000101261000000", "other"),  # serials begin with 000001
        ("1610012003300000", "other"),
    ],
)
def test_numbers_on_old_papers_are_told_by_their_shape(number: str, shape: str) -> None:
    assert shape_of(number) == shape


def test_sample_people_carry_valid_documents() -> None:
    for person in sample.people(500, seed=7):
        parse_document(DocumentType.RESIDENT_ID, person.id_number)
        assert is_name(normalise_name(person.name))
