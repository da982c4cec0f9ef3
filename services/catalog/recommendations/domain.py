"""PURE: who may recommend and pick how many enterprises until when (the letter: counties recommend, the city picks)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from catalog.consultations.domain import DeadlinePassed
from common.errors import Bilingual, FieldError, RuleViolation, StateConflict, Violations
from common.identifiers.uscc import is_uscc
from common.regions import present, region


class QuotaExceeded(RuleViolation):
    """No more than the call allows."""

    code: ClassVar[str] = "quota-exceeded"
    title: ClassVar[Bilingual] = Bilingual("超出名额", "Over the quota")


class OtherLevel(RuleViolation):
    """Counties recommend, cities pick."""

    code: ClassVar[str] = "region-level"
    title: ClassVar[Bilingual] = Bilingual("不是本级事项", "Not for an office of this level")


class Picked(StateConflict):
    """A city picks once, and from then on its counties' recommendations stand."""

    title: ClassVar[Bilingual] = Bilingual("该市已经选定", "The city has picked")


class TooEarly(StateConflict):
    """A city picks when its counties have finished."""

    title: ClassVar[Bilingual] = Bilingual("推荐尚未截止", "Recommendations are still taken")


class Duplicate(StateConflict):
    """One enterprise, one recommendation."""

    code: ClassVar[str] = "duplicate"
    title: ClassVar[Bilingual] = Bilingual("该企业已被推荐", "Recommended already")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a call allows, and until when."""

    per_county: int
    per_city: int
    deadline: date
    pick_deadline: date


def check_terms(terms: Terms, today: date) -> None:
    """Days to come, the pick after the recommendations. Raises Violations."""
    errors = []
    if terms.deadline < today:
        errors.append(_error("/deadline", "deadline-over", *DEADLINE_OVER))
    if terms.pick_deadline <= terms.deadline:
        errors.append(_error("/pick_deadline", "pick-before-deadline", *PICK_EARLY))
    if errors:
        raise Violations(errors)


def check_recommendation(terms: Terms, office: str | None, made: int, today: date, uscc: str) -> str:
    """The county that may recommend. Raises OtherLevel, DeadlinePassed, QuotaExceeded, Violations."""
    county = _office(office, "county", Bilingual("企业由县级中心推荐。", "County centres recommend."))
    if today > terms.deadline:
        raise DeadlinePassed(
            Bilingual(
                f"推荐已于 {terms.deadline} 截止。", f"Recommendations were taken until {terms.deadline}."
            ),
            deadline=terms.deadline,
        )
    if not is_uscc(uscc):
        raise Violations([_error("/uscc", "uscc-invalid", *USCC_INVALID)])
    if made >= terms.per_county:
        raise QuotaExceeded(
            Bilingual(
                f"每县(市、区)至多推荐 {terms.per_county} 家;可先撤回一家。",
                f"Each county recommends {terms.per_county} at most; withdraw one first.",
            ),
            quota=terms.per_county,
        )
    return county


def check_pick(
    terms: Terms,
    office: str | None,
    picked: Collection[UUID],
    standing: Collection[UUID],
    *,
    today: date,
    has_picked: bool,
) -> str:
    """The city that may pick these. Raises OtherLevel, TooEarly, DeadlinePassed, Picked, QuotaExceeded, Violations."""
    city = _office(office, "city", Bilingual("企业由设区市中心选定。", "City centres pick."))
    if today <= terms.deadline:
        raise TooEarly(
            Bilingual(f"推荐至 {terms.deadline} 截止,之后方可选定。", f"Pick after {terms.deadline}."),
            deadline=terms.deadline,
        )
    if today > terms.pick_deadline:
        raise DeadlinePassed(
            Bilingual(
                f"选定已于 {terms.pick_deadline} 截止。", f"Picks were taken until {terms.pick_deadline}."
            ),
            deadline=terms.pick_deadline,
        )
    if has_picked:
        raise Picked(Bilingual("该市已选定,不再变更。", "The city has picked, and it stands."))
    if len(set(picked)) > terms.per_city:
        raise QuotaExceeded(
            Bilingual(f"每市选定 {terms.per_city} 家。", f"Each city picks {terms.per_city}."),
            quota=terms.per_city,
        )
    wrong = [
        _error(f"/recommendation_ids/{place}", "recommendation-unknown", *NOT_OF_CITY)
        for place, one in enumerate(picked)
        if one not in standing
    ]
    if wrong:
        raise Violations(wrong)
    return city


def _office(code: str | None, level: str, detail: Bilingual) -> str:
    found = region(present(code)) if code else None
    if found is None or found.level != level:
        raise OtherLevel(detail)
    return found.code


def _error(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer)


DEADLINE_OVER: Final = (
    Bilingual("截止日期已过。", "The deadline lies in the past."),
    Bilingual("请填写今天或以后的日期。", "Give today or a later day."),
)
PICK_EARLY: Final = (
    Bilingual(
        "选定的截止日期不晚于推荐的截止日期。", "Cities could not pick after the counties have finished."
    ),
    Bilingual("请填写更晚的日期。", "Give a later day."),
)
USCC_INVALID: Final = (
    Bilingual("不是有效的统一社会信用代码。", "This is no unified social credit code."),
    Bilingual("请对照营业执照核对 18 位代码。", "Check the 18 characters with the licence."),
)
NOT_OF_CITY: Final = (
    Bilingual("本市没有这项推荐,或已撤回。", "No such recommendation of this city stands."),
    Bilingual("请重新读取推荐清单。", "Read the list of recommendations again."),
)
