"""The area `catalog` is tested by parts; together they send every entry of it."""

from importlib import import_module
from pathlib import Path

from tests.bad_inputs.harness import Area

PARTS = sorted(
    file.stem for file in Path(__file__).parent.glob("test_catalog_*.py") if file != Path(__file__)
)


def test_every_entry_of_the_area_is_sent_by_one_of_its_parts() -> None:
    areas: list[Area] = [import_module(f"tests.bad_inputs.{part}").AREA for part in PARTS]
    missing = set.intersection(*(set(area.unmapped()) for area in areas))
    assert missing == set()
