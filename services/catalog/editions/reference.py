"""The national editions packaged with the platform, ready to be published by an authority that starts from nothing."""

from functools import lru_cache
from importlib import resources

from catalog.editions.schemas import EditionIn
from common.errors import NotFound

YEARS = (2017, 2021)


@lru_cache(maxsize=len(YEARS))
def reference_edition(year: int) -> EditionIn:
    """The body of `POST /catalog/v1/editions` for a year's national list. Raises NotFound."""
    if year not in YEARS:
        raise NotFound.of("reference edition")
    file = resources.files("catalog").joinpath("data", f"national_list_{year}.json")
    return EditionIn.model_validate_json(file.read_text(encoding="utf-8"))
