"""Use cases: ask for a code, open one's record with it, and know who opened it. All times are real ones."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from common.clock import Clock
from common.errors import Bilingual, NotFound, Violations
from common.events.registration import CandidateSessionOpened
from common.identifiers.documents import IdDocument, InvalidDocument, parse_document, read_type
from common.identifiers.names import name_key
from common.ids import encode_id, uuid7
from common.notices.post import Post
from common.problems import Problem
from common.sealed import Keyring, blind_index
from common.unit_of_work import UnitOfWork
from registration.candidate_view import repository
from registration.candidate_view.contacts import phone_of
from registration.candidate_view.domain import (
    CODE_DIGITS,
    CODE_LIFE,
    MOST_ASKED,
    TOKEN_LIFE,
    WINDOW,
    Asked,
    code_notice,
    lock_notice,
    verdict,
)
from registration.candidate_view.guesses import Guesses, rest
from registration.candidate_view.models import CandidateSession
from registration.candidate_view.schemas import CandidateSessionIn, CandidateSessionOut, TokenOut
from registration.mistakes import mistake

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Desk:
    """What sessions need besides the request: keys, the post, and whether this is a sandbox."""

    keyring: Keyring
    index_key: bytes
    post: Post
    is_sandbox: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who opened a session."""

    session_id: UUID
    person_id: UUID


async def ask_for_code(
    uow: UnitOfWork, body: CandidateSessionIn, *, client: str, desk: Desk
) -> CandidateSessionOut:
    """Send a code to the number on record, if there is such a person of that name; nobody is told whether.

    The same questions are put to the database for everyone, and sending is left to the post.
    Raises Violations, and the problem `rate-limited`.
    """
    document = _document(body)
    now = Clock.real_now()
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    target = blind_index(desk.index_key, "candidate-target", document.index_text)
    async with uow:
        guesses = Guesses(uow.session, desk.index_key, client=client, now=now)
        await guesses.check(target)
        await guesses.ask()
        asked = await repository.asked_lately(uow.session, target, now)
        rest(asked[0] + WINDOW if len(asked) >= MOST_ASKED else now, now)
        person_id = await repository.person_named(
            uow.session,
            blind_index(desk.index_key, "person", document.index_text),
            blind_index(desk.index_key, "name", name_key(body.name)),
        )
        row = _asked(target, person_id, _code_index(desk, code), now)
        uow.session.add(row)
        phone = await phone_of(uow.session, desk.keyring, person_id or NOBODY)
        answer = CandidateSessionOut(id=row.id, expires_at=row.expires_at)
        await uow.commit()
    if person_id is not None:
        _send(desk, phone, encode_id("visit", row.id), code_notice(code))
    return answer


def _document(body: CandidateSessionIn) -> IdDocument:
    kind = read_type(body.id_type)
    if kind is None:
        wrong = mistake("id-type-unknown", 0, None)
        raise Violations([replace(wrong, row=None, pointer="/id_type")])
    try:
        return parse_document(kind, body.id_number)
    except InvalidDocument as error:
        raise Violations([error.as_error(pointer="/id_number")]) from None


def _asked(target: bytes, person_id: UUID | None, code_index: bytes, now: datetime) -> CandidateSession:
    return CandidateSession(
        id=uuid7(),
        target=target,
        person_id=person_id,
        code_index=code_index,
        tries=0,
        asked_at=now,
        expires_at=now + CODE_LIFE,
    )


def _code_index(desk: Desk, code: str) -> bytes:
    return blind_index(desk.index_key, "candidate-code", code)


def _send(desk: Desk, phone: str | None, session: str, text: str) -> None:
    """To the number on record; without one, only a sandbox has somewhere to put it."""
    address = phone or (session if desk.is_sandbox else None)
    if address is not None:
        desk.post.put(address, text)


async def open_with_code(
    uow: UnitOfWork, session_id: UUID, code: str, *, client: str, desk: Desk
) -> TokenOut:
    """Exchange the code for a token, once. A miss is counted whatever becomes of the request.

    Raises NotFound for a wrong code, a used-up one, an unknown person or another name; the problems
    `client-authentication-failed` for somebody else's code and `rate-limited` after too many misses.
    """
    now = Clock.real_now()
    code_index = _code_index(desk, code)
    async with uow:
        guesses = Guesses(uow.session, desk.index_key, client=client, now=now)
        await guesses.check()
        row = await uow.session.get(CandidateSession, session_id, with_for_update=True)
        await guesses.check(row.target if row else None)
        is_anothers = await repository.is_code_of_another(uow.session, code_index, session_id, now)
        found = verdict(_as_asked(row), code_index, is_anothers=is_anothers, now=now)
        if found == "opened" and row is not None and row.person_id is not None:
            token = secrets.token_urlsafe(32)
            row.opened_at, row.token_hash = now, _hash(token)
            uow.say(
                CandidateSessionOpened(
                    session_id=row.id,
                    person_id=row.person_id,
                    token_sha256=row.token_hash.hex(),
                    expires_at=now + TOKEN_LIFE,
                )
            )
            await uow.commit()
            return TokenOut(token=token, expires_at=now + TOKEN_LIFE)
        await _missed(uow, guesses, row, desk)
    if found == "anothers":
        raise Problem("client-authentication-failed")
    raise NotFound(
        Bilingual(
            "验证码不正确或已失效,或没有该姓名的人员;请核对后重新获取验证码。",
            "The code is wrong or used up, or nobody of that name is known; check both and ask for another code.",
        )
    )


async def _missed(uow: UnitOfWork, guesses: Guesses, row: CandidateSession | None, desk: Desk) -> None:
    """Keep the miss, and warn the person whose record was locked by it."""
    if row is not None:
        row.tries += 1
    is_locked = await guesses.miss(row.target if row else None)
    person_id = row.person_id if row else None
    phone = await phone_of(uow.session, desk.keyring, person_id or NOBODY) if is_locked else None
    await uow.commit()
    if row is not None and person_id is not None and is_locked:
        _send(desk, phone, encode_id("visit", row.id), lock_notice())


def _as_asked(row: CandidateSession | None) -> Asked | None:
    if row is None:
        return None
    return Asked(
        code_index=row.code_index,
        tries=row.tries,
        expires_at=row.expires_at,
        is_open=row.opened_at is not None,
        is_known=row.person_id is not None,
    )


async def visitor(uow: UnitOfWork, token: str | None) -> Visitor:
    """Who opened the session of a token. Raises the problems token-missing, token-invalid, token-expired."""
    if token is None:
        raise _refused("token-missing")
    row = await repository.session_of(uow.session, _hash(token))
    if row is None or row.person_id is None or row.opened_at is None:
        raise _refused("token-invalid")
    if Clock.real_now() >= row.opened_at + TOKEN_LIFE:
        raise _refused("token-expired")
    return Visitor(row.id, row.person_id)


def _refused(code: str) -> Problem:
    return Problem(
        code,
        Bilingual(
            "须带 Candidate-Token 首部;请用证件、姓名和验证码重新获取。",
            "Send the header Candidate-Token; get one with your document, your name and a code.",
        ),
        headers={"WWW-Authenticate": "Candidate-Token"},
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
