"""Use cases: check a certificate by its code, or by number and holder's name; as of now, or of an earlier day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from certificate.certificates.domain import number_to_find
from certificate.verification import domain, reasons
from certificate.verification.domain import (
    Bounds,
    CertificateNotFound,
    Change,
    DayAhead,
    Finding,
    InputUsed,
    Known,
    Registered,
)
from certificate.verification.guesses import Guard
from certificate.verification.memory import Memory
from certificate.verification.register import Register, RegisterUnreadable
from certificate.verification.telling import Guessed
from common.certificate_code import REFUSALS, Refusal, Verified, decode_text, verify_code
from common.clock import Clock
from common.failures import will_pass
from common.identifiers.names import name_key
from common.sealed import blind_index

_REGISTER_MISSING = InputUsed("register", "missing")


@dataclass(frozen=True, slots=True)
class _About:
    """Whose history is asked for: a certificate's, or that of one version's place."""

    number: str
    issued_on: date
    last_day: date | None
    status_index: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What verification holds in memory and asks, made once per process."""

    memory: Memory
    register: Register
    guard: Guard
    guessed: Guessed
    clock: Clock
    index_key: bytes
    bounds: Bounds = field(default_factory=Bounds)
    validity_years: Mapping[str, int] = field(default_factory=dict)

    async def by_code(self, text: str, on: date | None = None, *, client: str | None = None) -> Finding:
        """The verdict on a code or its URL: the signature first, then the status. No text makes it fail.

        `client`: who asks, for the count of what is tried in vain; None: the platform itself.
        Raises DayAhead, rate-limited.
        """
        self._check_day(on)
        if client is not None:
            self.guard.check_reader(client)
        found = await self._by_code(text, on, is_shown=True)
        if client is not None and found.state == "not_genuine":
            self.guard.misread(client)
        return found

    async def verdict_on_code(self, text: str) -> Finding:
        """The verdict and its reasons alone, with nothing read for show."""
        return await self._by_code(text, None, is_shown=False)

    async def _by_code(self, text: str, on: date | None, *, is_shown: bool) -> Finding:
        verified = verify_code(text, self.memory.keys, at=self.clock.now())
        if verified is REFUSALS["unknown-key"]:
            try:
                await self.memory.refresh_keys()
            except Exception as error:
                if not will_pass(error):
                    raise
                return domain.unprovable(
                    reasons.KEYS_UNKNOWN, self.clock.now(), (InputUsed("keys", "missing"),)
                )
            verified = verify_code(text, self.memory.keys, at=self.clock.now())
        if isinstance(verified, Refusal):
            now = self.clock.now()
            return domain.not_genuine(verified, now, (self.memory.keys_used(now),))
        return await self._of_genuine(verified, decode_text(text), on, is_shown=is_shown)

    async def _of_genuine(
        self, verified: Verified, code: bytes, on: date | None, *, is_shown: bool
    ) -> Finding:
        """No database decides here while memory knows the place; it is asked for what is shown beside."""
        now = self.clock.now()
        known, is_absent = await self._known(verified, code, now)
        last_day = self._last_day(verified.claims.issued_on, verified.claims.item_code)
        registered, register = await self._evidence(verified, code, now, is_wanted=is_shown and not is_absent)
        found = domain.by_code(
            verified, known, registered, now, self.bounds, is_absent=is_absent, last_day=last_day
        )
        names = self.memory.names_of(verified)
        inputs = (
            self.memory.keys_used(now),
            self._status_used(known, now, is_absent=is_absent),
            self.memory.names_used(names, now) if registered is None else InputUsed("names", "fresh", now),
            register,
        )
        found = replace(found, inputs=inputs, names=names)
        if on is None or is_absent:
            return found
        about = _About(verified.number, verified.claims.issued_on, last_day, verified.claims.status_index)
        return await self._on(found, about, on)

    async def _known(self, verified: Verified, code: bytes, now: datetime) -> tuple[Known | None, bool]:
        """The status of a genuine code, and whether it was never issued. The register is asked for what is newer."""
        place = verified.claims.status_index
        known, is_absent = self.memory.place(place, code, now)
        if is_absent or (known is not None and known.age <= self.bounds.fresh):
            return known, is_absent
        try:
            row = await self.register.place(verified.number, place)
        except RegisterUnreadable:
            return known, False
        if row is None or row[0] != code:
            return None, True
        return row[1], False

    async def _evidence(
        self, verified: Verified, code: bytes, now: datetime, *, is_wanted: bool
    ) -> tuple[Registered | None, InputUsed]:
        if not is_wanted:
            return None, InputUsed("register", "fresh", now)
        try:
            registered = await self.register.evidence(verified.number, code)
        except RegisterUnreadable:
            return None, _REGISTER_MISSING
        if registered is not None:
            self.memory.learn(registered.item_code, registered.item_name)
        return registered, InputUsed("register", "fresh", now)

    async def by_number(self, number: str, name: str, on: date | None = None, *, client: str) -> Finding:
        """The verdict on a number, for whoever knows the holder's name.

        Raises CertificateNotFound, DayAhead, rate-limited.
        """
        self._check_day(on)
        target = number_to_find(number)
        is_last = self.guard.ask(client, target)
        found = await self.verdict_on_number(number, name)
        if found is None:
            if is_last:
                self.guessed.note(target)
            raise CertificateNotFound
        self.guard.found(client, target)
        if on is not None and found.legacy is not None:
            return domain.legacy_on_day(found, found.legacy.issued_on, on)
        if on is None or found.registered is None:
            return found
        registered = found.registered
        about = _About(
            target, registered.issued_on, self._last_day(registered.issued_on, registered.item_code)
        )
        return await self._on(found, about, on)

    async def verdict_on_number(self, number: str, name: str) -> Finding | None:
        """None: no certificate has this number and this holder. The work is the same whichever of the two is wrong."""
        index = blind_index(self.index_key, "name", name_key(name))
        now = self.clock.now()
        try:
            registered = await self.register.find_of_holder(number_to_find(number), index)
            if registered is None:
                return await self._of_before(number_to_find(number), name, index)
        except RegisterUnreadable:
            inputs = (InputUsed("status", "missing"), _REGISTER_MISSING)
            return domain.unprovable(reasons.STATE_UNKNOWN, now, inputs)
        last_day = self._last_day(registered.issued_on, registered.item_code)
        found = domain.by_number(registered, name, now, self.bounds, last_day)
        inputs = (InputUsed("status", "fresh", now), InputUsed("register", "fresh", now))
        return replace(found, inputs=inputs)

    async def _of_before(self, number: str, name: str, index: bytes) -> Finding | None:
        """A certificate of the time before the platform; looked for whenever the register has none."""
        legacy = await self.register.find_legacy(number, index)
        if legacy is None:
            return None
        now = self.clock.now()
        found = domain.by_legacy(legacy, name, now)
        return replace(found, inputs=(InputUsed("register", "fresh", now),))

    async def _on(self, found: Finding, about: "_About", day: date) -> Finding:
        """The same, of an earlier day: only the register has the history."""
        history: list[Change] = []
        if day >= about.issued_on:
            try:
                history = await self.register.history(about.number, about.status_index)
            except RegisterUnreadable:
                return domain.history_unknown(found, day, (*found.inputs[:-1], _REGISTER_MISSING))
        return domain.on_day(found, about.issued_on, history, day, about.last_day)

    def _check_day(self, on: date | None) -> None:
        if on is not None and on > self.clock.today():
            raise DayAhead

    def _last_day(self, issued_on: date, item_code: str) -> date | None:
        return domain.last_day_of(issued_on, self.validity_years.get(item_code))

    def _status_used(self, known: Known | None, now: datetime, *, is_absent: bool) -> InputUsed:
        if known is None:
            return InputUsed("status", "fresh", now) if is_absent else InputUsed("status", "missing")
        return InputUsed("status", "fresh" if known.age <= self.bounds.fresh else "old", now - known.age)
