"""Use cases: admit a late plan, and show the published admissions (Art. 18(1))."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, Forbidden, NotFound
from common.events.filing import PlanAdmittedLate
from common.ids import uuid7
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from filing.late_admissions.models import AdmittedLate
from filing.late_admissions.schemas import LateAdmissionIn, LateAdmissionOut
from filing.organisations.models import Organisation


async def admit_late(
    uow: UnitOfWork, body: LateAdmissionIn, *, caller: Caller, today: date
) -> LateAdmissionOut:
    """Let one plan be filed though it is too late; an officer answers for it. Raises Forbidden, NotFound."""
    if not caller.sees_region(body.region):
        raise Forbidden(
            Bilingual("评价地点不在本中心辖区。", "The site lies in another centre's region."),
        )
    async with uow:
        organisation = await uow.session.get(Organisation, body.organisation_id)
        if organisation is None or organisation.state != "approved":
            raise NotFound.of("organisation")
        said = {name: getattr(body, name) for name in LateAdmissionIn.model_fields}
        row = AdmittedLate(
            id=uuid7(),
            **said,
            admitted_on=today,
            admitted_at=uow.clock.now(),
            admitted_by=caller.account_id,
        )
        uow.session.add(row)
        uow.say(
            PlanAdmittedLate(
                admission_id=row.id,
                **said,
                admitted_by=caller.account_id,
                admitted_on=today,
            )
        )
        answer = _shown(row, organisation.name)
        await uow.commit(answer)
    return answer


async def list_admissions(session: AsyncSession, page: Page) -> Listing[LateAdmissionOut]:
    """Every admission, newest first."""
    query = (
        select(AdmittedLate, Organisation.name)
        .join(Organisation, Organisation.id == AdmittedLate.organisation_id)
        .order_by(AdmittedLate.id.desc())
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(AdmittedLate.id < page.after[0])
    rows = (await session.execute(query)).all()
    kept, cursor = page.cut(rows, lambda row: (row[0].id,))
    return Listing.of([_shown(row, name) for row, name in kept], cursor)


def _shown(row: AdmittedLate, organisation_name: str) -> LateAdmissionOut:
    names = [name for name in LateAdmissionOut.model_fields if name != "organisation_name"]
    return LateAdmissionOut.model_validate(
        {name: getattr(row, name) for name in names} | {"organisation_name": organisation_name}
    )
