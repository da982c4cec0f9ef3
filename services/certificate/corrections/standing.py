"""Certificates as they stand: each as its newest version says, in the columns of its own row."""

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped

from certificate.base import Base
from certificate.certificates.models import Certificate
from certificate.corrections.models import Reissue

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from common.certificate_code import Kind

_ISSUED = Certificate.__table__
_VERSIONS = Reissue.__table__
_RENEWED = ("kid", "status_index", "code", "person_id", "identity", "id_index", "name_index")
_NEWEST = (
    select(_VERSIONS)
    .ext(distinct_on(_VERSIONS.c.number))
    .order_by(_VERSIONS.c.number, _VERSIONS.c.version.desc())
    .subquery("newest")
)
_STANDING = (
    select(
        *(column for column in _ISSUED.c if column.name not in _RENEWED),
        *(func.coalesce(_NEWEST.c[name], _ISSUED.c[name]).label(name) for name in _RENEWED),
        func.coalesce(_NEWEST.c.version, 1).label("version"),
    )
    .join_from(_ISSUED, _NEWEST, _NEWEST.c.number == _ISSUED.c.number, isouter=True)
    .subquery("standing")
)


class StandingCertificate(Base):
    """For reading only; what is kept is `certificate` and, beside it, `reissue`."""

    __table__ = _STANDING
    __mapper_args__ = {"primary_key": [_STANDING.c.number]}  # noqa: RUF012  # SQLAlchemy's own word

    if TYPE_CHECKING:
        number: Mapped[str]
        result_id: Mapped[UUID]
        batch_id: Mapped[UUID]
        plan_id: Mapped[UUID]
        organisation_id: Mapped[UUID]
        organisation_name: Mapped[str]
        entrusted_by: Mapped[str | None]
        region: Mapped[str]
        kind: Mapped[Kind]
        level: Mapped[int]
        item_code: Mapped[str]
        item_name: Mapped[str]
        issued_on: Mapped[date]
        issued_at: Mapped[datetime]
        kid: Mapped[str]
        status_index: Mapped[int]
        code: Mapped[bytes]
        person_id: Mapped[UUID]
        identity: Mapped[str]
        id_index: Mapped[bytes]
        name_index: Mapped[bytes]
        version: Mapped[int]
