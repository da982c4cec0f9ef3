"""Use case: show a person everything recorded here about that person, and keep in the journal that it was shown."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFound
from common.events import Sealed
from common.events.registration import CandidateRecordShown
from common.ids import encode_id
from common.person_keys import person_keys
from common.sealed import Keyring, PersonKey
from common.unit_of_work import UnitOfWork
from registration.candidate_view import repository
from registration.candidate_view.contacts import phone_of
from registration.candidate_view.models import CorrectionRequest
from registration.candidate_view.repository import Recorded
from registration.candidate_view.schemas import (
    AdmissionOut,
    CertificateOut,
    CorrectionRequestOut,
    IdentityOut,
    MeOut,
    OwnResultOut,
    PlanOut,
    RegistrationOut,
    ResultVersionOut,
    ReviewStepOut,
)
from registration.candidate_view.service import Visitor, visitor
from registration.claims.sealing import opened_claims
from registration.corrections.models import ResultVersion
from registration.holdings.models import Holding
from registration.persons.models import Person
from registration.persons.repository import IDENTITY
from registration.plans.models import PlanFact
from registration.results.domain import rules_from_data
from registration.results.intake import REMARK
from registration.results.models import Result
from registration.results.service import reasons
from registration.reviews.models import ReviewAct
from registration.reviews.repository import acts_of
from registration.rosters.models import Candidate
from registration.sessions.repository import Admitted, admissions

REQUEST = "correction-request"
ANSWER = "correction-answer"

Registered = Sequence[tuple[Candidate, PlanFact]]


async def show_record(uow: UnitOfWork, token: str | None, *, keyring: Keyring) -> MeOut:
    """Raises the problems of `visitor`; NotFound where nothing is recorded any more."""
    async with uow:
        who = await visitor(uow, token)
        key = await key_of(uow.session, keyring, who.person_id)
        registered = await repository.registrations(uow.session, who.person_id)
        recorded = await repository.results(uow.session, who.person_id)
        answer = MeOut(
            identity=await _identity(uow, keyring, key, who, _newest_identity(registered, recorded)),
            registrations=await _registrations(uow.session, key, registered),
            results=[_result(key, one) for one in recorded],
            certificates=[
                _certificate(row)
                for row in await repository.certificates(uow.session, [one.result.id for one in recorded])
            ],
            requests=[told(key, row) for row in await repository.requests_of(uow.session, who.person_id)],
        )
        uow.say(CandidateRecordShown(session_id=who.session_id, person_id=who.person_id))
        await uow.commit()
    return answer


async def key_of(session: AsyncSession, keyring: Keyring, person_id: UUID) -> PersonKey:
    """Raises NotFound: the person was forgotten."""
    key = (await person_keys(session, keyring, [person_id])).get(person_id)
    if key is None:
        raise NotFound.of("record")
    return key


def _newest_identity(registered: Registered, recorded: Sequence[Recorded]) -> str:
    """Raises NotFound."""
    known = [(row.id, row.identity) for row, _ in registered]
    known += [(one.result.id, one.newest.identity) for one in recorded]
    if not known:
        raise NotFound.of("record")
    return max(known)[1]


async def _identity(
    uow: UnitOfWork, keyring: Keyring, key: PersonKey, who: Visitor, ciphertext: str
) -> IdentityOut:
    plain: dict[str, Any] = key.open(IDENTITY, Sealed(person_id=who.person_id, ciphertext=ciphertext))
    person = await uow.session.get_one(Person, who.person_id)
    return IdentityOut(
        name=plain["name"],
        id_type=plain["id_type"],
        id_number=plain["id_number"],
        phone=await phone_of(uow.session, keyring, who.person_id),
        registered_at=person.registered_at,
    )


def _plan(plan: PlanFact) -> PlanOut:
    return PlanOut(
        id=plan.plan_id,
        number=plan.number,
        name=plan.name,
        region=plan.region,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        cancelled=plan.cancelled_at is not None,
    )


async def _registrations(
    session: AsyncSession, key: PersonKey, registered: Registered
) -> list[RegistrationOut]:
    admitted = await admissions(session, [row.id for row, _ in registered])
    return [
        _registration(key, row, plan, await acts_of(session, row.id), admitted.get(row.id))
        for row, plan in registered
    ]


def _registration(
    key: PersonKey, row: Candidate, plan: PlanFact, acts: Sequence[ReviewAct], admitted: Admitted | None
) -> RegistrationOut:
    return RegistrationOut(
        id=row.id,
        plan=_plan(plan),
        item_code=row.item_code,
        item_name=row.item_name,
        level=row.level,
        state=row.state,
        reason=row.reason,
        submitted_at=row.submitted_at,
        reviewed_at=row.reviewed_at,
        claims=_claims(key, row),
        eligible=row.eligible,
        finding=row.finding,
        alarms=row.alarms,
        review=[ReviewStepOut.model_validate(act) for act in acts],
        admission=None if admitted is None else AdmissionOut.model_validate(admitted),
    )


def _claims(key: PersonKey, row: Candidate) -> dict[str, Any]:
    if row.claims is None:
        return {}
    return opened_claims(key, Sealed(person_id=row.person_id, ciphertext=row.claims))


def _certificate(row: Holding) -> CertificateOut:
    return CertificateOut(
        number=row.number,
        result_id=row.result_id,
        kind=row.kind,
        item_code=row.item_code,
        level=row.level,
        issued_on=row.issued_on,
        state="valid" if row.revoked_at is None else "revoked",
        revoked_at=row.revoked_at,
    )


def _result(key: PersonKey, one: Recorded) -> OwnResultOut:
    row, now = one.result, one.newest
    rules = rules_from_data(one.batch.rules)
    return OwnResultOut(
        id=row.id,
        plan=_plan(one.plan),
        item_code=row.item_code,
        level=row.level,
        evaluated_on=row.evaluated_on,
        recorded_on=one.batch.recorded_on,
        remark=opened(key, REMARK, row.remark) if row.person_id == key.person_id else None,
        reasons=reasons(row, rules, now),
        **_marks(one, now),
        earlier=[
            ResultVersionOut(**_marks(one, version))
            for version in one.history[:-1]
            if version.person_id == key.person_id
        ],
    )


def _marks(one: Recorded, version: Result | ResultVersion) -> dict[str, Any]:
    """What a version of a result says; corrections change this and nothing else."""
    return {
        "version": 1 if isinstance(version, Result) else version.version,
        "theory": version.theory,
        "skill": version.skill,
        "review": version.review,
        "ethics_passed": version.ethics_passed,
        "absent": version.absent,
        "misconduct": version.misconduct,
        "outcome": version.outcome,
        "since": one.batch.recorded_at if isinstance(version, Result) else version.recorded_at,
    }


def told(key: PersonKey, row: CorrectionRequest) -> CorrectionRequestOut:
    """A request as the person who made it reads it."""
    return CorrectionRequestOut(
        id=row.id,
        plan_id=row.plan_id,
        subject=row.subject,
        subject_id=subject_of(row),
        state=row.state,
        asked_at=row.asked_at,
        text=opened(key, REQUEST, row.text) or "",
        answer=opened(key, ANSWER, row.answer),
        answered_at=row.answered_at,
    )


def subject_of(row: CorrectionRequest) -> str:
    """The id of the entry that a request is about, as it is told."""
    return encode_id("candidate" if row.subject == "registration" else "result", row.subject_id)


def opened(key: PersonKey, purpose: str, ciphertext: str | None) -> str | None:
    """A text sealed for a purpose."""
    if ciphertext is None:
        return None
    return key.open(purpose, Sealed(person_id=key.person_id, ciphertext=ciphertext))["text"]
