"""Which rows an account of a region may see, as a condition of SQL (GB/T 2260: two digits a level)."""

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from common.auth import Caller


def in_charge(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], caller: Caller
) -> ColumnElement[bool]:
    """Rows whose county lies in the caller's region; the SQL twin of `Caller.sees_region`."""
    if caller.region is None:
        return true() if caller.role == "authority" else column.in_(())
    prefix = caller.region.removesuffix("00").removesuffix("00")
    return column.startswith(prefix, autoescape=True)
