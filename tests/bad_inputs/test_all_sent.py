"""Areas are tested by parts; together the parts send every entry of their area."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.bad_inputs.harness import Area

AREAS = (
    "auth",
    "catalog",
    "certificate",
    "files",
    "filing",
    "http",
    "registration",
)  # messaging goes by scenarios of its own
# Races and kills take a test of their own; the answer listed is what they hold.
ELSEWHERE = {
    "certificate-049": "service/certificate/test_issue_kills.py",
    "certificate-052": "service/certificate/test_issue.py",
    "certificate-054": "service/certificate/test_issue.py",
    "registration-057": "service/registration/test_double_registration.py",
    "registration-078": "service/registration/test_kill.py",
}
OTHERS = {Path(__file__).stem, "test_harness"}
PARTS = sorted(file.stem for file in Path(__file__).parent.glob("test_*.py") if file.stem not in OTHERS)


def parts(name: str) -> Iterator[Area]:
    for part in PARTS:
        members = vars(import_module(f"tests.bad_inputs.{part}")).values()
        yield from (one for one in members if isinstance(one, Area) and one.name == name)


@pytest.mark.parametrize("name", AREAS)
def test_every_entry_of_an_area_is_sent_by_one_of_its_parts(name: str) -> None:
    missing = set.intersection(*(set(area.unmapped()) for area in parts(name)))
    assert missing == {one for one in ELSEWHERE if one.startswith(name)}


def test_what_is_tested_elsewhere_is_there() -> None:
    assert all((Path(__file__).parents[1] / file).is_file() for file in ELSEWHERE.values())
