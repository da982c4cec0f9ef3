"""Use cases: check a certificate by its code, or by number and holder's name."""

from dataclasses import dataclass

from certificate.certificates.domain import number_to_find
from certificate.keys.service import KeyCache
from certificate.verification import domain
from certificate.verification.domain import CertificateNotFound, Finding
from certificate.verification.guesses import Guesses
from certificate.verification.register import Register, RegisterUnreadable
from common.certificate_code import REFUSALS, Refusal, Verified, decode_text, verify_code
from common.clock import Clock
from common.failures import will_pass
from common.identifiers.names import name_key
from common.sealed import blind_index


@dataclass(frozen=True, slots=True)
class Verification:
    """What verification holds in memory and asks, made once per process."""

    keys: KeyCache
    register: Register
    guesses: Guesses
    clock: Clock
    index_key: bytes

    async def by_code(self, text: str) -> Finding:
        """The verdict on a code or its URL: the signature first, then the state. Never raises for any text."""
        now = self.clock.now()
        verified = verify_code(text, self.keys.keys, at=now)
        if verified is REFUSALS["unknown-key"]:
            try:
                await self.keys.refresh()
            except Exception as error:
                if not will_pass(error):
                    raise
                return domain.unprovable(domain.KEYS_UNKNOWN, now)
            verified = verify_code(text, self.keys.keys, at=now)
        if isinstance(verified, Refusal):
            return domain.not_genuine(verified, now)
        return await self._state_of(verified, text)

    async def _state_of(self, verified: Verified, text: str) -> Finding:
        now = self.clock.now()
        try:
            registered = await self.register.find(verified.number)
        except RegisterUnreadable:
            return domain.unprovable(domain.STATE_UNKNOWN, now, verified)
        return domain.by_code(verified, decode_text(text), registered, now)

    async def by_number(self, number: str, name: str) -> Finding:
        """The verdict on a number, for whoever knows the holder's name. Raises CertificateNotFound, rate-limited."""
        target = number_to_find(number)
        self.guesses.check(target)
        index = blind_index(self.index_key, "name", name_key(name))
        now = self.clock.now()
        try:
            registered = await self.register.find_of_holder(target, index)
        except RegisterUnreadable:
            return domain.unprovable(domain.STATE_UNKNOWN, now)
        if registered is None:
            self.guesses.miss(target)
            raise CertificateNotFound
        return domain.by_number(registered, name, now)
