"""What acts on standards put on record alike: steps with their documents, and the examination of the present draft."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.standards import repository
from catalog.standards.domain import USES, Kind
from catalog.standards.life import Examination, Vote, examine
from catalog.standards.models import StandardRow, StandardStep, StandardVote
from catalog.standards.schemas import ExaminationOut, StandardDetail, StandardOut, StepOut
from common.clock import SHANGHAI
from common.errors import Bilingual, FieldError
from common.events.catalog import StandardState, StandardStepTaken
from common.unit_of_work import UnitOfWork

ONE_DAY: Final = timedelta(days=1)


def enter(
    uow: UnitOfWork,
    row: StandardRow,
    state: StandardState,
    *,
    number: int,
    taken_by: UUID,
    reason: str | None = None,
    sha256: bytes | None = None,
    superseded_by: UUID | None = None,
) -> StandardStep:
    """Put a step on record, let the row stand where it leads, and tell of it."""
    now = uow.clock.now()
    step = StandardStep(
        standard_id=row.id,
        number=number,
        state=state,
        taken_on=now.astimezone(SHANGHAI).date(),
        reason=reason,
        document_sha256=sha256,
        recorded_at=now,
        recorded_by=taken_by,
    )
    row.state = state
    uow.session.add(step)
    uow.say(
        StandardStepTaken(
            standard_id=row.id,
            name=row.name,
            kind=cast(Kind, row.kind),
            item_code=row.item_code,
            state=state,
            taken_on=step.taken_on,
            document_sha256=sha256.hex() if sha256 else None,
            superseded_by=superseded_by,
        )
    )
    return step


async def supersede(
    uow: UnitOfWork, row: StandardRow, successor: UUID, begins_on: date, *, taken_by: UUID, sha256: bytes
) -> None:
    """End a standard in force on the day before its successor begins; plans filed by then keep it."""
    number = len(await repository.steps(uow.session, [row.id])) + 1
    row.valid_to = begins_on - ONE_DAY
    row.version += 1
    enter(
        uow,
        row,
        "superseded",
        number=number,
        taken_by=taken_by,
        sha256=sha256,
        superseded_by=successor,
    )
    if row.valid_from is not None:
        uow.say(repository.told_in_force(row, row.valid_from))
    await uow.session.flush()  # before the successor stands: an item has one national standard without an end


def first_day_problems(first_day: date, today: date, predecessor: StandardRow | None) -> list[FieldError]:
    """A standard begins today or later, and after the one that it follows has begun."""
    begun = predecessor.valid_from if predecessor is not None else None
    if first_day >= today and (begun is None or first_day > begun):
        return []
    return [
        FieldError(
            code="first-day-passed",
            pointer="/valid_from",
            article="5",
            detail=Bilingual(
                "施行日期早于今天,或不晚于原标准的施行日期。",
                "Its first day has passed, or is not after the first day of the standard that it follows.",
            ),
            remedy=Bilingual("请填写今天或以后的日期。", "Give today or a later day."),
        )
    ]


async def document_problems(session: AsyncSession, sha256: str | None) -> list[FieldError]:
    """A document is cited after it was sent."""
    if sha256 is None or await repository.has_document(session, bytes.fromhex(sha256)):
        return []
    return [
        FieldError(
            code="document-unknown",
            pointer="/document_sha256",
            article="5",
            detail=Bilingual("没有此摘要的文件。", "No document of this hash is on record."),
            remedy=Bilingual(
                "请先上传文件,再填写其 SHA-256。", "Send the document first, then name its SHA-256."
            ),
        )
    ]


def round_of(steps: Sequence[StandardStep]) -> int:
    """Number of the step that brought the present draft before the committee; 0: it never was."""
    return max((step.number for step in steps if step.state == "under_review"), default=0)


def examination(
    row: StandardRow, steps: Sequence[StandardStep], votes: Sequence[StandardVote]
) -> Examination:
    """What the committee's votes on the present draft come to."""
    present = round_of(steps)
    return examine(
        row.committee, [Vote(vote.member, vote.in_favour) for vote in votes if vote.round == present]
    )


def told(row: StandardRow) -> StandardOut:
    return StandardOut.model_validate(_members(row))


def told_in_detail(
    row: StandardRow, steps: Sequence[StandardStep], votes: Sequence[StandardVote]
) -> StandardDetail:
    found = examination(row, steps, votes)
    return StandardDetail.model_validate(
        _members(row)
        | {
            "version": row.version,
            "proposed_by": row.proposed_by,
            "steps": [_step(step) for step in steps],
            "examination": ExaminationOut(
                members=len(row.committee),
                entitled=found.entitled,
                excluded=found.excluded,
                quorum=found.quorum,
                cast=found.cast,
                in_favour=found.in_favour,
                has_quorum=found.has_quorum,
                is_passed=found.is_passed,
            ),
        }
    )


def _members(row: StandardRow) -> dict[str, object]:
    names = set(StandardOut.model_fields) - {"usable_for"}
    return {name: getattr(row, name) for name in names} | {"usable_for": USES[cast(Kind, row.kind)]}


def _step(step: StandardStep) -> StepOut:
    return StepOut(
        state=cast(StandardState, step.state),
        taken_on=step.taken_on,
        taken_by=step.recorded_by,
        reason=step.reason,
        document_sha256=step.document_sha256.hex() if step.document_sha256 else None,
    )
