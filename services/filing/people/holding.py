"""Use cases: bind an account to a person, and to who that person is elsewhere."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, FieldError, Violations
from common.events.filing import AccountCredentialChanged
from common.identifiers.documents import IdDocument, InvalidDocument, parse_document, read_type
from common.ids import uuid7
from common.person_keys import person_key
from common.sealed import Keyring, blind_index
from common.unit_of_work import UnitOfWork
from filing.accounts.models import Account
from filing.accounts.service import account_in_sight
from filing.people.domain import ENROLMENT_LIFE, IdentityBound
from filing.people.models import AccountHolder, OidcIdentity, Person
from filing.people.schemas import EnrolmentOut, HolderIn, OidcIdentityIn, OidcIdentityOut

IDENTITY = "identity"
_UNKNOWN_TYPE = FieldError(
    pointer="/id_type",
    code="id-type-unknown",
    detail=Bilingual("没有这种证件类型。", "There is no such kind of document."),
    remedy=Bilingual("请填写如「居民身份证」或 resident_id。", "Write resident_id, passport, or the like."),
)


@dataclass(frozen=True, slots=True)
class Vault:
    """What seals persons and finds them again."""

    keyring: Keyring
    index_key: bytes


async def bind_holder(
    uow: UnitOfWork, account_id: UUID, body: HolderIn, *, caller: Caller, vault: Vault
) -> EnrolmentOut:
    """Say whose an account is, and let that person choose a password and an authenticator anew.

    The same person is known by the document, whatever accounts he holds. Also the way back for who lost either: what
    was chosen before counts no more. Raises NotFound, Violations.
    """
    document = _document(body)
    code = secrets.token_urlsafe(24)
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, lock=True)
        now = uow.clock.now()
        person = await _person(uow.session, document, body.name, vault=vault, uow=uow)
        row = {
            "person_id": person,
            "bound_at": now,
            "bound_by": caller.account_id,
            "enrolment_sha256": hashlib.sha256(code.encode()).digest(),
            "enrolment_ends": now + ENROLMENT_LIFE,
            "salt": None,
            "password_digest": None,
            "sealed_totp": None,
            "last_step": None,
            "failures": 0,
            "locked_until": None,
        }
        await _forget_others(uow.session, account.id, person)
        await uow.session.execute(
            insert(AccountHolder)
            .values(account_id=account.id, **row)
            .on_conflict_do_update(index_elements=["account_id"], set_=row)
        )
        uow.say(
            AccountCredentialChanged(
                account_id=account.id,
                credential="password",
                change="retired",
                changed_at=now,
                changed_by=caller.account_id,
            )
        )
        answer = EnrolmentOut(
            account_id=account.id,
            username=account.client_id,
            enrolment_code=None,
            ends_at=now + ENROLMENT_LIFE,
        )
        await uow.commit(answer)
    return answer.model_copy(update={"enrolment_code": code})


async def _forget_others(session: AsyncSession, account_id: UUID, person: UUID) -> None:
    """Whoever held the account before signs in to it by no issuer any more."""
    before = await session.get(AccountHolder, account_id)
    if before is not None and before.person_id != person:
        await session.execute(delete(OidcIdentity).where(OidcIdentity.account_id == account_id))


def _document(body: HolderIn) -> IdDocument:
    kind = read_type(body.id_type)
    if kind is None:
        raise Violations([_UNKNOWN_TYPE])
    try:
        return parse_document(kind, body.id_number)
    except InvalidDocument as wrong:
        raise Violations([wrong.as_error(pointer="/id_number")]) from None


async def _person(
    session: AsyncSession, document: IdDocument, name: str, *, vault: Vault, uow: UnitOfWork
) -> UUID:
    index = blind_index(vault.index_key, "person", document.index_text)
    known = await session.scalar(select(Person.id).where(Person.id_index == index))
    if known is not None:
        return known
    person_id = uuid7()
    key = await person_key(session, vault.keyring, person_id, create=True)
    identity = {"name": name, "id_type": document.type.value, "id_number": document.number}
    made = await session.scalar(
        insert(Person)
        .values(
            id=person_id,
            id_index=index,
            identity=key.seal(IDENTITY, identity).ciphertext,
            known_at=uow.clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["id_index"])
        .returning(Person.id)
    )
    return made or (await session.scalars(select(Person.id).where(Person.id_index == index))).one()


async def bind_identity(
    uow: UnitOfWork, account_id: UUID, body: OidcIdentityIn, *, caller: Caller
) -> OidcIdentityOut:
    """Let somebody sign in to an account through another issuer; who opens one account is not turned to another.

    Raises NotFound, IdentityBound.
    """
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, lock=True)
        row = {"account_id": account.id, "bound_at": uow.clock.now(), "bound_by": caller.account_id}
        bound = await uow.session.scalar(
            insert(OidcIdentity)
            .values(issuer=body.issuer, subject=body.subject, **row)
            .on_conflict_do_update(
                index_elements=["issuer", "subject"], set_=row, where=OidcIdentity.account_id == account.id
            )
            .returning(OidcIdentity.account_id)
        )
        if bound is None:
            raise IdentityBound(
                Bilingual(
                    "该身份已与另一账户绑定;请由其授予方停用该账户后再绑定。",
                    "This identity opens another account; whoever granted that one ends it first.",
                )
            )
        answer = OidcIdentityOut(account_id=account.id, issuer=body.issuer, subject=body.subject)
        await uow.commit(answer)
    return answer


async def acts_for(session: AsyncSession, caller: Caller, organisation_ids: set[UUID]) -> bool:
    """Whether the person behind the caller's account also holds an account of one of these bodies."""
    person = select(AccountHolder.person_id).where(AccountHolder.account_id == caller.account_id)
    other = (
        select(Account.id)
        .join(AccountHolder, AccountHolder.account_id == Account.id)
        .where(
            AccountHolder.person_id.in_(person),
            Account.organisation_id.in_(organisation_ids),
            Account.revoked_at.is_(None),
        )
    )
    return await session.scalar(select(other.exists())) or False
