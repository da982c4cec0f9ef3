"""Plans and rows, smallest valid."""

from datetime import date
from typing import Any
from uuid import UUID

from client.sample import check_character
from common.marks import Part, PartName, PassRule
from common.tabular.rows import RawRow
from registration.plans.domain import Item, Plan

STANDARD = UUID("01936f3c-5a2e-7c41-9d3e-000000000001")
TODAY = date(2025, 10, 27)
ELECTRICIAN = Item("6-31-01-03", "电工", "skill_level", 4, STANDARD)
SENIOR = Item("6-31-01-03", "电工", "skill_level", 2, STANDARD)
WELDER = Item("6-18-02-04", "焊工", "skill_level", 4, STANDARD)
TWO = PassRule((Part(PartName.THEORY), Part(PartName.SKILL)))
THREE = PassRule((*TWO.parts, Part(PartName.REVIEW)))
RULES = {
    (ELECTRICIAN.code, 4): TWO,
    (SENIOR.code, 2): THREE,
    (WELDER.code, 4): TWO,
}


def plan(*items: Item, **changes: Any) -> Plan:
    """An employer's plan evaluated on 25 and 26 October 2025."""
    standing: dict[str, Any] = {
        "id": STANDARD,
        "organisation_id": STANDARD,
        "kind": "employer",
        "region": "320106",
        "starts_on": date(2025, 10, 25),
        "ends_on": date(2025, 10, 26),
        "items": items or (ELECTRICIAN,),
    }
    return Plan(**(standing | changes))


def resident(born: str = "19900307", *, sequence: str = "101", division: str = "320106") -> str:
    """A resident ID number with the right check digit; `sequence` odd: a man."""
    digits = division + born + sequence
    return digits + check_character(digits)


def raw(number: int = 2, **values: str | None) -> RawRow:
    """A row of results that passes."""
    standing: dict[str, str | None] = {
        "name": "王伟",
        "id_number": resident(),
        "level": "4",
        "theory": "60",
        "skill": "60",
        "ethics": "合格",
    }
    return RawRow(number, standing | values)
