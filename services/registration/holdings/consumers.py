"""What registration takes in from certificate. A handler that meets its event again writes the same row."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from common.events.certificate import CertificateRevoked, CertificatesIssued, StatusesChanged
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork
from registration.holdings.models import Holding


async def on_certificates_issued(uow: UnitOfWork, event: CertificatesIssued) -> None:
    """A chunk of certificates; whose they are, the results tell."""
    rows = [
        {
            "number": one.number,
            "result_id": one.result_id,
            "kind": one.kind,
            "item_code": one.item_code,
            "level": one.level,
            "issued_on": one.issued_on,
        }
        for one in event.certificates
    ]
    if rows:
        await uow.session.execute(insert(Holding).values(rows).on_conflict_do_nothing())


async def on_certificate_revoked(uow: UnitOfWork, event: CertificateRevoked) -> None:
    """It counts no more. Certificate tells of its issue first."""
    await uow.session.execute(
        update(Holding).where(Holding.number == event.number).values(revoked_at=event.revoked_at)
    )


async def on_statuses_changed(uow: UnitOfWork, event: StatusesChanged) -> None:
    """What is revoked counts no more; an upheld appeal gives it back. A suspension leaves what was shown as it is.

    A superseded version says nothing of the certificate, which goes on in its next.
    """
    for change in event.changes:
        if change.status == "superseded":
            continue
        revoked_at = change.since if change.status == "revoked" else None
        await uow.session.execute(
            update(Holding).where(Holding.number == change.number).values(revoked_at=revoked_at)
        )


HANDLERS: Handlers = {
    CertificatesIssued: on_certificates_issued,
    CertificateRevoked: on_certificate_revoked,
    StatusesChanged: on_statuses_changed,
}
