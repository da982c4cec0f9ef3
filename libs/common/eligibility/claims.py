"""PURE: what is known or said of a person, as far as eligibility asks for it; nothing that tells who it is."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from common.grades import Grade

Proof = Literal["registry", "documented", "claimed"]
"""Found in the platform's own registry; shown by a document; said, and still to be shown."""
School = Literal[
    "technical_school",
    "senior_technical_school",
    "technician_college",
    "technician_class",
    "secondary_vocational",
    "higher_vocational",
    "junior_college",
    "university",
]
"""技工学校 · 高级技工学校(高级工班) · 技师学院 · 预备技师班/技师班 · 中等职业学校 · 高等职业学校 · 大专 · 本科及以上"""
TitleGrade = Literal["junior", "intermediate", "senior"]
TITLE_RANKS: Final[dict[TitleGrade, int]] = {"junior": 1, "intermediate": 2, "senior": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `begin` until `end`, both included; one without an end goes on. `is_related`: to the occupation."""

    begin: date
    end: date | None = None
    is_related: bool = True
    proof: Proof = "claimed"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A skill level, or the national qualification that answers to it (Art. 2), in this or a related occupation."""

    grade: Grade
    issued_on: date
    is_related: bool = True
    proof: Proof = "claimed"


@dataclass(frozen=True, slots=True)
class Diploma:
    """A school finished on `graduated_on`, which may be to come: then its holder is a student since `enrolled_on`,
    of the final year at least where that is not said.

    `is_related`: the subject is this one or a related one; `is_assessed`: by the province, for this level (经评估论证).
    """

    school: School
    graduated_on: date
    enrolled_on: date | None = None
    is_related: bool = True
    is_assessed: bool = False
    proof: Proof = "claimed"


@dataclass(frozen=True, slots=True)
class Title:
    """A professional title (职称) that answers to the occupation."""

    grade: TitleGrade
    granted_on: date
    proof: Proof = "claimed"


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything at once. `apprenticed_on`: when an apprenticeship ended; `preparatory_on`: of the 预备技师证书."""

    born_on: date | None = None
    work: tuple[Period, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    diplomas: tuple[Diploma, ...] = ()
    titles: tuple[Title, ...] = ()
    apprenticed_on: date | None = None
    apprenticeship_proof: Proof = "claimed"
    preparatory_on: date | None = None
    preparatory_proof: Proof = "claimed"
    born_proof: Proof = "documented"
