"""Use cases: propose a standard, change its draft, record a national one that the State issued (Art. 4-6)."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Final, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.base import Turn, take_turn
from catalog.items import repository as items
from catalog.standards import repository
from catalog.standards.domain import Kind, content_problems, item_problems
from catalog.standards.life import EDITABLE, NotNow, not_now
from catalog.standards.models import DevelopmentPlan, StandardRow
from catalog.standards.recording import (
    document_problems,
    enter,
    first_day_problems,
    supersede,
    told,
    told_in_detail,
)
from catalog.standards.schemas import ContentIn, NationalIn, ProposalIn, StandardDetail, StandardOut
from common.auth import Caller
from common.eligibility import table_from
from common.errors import Bilingual, FieldError, Forbidden, Violations
from common.events.catalog import StandardState
from common.ids import uuid7
from common.permissions import ORGANISATION_ROLES
from common.preconditions import IfMatch
from common.unit_of_work import UnitOfWork


class NotYours(Forbidden):
    """Enterprises apply for norms and draft their own; the rest is the authority's."""

    article: ClassVar[str | None] = "6"


async def propose_standard(uow: UnitOfWork, body: ProposalIn, *, caller: Caller, today: date) -> StandardOut:
    """Put a standard on record as planned. Raises NotYours, Violations, NotNow."""
    if (caller.organisation_id is not None) != (body.kind == "enterprise_norm"):
        raise NotYours(
            Bilingual(
                "企业评价规范由龙头企业申请,省级标准由主管部门列入年度计划。",
                "A norm is applied for by a leading enterprise; provincial standards are planned by the authority.",
            )
        )
    async with uow:
        _refuse(await proposal_problems(uow.session, body, today))
        if body.planned_year is not None and not await uow.session.get(DevelopmentPlan, body.planned_year):
            raise NotNow(
                Bilingual("该年度计划尚未公布。", "The plan of this year has not been published."),
                planned_year=body.planned_year,
            )
        row = plan_standard(uow, body, proposed_by=caller.organisation_id)
        await uow.session.flush()
        enter(uow, row, "planned", number=1, taken_by=caller.account_id, reason=body.reason)
        answer = told(row)
        await uow.commit(answer)
    return answer


async def proposal_problems(session: AsyncSession, body: ProposalIn, today: date) -> list[FieldError]:
    """Every mistake in a proposal."""
    problems = await _problems(session, body, body.kind, body.item_code, today)
    return [*problems, *_year_problems(body), *await _predecessor_problems(session, body)]


def plan_standard(uow: UnitOfWork, body: ProposalIn, *, proposed_by: UUID | None) -> StandardRow:
    """The row of a planned standard, on its way into the database."""
    row = StandardRow(
        id=uuid7(),
        item_code=body.item_code,
        kind=body.kind,
        state="planned",
        planned_year=body.planned_year,
        supersedes=body.supersedes,
        proposed_by=proposed_by,
        recorded_at=uow.clock.now(),
        committee=[],
        version=1,
        **_content(body),
    )
    uow.session.add(row)
    return row


async def edit_draft(
    uow: UnitOfWork, standard_id: UUID, body: ContentIn, *, caller: Caller, held: IfMatch, today: date
) -> StandardDetail:
    """Change what a draft prescribes, as long as it is drafted. Raises NotFound, NotYours, NotNow, Violations."""
    async with uow:
        row = await repository.locked(uow.session, standard_id)
        check_applicant(row, caller)
        held.check(row.version)
        if row.state not in EDITABLE:
            raise not_now(
                cast(StandardState, row.state),
                Bilingual(
                    "送审后内容不再更改;请先退回起草。",
                    "What is under review or beyond is not changed; return it to drafting first.",
                ),
            )
        _refuse(await _problems(uow.session, body, cast(Kind, row.kind), row.item_code, today))
        for name, value in _content(body).items():
            setattr(row, name, value)
        row.version += 1
        await uow.session.flush()
        answer = told_in_detail(
            row, await repository.steps(uow.session, [row.id]), await repository.votes(uow.session, row.id)
        )
        await uow.commit(answer)
    return answer


async def record_national(
    uow: UnitOfWork, body: NationalIn, *, recorded_by: UUID, today: date
) -> StandardOut:
    """Put a national standard in force that the State issued; the item's present one ends the day before.

    The State examines its own standards: here they begin in force, on their text. Raises Violations.
    """
    async with uow:
        await take_turn(uow.session, Turn.PUBLISH_EDITION)  # an edition brings national standards, too
        present = await repository.present_national(uow.session, body.item_code)
        problems = await _problems(uow.session, body, "national", body.item_code, today, is_whole=True)
        problems += await document_problems(uow.session, body.document_sha256)
        problems += first_day_problems(body.valid_from, today, present)
        _refuse(problems)
        row = StandardRow(
            id=uuid7(),
            item_code=body.item_code,
            kind="national",
            state="in_force",
            valid_from=body.valid_from,
            supersedes=present.id if present else None,
            recorded_at=uow.clock.now(),
            committee=[],
            version=1,
            **_content(body),
        )
        digest = bytes.fromhex(body.document_sha256)
        if present is not None:
            await supersede(uow, present, row.id, body.valid_from, taken_by=recorded_by, sha256=digest)
        uow.session.add(row)
        await uow.session.flush()
        enter(uow, row, "in_force", number=1, taken_by=recorded_by, sha256=digest)
        uow.say(repository.told_in_force(row, body.valid_from))
        answer = told(row)
        await uow.commit(answer)
    return answer


def check_applicant(row: StandardRow, caller: Caller) -> None:
    """Raises NotYours: an enterprise has to do with norms that it applied for."""
    is_authority = caller.role not in ORGANISATION_ROLES
    if not is_authority and (caller.organisation_id is None or caller.organisation_id != row.proposed_by):
        raise NotYours(
            Bilingual(
                "只有申请该规范的企业或主管部门可以办理。",
                "Only the enterprise that applied for the norm, or the authority, may do this.",
            )
        )


def _content(body: ContentIn) -> dict[str, object]:
    return {
        "name": body.name,
        "levels": sorted(set(body.levels), reverse=True),
        "components": repository.stored(body.parts()),
        "regulation": body.regulation,
        "eligibility": table_from(body.eligibility).as_data() if body.eligibility is not None else None,
        "scope": body.scope.model_dump(mode="json") if body.scope else None,
    }


async def _problems(
    session: AsyncSession,
    body: ContentIn,
    kind: Kind,
    item_code: str,
    today: date,
    *,
    is_whole: bool = False,
) -> list[FieldError]:
    """Every mistake in the content; `is_whole`: its components must be there already."""
    found = await items.item_in_force(session, item_code, today)
    problems = [*item_problems(kind, body.levels, found.version.item if found else None)]
    if is_whole or body.components:
        problems += content_problems(body.levels, body.parts())
    problems += _table_problems(body)
    if kind == "enterprise_norm" and body.scope is None:
        problems.append(_problem("scope-missing", "/scope", "6", *SCOPE_MISSING))
    if kind != "enterprise_norm" and body.scope is not None:
        problems.append(_problem("scope-not-allowed", "/scope", "6", *SCOPE_NOT_ALLOWED))
    return problems


def _table_problems(body: ContentIn) -> Iterator[FieldError]:
    """The standard's own eligibility table: in form, of the regulation that it follows, for its levels alone."""
    if body.eligibility is None:
        return
    try:
        table = table_from(body.eligibility, pointer="/eligibility")
    except Violations as refusal:
        yield from refusal.errors
        return
    if table.regulation != body.regulation:
        yield _problem("regulation-differs", "/eligibility/regulation", "4", *REGULATION_DIFFERS)
    for level in sorted(table.levels.keys() - {str(level) for level in body.levels}):
        yield _problem("levels-differ", f"/eligibility/levels/{level}", "4", *NO_SUCH_LEVEL)


def _refuse(problems: list[FieldError]) -> None:
    if problems:
        raise Violations(problems)


def _year_problems(body: ProposalIn) -> Iterator[FieldError]:
    """The province's standards stand in a year's plan; norms are applied for at any time (Art. 5, 6)."""
    if (body.planned_year is None) != (body.kind == "enterprise_norm"):
        yield _problem("planned-year", "/planned_year", "5", *PLANNED_YEAR)


async def _predecessor_problems(session: AsyncSession, body: ProposalIn) -> list[FieldError]:
    """What a standard revises is one of its kind and item, in force."""
    if body.supersedes is None:
        return []
    found = await session.get(StandardRow, body.supersedes)
    if found is not None and (found.kind, found.item_code, found.state) == (
        body.kind,
        body.item_code,
        "in_force",
    ):
        return []
    return [_problem("predecessor-unfit", "/supersedes", "5", *PREDECESSOR_UNFIT)]


def _problem(code: str, pointer: str, article: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, pointer=pointer, article=article, detail=detail, remedy=remedy)


REGULATION_DIFFERS: Final = (
    Bilingual(
        "申报条件表与标准所依据的技术规程版本不同。", "The table follows another edition of the regulation."
    ),
    Bilingual("请使两处 regulation 一致。", "Write the same regulation in both places."),
)
NO_SUCH_LEVEL: Final = (
    Bilingual("标准不设此等级。", "The standard does not have this level."),
    Bilingual(
        "请删去该等级的申报条件,或在 levels 中列出该等级。",
        "Take its rules out, or name the level in levels.",
    ),
)
SCOPE_MISSING: Final = (
    Bilingual("企业评价规范未载明适用岗位和企业。", "A norm says which posts and enterprises it binds."),
    Bilingual("请填写 scope:岗位,以及企业或企业类别。", "Give scope: posts, and enterprises or their class."),
)
SCOPE_NOT_ALLOWED: Final = (
    Bilingual("国家标准和省级标准适用于全省。", "National and provincial standards bind the whole province."),
    Bilingual("请删去 scope。", "Leave scope out."),
)
PLANNED_YEAR: Final = (
    Bilingual(
        "省级标准须列入年度计划,企业评价规范不列入。",
        "Provincial standards stand in a year's plan, norms do not.",
    ),
    Bilingual(
        "省级标准请填写年度;企业评价规范请留空。", "Give the year of a provincial standard; none of a norm."
    ),
)
PREDECESSOR_UNFIT: Final = (
    Bilingual(
        "所修订的标准不是该职业现行的同类标准。", "What it revises is not one of its kind and item, in force."
    ),
    Bilingual("请核对标准编号。", "Check the id of the standard."),
)
