"""PURE: the three number rules (Art. 1), and what a series can still give.

Skill level: 22 characters, 人社鉴发〔2019〕2号. National qualification: 16 digits, the rule before it.
Special ability: the province's own, 12 digits, as no national rule was found.
Numbers are never reused or repaired (decision record 13).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from common.certificate_code import Kind
from common.errors import Bilingual, RuleViolation
from common.events.filing import OrganisationKind
from common.grades import Grade
from common.identifiers.certificate_number import (
    LAST_LEGACY_SERIAL,
    LAST_SERIAL,
    CertificateNumber,
    RegisterCode,
    qualification_number,
)

NO_LEVEL: Final = 0
LAST_STATION: Final = 999
_LAST: Final[dict[Kind, int]] = {
    "skill_level": LAST_SERIAL,
    "national_qualification": LAST_LEGACY_SERIAL,
    "special_ability": LAST_SERIAL,
}
# Position 7 of a qualification number: 0 centre, 1 national station, 2 local, 3 industry, 4 enterprise.
_PLACES: Final[dict[OrganisationKind, int]] = {
    "government_centre": 0,
    "foreign_body": 2,
    "third_party_agency": 2,
    "school": 2,
    "industry_body": 3,
    "employer": 4,
}


class SerialsExhausted(RuleViolation):
    """A series has given its last number; the province assigns the body a further register."""

    code: ClassVar[str] = "certificate-serial-exhausted"
    title: ClassVar[Bilingual] = Bilingual("证书序列号已用尽", "Certificate numbers exhausted")
    article: ClassVar[str | None] = "1"

    def __init__(self, *, register: str, year: int, level: int) -> None:
        super().__init__(
            Bilingual(
                "该登记册本年度该等级的证书序列号已全部用完；请由省级部门为该机构分配新的站点序列码后继续。",
                "The register has given every number of this year and level; "
                "the province assigns the body a further site code, then issuing goes on.",
            ),
            register=register,
            year=year,
            level=level,
        )


@dataclass(frozen=True, slots=True)
class Series:
    """Where serials are counted: a register's year and level (no level for special ability)."""

    kind: Kind
    register: str
    year: int
    level: int

    @property
    def last(self) -> int:
        """The last serial that the series can give."""
        return _LAST[self.kind]

    def is_nearly_exhausted(self, taken: int) -> bool:
        """From 95 % on, somebody must see to a further register."""
        return taken * 100 >= self.last * 95

    def number(self, serial: int) -> str:
        """The number of a serial. Raises ValueError outside the rule."""
        match self.kind:
            case "skill_level":
                register = RegisterCode.parse(self.register)
                return str(CertificateNumber(register, self.year, Grade(self.level), serial))
            case "national_qualification":
                return qualification_number(
                    year=self.year, institution=self.register, grade=Grade(self.level), serial=serial
                )
            case "special_ability":
                if not 1 <= serial <= self.last:
                    raise ValueError("serial outside the rule")
                return f"{self.year % 100:02d}{self.register}{serial:06d}"


def series_level(kind: Kind, level: int) -> int:
    return NO_LEVEL if kind == "special_ability" else level


def station_prefix(labour_province: str, region: str, kind: OrganisationKind) -> str:
    """Positions 3–7 of qualification numbers: the labour system's province code, the city's, the kind of place."""
    return f"{labour_province}{region[2:4]}{_PLACES[kind]}"


def institution_code(prefix: str, station: int) -> str:
    """Positions 3–10: the eight digits that name an institution. Raises ValueError when its stations are used up."""
    if not 1 <= station <= LAST_STATION:
        raise ValueError("no station numbers left")
    return f"{prefix}{station:03d}"


def special_register(labour_province: str, region: str) -> str:
    """Special ability numbers are counted per city, for all bodies together."""
    return f"{labour_province}{region[2:4]}"
