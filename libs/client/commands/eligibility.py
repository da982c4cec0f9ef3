"""`skills eligibility`: may I sit for this level? Worked out here, by the function that the platform uses."""

import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, NoReturn, TypeVar, cast, get_args

import typer

from client.commands.frame import Day, OptionalDay, day_of, remark
from common.eligibility import (
    Certificate,
    Claims,
    Diploma,
    Finding,
    Period,
    Proof,
    School,
    Status,
    Title,
    TitleGrade,
    evaluate,
    national_table,
)
from common.grades import Grade

T = TypeVar("T")
MARKS: dict[Status, str] = {"met": "✓", "waived": "✓", "needs_evidence": "?", "not_met": "✗"}
ENDINGS: dict[Status, int] = {"met": 0, "waived": 0, "needs_evidence": 3, "not_met": 1}


def eligibility(
    level: Annotated[str, typer.Option(help="5 to 1, 五级 to 一级")],
    on: Day,
    born: OptionalDay = None,
    worked: Annotated[
        list[str] | None,
        typer.Option(help="FIRST..LAST day at work, or FIRST.. when it goes on; again for more"),
    ] = None,
    certificate: Annotated[list[str] | None, typer.Option(help="LEVEL:DAY of issue, as 4:2021-06-30")] = None,
    diploma: Annotated[
        list[str] | None,
        typer.Option(
            help="SCHOOL:DAY of graduation, as junior_college:2020-06-30, which may be to come; "
            f"with :assessed behind it when the province has assessed the school; {', '.join(get_args(School))}"
        ),
    ] = None,
    title: Annotated[
        list[str] | None,
        typer.Option(help=f"GRADE:DAY, as junior:2022-01-05; {', '.join(get_args(TitleGrade))}"),
    ] = None,
    apprenticed: OptionalDay = None,
    preparatory: OptionalDay = None,
    regulation: Annotated[
        Literal["2018", "2023"], typer.Option(help="edition of the technical regulation")
    ] = "2023",
    proven: Annotated[bool, typer.Option(help="documents for all of it are at hand")] = False,
    form: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
) -> None:
    """May I sit for this level on this day? Every condition, and the day from which on it is met (Art. 2, 14).

    Ends 0 when eligible, 3 when evidence is still to be shown, 1 when not, 2 when it was asked otherwise than
    written here. `--apprenticed`: the day an apprenticeship ended; `--preparatory`: of a 预备技师证书. Nothing is sent
    anywhere.
    """
    proof: Proof = "documented" if proven else "claimed"
    claims = Claims(
        born_on=day_of(born),
        work=_each(worked, lambda text: _period(text, proof), "2018-07-01..2023-06-30"),
        certificates=_each(
            certificate,
            lambda text: Certificate(Grade.parse(_left(text)), _right(text), proof=proof),
            "4:2021-06-30",
        ),
        diplomas=_each(
            diploma,
            lambda text: _diploma(text, proof),
            "junior_college:2020-06-30",
        ),
        titles=_each(
            title,
            lambda text: Title(cast(TitleGrade, _one_of(text, get_args(TitleGrade))), _right(text), proof),
            "junior:2022-01-05",
        ),
        apprenticed_on=day_of(apprenticed),
        apprenticeship_proof=proof,
        preparatory_on=day_of(preparatory),
        preparatory_proof=proof,
    )
    finding = evaluate(national_table(regulation), claims, _grade(level), on.date())
    print(
        json.dumps(_as_data(finding), ensure_ascii=False, indent=1) if form == "json" else _as_text(finding)
    )
    raise typer.Exit(ENDINGS[finding.status])


def _grade(text: str) -> Grade:
    try:
        return Grade.parse(text)
    except ValueError:
        _misread("--level: 五级至一级,或 5 至 1 / one of the levels 5 to 1")


def _each(texts: list[str] | None, read: Callable[[str], T], example: str) -> tuple[T, ...]:
    try:
        return tuple(read(text) for text in texts or ())
    except (ValueError, KeyError):
        _misread(f"格式应为 / it is written: {example}")


def _period(text: str, proof: Proof) -> Period:
    begin, dots, end = text.partition("..")
    if not dots:
        raise ValueError("no two dots")
    period = Period(date.fromisoformat(begin), date.fromisoformat(end) if end else None, proof=proof)
    if period.end is not None and period.end < period.begin:
        raise ValueError("ends before it begins")
    return period


def _diploma(text: str, proof: Proof) -> Diploma:
    school = cast(School, _one_of(text, get_args(School)))
    plain = text.removesuffix(":assessed")
    return Diploma(school, _right(plain), is_assessed=plain != text, proof=proof)


def _left(text: str) -> str:
    return text.partition(":")[0]


def _right(text: str) -> date:
    return date.fromisoformat(text.partition(":")[2])


def _one_of(text: str, names: tuple[str, ...]) -> str:
    name = _left(text)
    if name not in names:
        raise ValueError("not one of them")
    return name


def _misread(text: str) -> NoReturn:
    """End otherwise than by an answer, so that a script never takes a slip of the pen for "not eligible"."""
    remark(text)
    raise typer.Exit(2)


def _as_text(finding: Finding) -> str:
    """The answer first, then every rule with its conditions."""
    answers: dict[Status, str] = {
        "met": "可以申报 / eligible",
        "waived": "可以申报 / eligible",
        "needs_evidence": "提交证明后可以申报 / eligible once the evidence is shown",
        "not_met": "尚不可申报 / not eligible yet",
    }
    lines = [f"{finding.grade.zh} {finding.day}: {answers[finding.status]}"]
    if finding.status == "not_met" and finding.earliest:
        lines.append(f"最早可申报之日 / earliest day: {finding.earliest}")
    for one in finding.rules:
        lines.append(f"\n{MARKS[one.status]} {one.rule.id}  {one.rule.text}")
        lines += [
            f"    {MARKS[clause.status]} {clause.text.zh} / {clause.text.en}"
            + (f" ({clause.months // 12} 年 {clause.months % 12} 个月)" if clause.months is not None else "")
            + (f" → {clause.earliest}" if clause.status == "not_met" and clause.earliest else "")
            for clause in one.clauses
        ]
        if one.status == "needs_evidence" and one.rule.evidence:
            lines.append(f"    需提交 / to be shown: {'、'.join(one.rule.evidence)}")
    return "\n".join(lines)


def _as_data(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.grade.value,
        "on": finding.day.isoformat(),
        "status": finding.status,
        "earliest": finding.earliest and finding.earliest.isoformat(),
        "rules": [
            {
                "id": one.rule.id,
                "status": one.status,
                "earliest": one.earliest and one.earliest.isoformat(),
                "evidence": list(one.rule.evidence),
                "clauses": [
                    {
                        "zh": clause.text.zh,
                        "en": clause.text.en,
                        "status": clause.status,
                        "months": clause.months,
                        "earliest": clause.earliest and clause.earliest.isoformat(),
                    }
                    for clause in one.clauses
                ],
            }
            for one in finding.rules
        ],
    }
