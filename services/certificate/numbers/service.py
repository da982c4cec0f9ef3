"""Taking numbers: which register a body's numbers come from, and serials in bulk, in the transaction that issues."""

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.issuance.models import IssuingBody
from certificate.numbers.domain import Series, institution_code, special_register, station_prefix
from certificate.numbers.models import Register, SeriesRow, StationCounter
from common.certificate_code import Kind
from common.events.certificate import SeriesNearlyExhausted
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("numbers")


async def register_of_body(
    session: AsyncSession, body: IssuingBody, kind: Kind, *, labour_province: str
) -> str:
    """The register that a body's next numbers of this kind are taken from; made at the first need."""
    found = await session.scalar(
        select(Register.code)
        .where(Register.organisation_id == body.organisation_id, Register.kind == kind)
        .order_by(Register.id.desc())
        .limit(1)
    )
    if found is not None:
        return found
    code = await _first_register(session, body, kind, labour_province)
    session.add(Register(organisation_id=body.organisation_id, kind=kind, code=code))
    await session.flush()
    return code


async def _first_register(session: AsyncSession, body: IssuingBody, kind: Kind, labour_province: str) -> str:
    match kind:
        case "skill_level":
            return body.register_code
        case "national_qualification":
            prefix = station_prefix(labour_province, body.region, body.kind)
            return institution_code(prefix, await _next_station(session, prefix))
        case "special_ability":
            return special_register(labour_province, body.region)


async def _next_station(session: AsyncSession, prefix: str) -> int:
    statement = insert(StationCounter).values(prefix=prefix, last_station=1)
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["prefix"], set_={"last_station": StationCounter.last_station + 1}
        ).returning(StationCounter.last_station)
    )
    return taken.scalar_one()


async def take_serials(uow: UnitOfWork, series: Series, wanted: int) -> range:
    """The next serials of a series: as many as wanted, or as are left, which may be none. Nearing its end is told once.

    The row stays locked until the transaction ends: what is rolled back was never given, what is committed never again.
    """
    session = uow.session
    key = {"kind": series.kind, "register": series.register, "year": series.year, "level": series.level}
    await session.execute(insert(SeriesRow).values(**key, last_serial=0).on_conflict_do_nothing())
    same = [getattr(SeriesRow, name) == value for name, value in key.items()]
    row = await session.execute(select(SeriesRow.last_serial).where(*same).with_for_update())
    taken = row.scalar_one()
    last = min(taken + wanted, series.last)
    await session.execute(update(SeriesRow).where(*same).values(last_serial=last))
    if series.is_nearly_exhausted(last) and not series.is_nearly_exhausted(taken):
        left = series.last - last
        log.warning("series nearly exhausted", **key, left=left)
        uow.say(
            SeriesNearlyExhausted(
                kind=series.kind,
                register_code=series.register,
                year=series.year,
                level=series.level,
                given=last,
                left=left,
            )
        )
    return range(taken + 1, last + 1)
