"""PURE: whether a plan that a specialised body files for an employer rests on an entrustment (Art. 12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from common.errors import Bilingual, FieldError
from filing.entrustments.domain import Entrustment


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """What was found for the agreement that a plan names: an entrustment, or a joint programme (Art. 12, 15).

    `entrustment`: none, where it is not one for this organisation and this kind of plan; `employer_may_file`: the
    other side is in good standing; `employer`: credit code of the employer.
    """

    entrustment: Entrustment | None
    employer_may_file: bool
    employer: str = ""


def entrusted_problems(
    items: Sequence[tuple[str, int]], first: date, last: date, found: OnBehalf
) -> Iterator[FieldError]:
    """Agreed by both sides for all days of the evaluation, and for each item at its level. `items`: code and level."""
    entrustment = found.entrustment
    if entrustment is None or not found.employer_may_file:
        yield _out_of_scope(
            "/entrustment_id",
            Bilingual(
                "本机构没有此项委托,或委托单位被采取监管措施。",
                "The organisation has no such entrustment, or a measure stands against the employer.",
            ),
        )
        return
    if not (entrustment.valid_on(first) and entrustment.valid_on(last)):
        yield _out_of_scope(
            "/entrustment_id",
            Bilingual(
                "委托未经双方确认,或在评价期间无效。",
                "The entrustment is not confirmed by both sides, or not valid through the evaluation.",
            ),
        )
    for index, (code, level) in enumerate(items):
        if not entrustment.covers(code, level):
            yield _out_of_scope(
                f"/items/{index}",
                Bilingual("委托不含该职业的此等级。", "The entrustment lacks this item at this level."),
            )


def _out_of_scope(pointer: str, detail: Bilingual) -> FieldError:
    return FieldError(
        pointer=pointer,
        code="out-of-scope",
        article="12",
        detail=detail,
        remedy=Bilingual(
            "请与委托单位确认委托的范围和期限,必要时另行委托。",
            "Settle items and period with the employer; make another entrustment where needed.",
        ),
    )
