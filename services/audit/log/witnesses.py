"""Cosignatures: witnesses that saw the log only grow sign its checkpoints beside us (c2sp.org/tlog-witness)."""

from datetime import UTC, datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from audit.log.models import LogCheckpoint, LogCosignature
from common.errors import Bilingual, RuleViolation, StateConflict
from common.merkle_notes import Checkpoint, NoteKey, WrongSignature, note_parts, signatures
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("log")


class CosignatureRefused(RuleViolation):
    """Not a note, or a wrong signature under the key of a witness that is known."""

    code = "cosignature-refused"
    title = Bilingual("见证签名无效", "Cosignature refused")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "不是签名检查点,或已登记见证方的签名不正确;未公布任何内容。",
                "It is no signed checkpoint, or the signature of a registered witness is wrong; nothing was published.",
            )
        )


class CheckpointUnknown(StateConflict):
    """The witness signed something that this log never did."""

    code = "checkpoint-unknown"
    title = Bilingual("检查点不存在", "Checkpoint unknown")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "本日志没有签署过这个检查点;若您持有它的日志签名,请公开:这说明日志对不同的人给出了不同的内容。",
                "This log never signed this checkpoint; if you hold its signature on it, publish it: the log would "
                "have told different things to different people.",
            )
        )


async def add(uow: UnitOfWork, note: bytes, witnesses: tuple[NoteKey, ...]) -> list[str]:
    """Keep the cosignatures under a checkpoint by registered witnesses; returns whose. Strangers' are ignored.

    May be sent twice. Raises CosignatureRefused and CheckpointUnknown.
    """
    try:
        text, lines = note_parts(note.decode())
        size = Checkpoint.parse(text).size
        found = [(one, line) for line in lines for one in signatures(text, [line], witnesses)]
    except WrongSignature:
        log.exception("a registered witness sent a wrong signature")
        raise CosignatureRefused from None
    except ValueError:
        raise CosignatureRefused from None
    async with uow:
        signed = await uow.session.get(LogCheckpoint, size)
        if signed is None or note_parts(signed.note)[0] != text:
            raise CheckpointUnknown
        for one, line in found:
            row = {
                "size": size,
                "witness": one.key.name,
                "line": line + "\n",
                "cosigned_at": datetime.fromtimestamp(one.at or 0, UTC),
            }
            await uow.session.execute(insert(LogCosignature).values(row).on_conflict_do_nothing())
        await uow.commit()
    return [one.key.name for one, _ in found]


async def witnessed(session: AsyncSession) -> tuple[LogCheckpoint, list[LogCosignature]] | None:
    """The newest checkpoint that a witness cosigned, with its cosignatures."""
    size = await session.scalar(select(func.max(LogCosignature.size)))
    if size is None:
        return None
    return await session.get_one(LogCheckpoint, size), await cosignatures(session, size)


async def cosignatures(session: AsyncSession, size: int) -> list[LogCosignature]:
    rows = await session.scalars(
        select(LogCosignature).where(LogCosignature.size == size).order_by(LogCosignature.witness)
    )
    return list(rows)


async def is_unwitnessed(session: AsyncSession, since: datetime) -> bool:
    """Whether a checkpoint from before that moment is there and no witness has signed since."""
    last = await witnessed(session)
    size = last[0].size if last else 0
    first = await session.scalar(
        select(LogCheckpoint.signed_at).where(LogCheckpoint.size > size).order_by(LogCheckpoint.size).limit(1)
    )
    return first is not None and first < since
