"""The one way in which a status changes: facts added, the present row renewed, the change told; in one transaction.

Rows of certificates are taken in order of their numbers, and the serial after them, so that writers never wait for one
another in a circle; the serial is held until the commit, which makes its order the order of commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Text, any_, cast, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.corrections.models import Reissue
from certificate.status import domain
from certificate.status.domain import Act, Measure, Standing, StatusConflict
from certificate.status.models import CertificateStatus, Origin, StatusChange, StatusSerial
from common.events.certificate import CertificateRevoked, StatusesChanged
from common.events.certificate import StatusChange as Told
from common.ids import encode_id, uuid7
from common.unit_of_work import UnitOfWork

CHUNK: Final = 500
UNTOUCHED: Final = "unchanged"
REISSUED: Final = "reissued"
BY_CORRECTION: Final = "registration"
_RENEW: Final = text(
    """
UPDATE certificate_status s
   SET status = n.status, since = n.since, reason_code = n.reason_code,
       decision_document = n.decision_document, decided_by = n.decided_by, open = n.open, serial = n.serial
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (
       number text, status text, since timestamptz, reason_code text, decision_document text, decided_by text,
       open jsonb, serial bigint)
 WHERE s.number = n.number"""
)
"""All rows of a decision in one statement: row by row, 100,000 would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, why, on which paper, by whom (an account's id, or the service whose word it follows)."""

    id: UUID
    act: Act
    ground: str
    origin: Origin
    reason_code: str
    decision_document: str
    decided_by: str
    decided_at: datetime

    @property
    def measure(self) -> Measure:
        kind = domain.OPENS[self.act] if self.act in domain.OPENS else domain.ENDS[self.act]
        return Measure(
            kind, self.ground, self.decided_at, self.reason_code, self.decision_document, self.decided_by
        )

    def applied(self, standing: Standing) -> Standing:
        """Raises StatusConflict."""
        if self.origin == "hand":
            return domain.decided(standing, self.act, self.measure)
        if self.act in domain.OPENS:
            return domain.opened(standing, self.measure)
        return domain.ended(standing, domain.ENDS[self.act], self.ground)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision did: the numbers that it changed, and those for which it was refused, with the reason.

    In neither: a rule's measure that was there already, or a number that no certificate has.
    """

    changed: frozenset[str]
    refused: Mapping[str, StatusConflict]


async def change(uow: UnitOfWork, decision: Decision, numbers: Sequence[str]) -> Outcome:
    """Apply a decision to certificates."""
    rows = await _hold(uow.session, numbers)
    refused: dict[str, StatusConflict] = {}
    changed: list[tuple[CertificateStatus, Standing]] = []
    for row in rows:
        before = standing_of(row)
        try:
            after = decision.applied(before)
        except StatusConflict as conflict:
            refused[row.number] = conflict
            continue
        if after != before:
            changed.append((row, after))
    await _keep(uow, decision, changed)
    return Outcome(frozenset(row.number for row, _ in changed), refused)


async def supersede(
    uow: UnitOfWork,
    number: str,
    *,
    by_index: int,
    document: str,
    reason_code: str = REISSUED,
    decided_by: str = BY_CORRECTION,
) -> None:
    """A certificate is signed again: its present place says so from now on, the new one carries the status on.

    To be called before the new version is kept.
    """
    (row,) = await _hold(uow.session, [number])
    now = uow.clock.now()
    about: dict[str, Any] = {
        "number": number,
        "decided_by": decided_by,
        "decision_id": uuid7(),
        "changed_at": now,
    }
    facts: list[dict[str, Any]] = [
        about
        | {"act": "supersede", "status_index": row.status_index, "status": "superseded", "since": now}
        | {"reason_code": reason_code, "decision_document": document}
    ]
    if row.status != "valid":
        facts.append(
            about
            | {"act": "carry", "status_index": by_index, "status": row.status, "since": row.since}
            | {"reason_code": row.reason_code, "decision_document": row.decision_document}
        )
    row.status_index = by_index
    row.serial = await _add(uow, facts)


def say_revoked(uow: UnitOfWork, decision: Decision, number: str) -> None:
    """Tell of a single revocation, decided by an account, also by the event of its own."""
    uow.say(
        CertificateRevoked(
            number=number,
            reason_code=decision.reason_code,
            decision_document=decision.decision_document,
            revoked_at=decision.decided_at,
            revoked_by=encode_id("account", UUID(decision.decided_by)),
        )
    )


def standing_of(row: CertificateStatus) -> Standing:
    """The open measures of a present row."""
    return Standing(
        tuple(Measure(**one | {"since": datetime.fromisoformat(one["since"])}) for one in row.open)
    )


async def _hold(session: AsyncSession, numbers: Sequence[str]) -> Sequence[CertificateStatus]:
    """The present rows of these certificates, made where they are missing, locked until the transaction ends."""
    named = cast(sorted(set(numbers)), ARRAY(Text))
    newest = (
        select(Reissue.status_index)
        .where(Reissue.number == Certificate.number)
        .order_by(Reissue.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    new = (
        select(
            Certificate.number,
            func.coalesce(newest, Certificate.status_index),
            literal("valid"),
            Certificate.issued_at,
            literal(UNTOUCHED),
            literal(""),
            literal(""),
            literal([], CertificateStatus.__table__.c.open.type),
            literal(0),
        )
        .where(Certificate.number == any_(named))
        .order_by(Certificate.number)
    )
    columns = [column.name for column in CertificateStatus.__table__.c]
    await session.execute(upsert(CertificateStatus).from_select(columns, new).on_conflict_do_nothing())
    rows = await session.scalars(
        select(CertificateStatus)
        .where(CertificateStatus.number == any_(named))
        .order_by(CertificateStatus.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def _keep(
    uow: UnitOfWork, decision: Decision, changed: Sequence[tuple[CertificateStatus, Standing]]
) -> None:
    if not changed:
        return
    now = uow.clock.now()
    present = [_present(row, after, decision) for row, after in changed]
    told = ("number", "status_index", "status", "since", "reason_code", "decision_document")
    about = {
        "act": decision.act,
        "decided_by": decision.decided_by,
        "decision_id": decision.id,
        "changed_at": now,
    }
    last = await _add(uow, [{name: one[name] for name in told} | about for one in present])
    for serial, one in enumerate(present, start=last - len(present) + 1):
        one["serial"] = serial
    await uow.session.execute(_RENEW, {"rows": orjson.dumps(present).decode()})


def _present(row: CertificateStatus, after: Standing, decision: Decision) -> dict[str, Any]:
    """What the certificate stands as now: by its deciding measure, or valid by the decision that ended the last."""
    deciding = after.deciding or decision.measure
    return {
        "number": row.number,
        "status_index": row.status_index,
        "status": after.status,
        "since": deciding.since,
        "reason_code": deciding.reason_code,
        "decision_document": deciding.decision_document,
        "decided_by": deciding.decided_by,
        "open": [_kept(one) for one in after.open],
    }


def _kept(measure: Measure) -> dict[str, str]:
    return {
        "kind": measure.kind,
        "ground": measure.ground,
        "since": measure.since.isoformat(),
        "reason_code": measure.reason_code,
        "decision_document": measure.decision_document,
        "decided_by": measure.decided_by,
    }


async def _add(uow: UnitOfWork, facts: Sequence[dict[str, Any]]) -> int:
    """Add facts under the next serials and tell them; the last serial."""
    last = await _take_serials(uow.session, len(facts))
    rows = [fact | {"serial": last - len(facts) + place} for place, fact in enumerate(facts, start=1)]
    await uow.session.flush()
    await uow.session.execute(insert(StatusChange), rows)
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        uow.say(
            StatusesChanged(
                decision_id=chunk[0]["decision_id"],
                changes=tuple(Told.model_validate(row) for row in chunk),
            )
        )
    return last


async def _take_serials(session: AsyncSession, count: int) -> int:
    statement = upsert(StatusSerial).values(id=1, given=count)
    given: int | None = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"given": StatusSerial.given + count}
        ).returning(StatusSerial.given)
    )
    if given is None:
        raise RuntimeError("no serial was given")
    return given
