"""PURE: clauses in words, in Chinese and English."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from common.eligibility.claims import School, TitleGrade
from common.eligibility.table import (
    AgeClause,
    ApprenticeshipClause,
    CertificateClause,
    Clause,
    DiplomaClause,
    PreparatoryClause,
    StudentClause,
    TitleClause,
    WorkClause,
    WorkingClause,
)
from common.errors import Bilingual
from common.grades import Grade

TITLES: Final[dict[TitleGrade, Bilingual]] = {
    "junior": Bilingual("初级职称", "a junior title"),
    "intermediate": Bilingual("中级职称", "an intermediate title"),
    "senior": Bilingual("高级职称", "a senior title"),
}
SCHOOLS: Final[dict[School, Bilingual]] = {
    "technical_school": Bilingual("技工学校", "technical school"),
    "senior_technical_school": Bilingual("高级技工学校(高级工班)", "senior technical school"),
    "technician_college": Bilingual("技师学院", "technician college"),
    "technician_class": Bilingual("预备技师班、技师班", "technician class"),
    "secondary_vocational": Bilingual("中等职业学校", "secondary vocational school"),
    "higher_vocational": Bilingual("高等职业学校", "higher vocational school"),
    "junior_college": Bilingual("大专", "junior college"),
    "university": Bilingual("本科及以上", "university"),
}


def of_clause(clause: Clause) -> Bilingual:
    """A clause in one sentence."""
    return _TEXTS[type(clause)](clause)


def _age(clause: AgeClause) -> Bilingual:
    return Bilingual(f"年满 {clause.years} 周岁", f"{clause.years} years old")


def _certificate(clause: CertificateClause) -> Bilingual:
    zh, en = (
        (f"满 {clause.held_years} 年", f" for {clause.held_years} years") if clause.held_years else ("", "")
    )
    return Bilingual(
        f"持有{Grade(clause.level).zh}或更高等级证书{zh}",
        f"holds a certificate of level {clause.level} or higher{en}",
    )


def _title(clause: TitleClause) -> Bilingual:
    title = TITLES[clause.grade]
    return Bilingual(f"具有{title.zh}或更高职称", f"holds {title.en} or a higher one")


def _student(clause: StudentClause) -> Bilingual:
    schools = clause.schools
    return Bilingual(f"{_zh(schools)}学生或毕业生", f"student or graduate of a {_en(schools)}")


def _work(clause: WorkClause) -> Bilingual:
    since = Bilingual("累计", "")
    if clause.after_certificate is not None:
        grade = Grade(clause.after_certificate)
        since = Bilingual(f"取得{grade.zh}证书后累计", f" since a certificate of level {grade.value}")
    elif clause.after_title is not None:
        title = TITLES[clause.after_title]
        since = Bilingual(f"取得{title.zh}后累计", f" since {title.en}")
    return Bilingual(
        f"{since.zh}从事本职业或相关职业工作满 {clause.years} 年",
        f"{clause.years} years of work in the occupation or a related one{since.en}",
    )


def _diploma(clause: DiplomaClause) -> Bilingual:
    schools = _zh(clause.schools), _en(clause.schools)
    assessed = _zh(clause.assessed_schools), _en(clause.assessed_schools)
    zh = [schools[0], f"经评估论证的{assessed[0]}" if assessed[0] else ""]
    en = [schools[1], f"{assessed[1]} that was assessed" if assessed[1] else ""]
    final = Bilingual("(含应届在读)", ", the final year included") if clause.final_year else Bilingual("", "")
    return Bilingual(
        f"本专业或相关专业{'或'.join(filter(None, zh))}毕业{final.zh}",
        f"finished, in this or a related subject, a {' or '.join(filter(None, en))}{final.en}",
    )


def _zh(schools: tuple[School, ...]) -> str:
    return "、".join(SCHOOLS[school].zh for school in schools)


def _en(schools: tuple[School, ...]) -> str:
    return ", ".join(SCHOOLS[school].en for school in schools)


_TEXTS: Final[Mapping[type[Any], Callable[[Any], Bilingual]]] = {
    AgeClause: _age,
    WorkingClause: lambda _: Bilingual(
        "从事本职业或相关职业工作", "works in the occupation or a related one"
    ),
    WorkClause: _work,
    CertificateClause: _certificate,
    TitleClause: _title,
    DiplomaClause: _diploma,
    StudentClause: _student,
    ApprenticeshipClause: lambda _: Bilingual(
        "本职业或相关职业学徒期满", "has ended an apprenticeship in the occupation"
    ),
    PreparatoryClause: lambda _: Bilingual(
        "持有预备技师证书", "holds the certificate of a preparatory technician"
    ),
}
