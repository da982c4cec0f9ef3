"""Verification as a process has it: made before the first request, held up to date beside all others."""

from dataclasses import dataclass, field

from certificate.keys.service import KeyCache
from certificate.settings import CertificateSettings
from certificate.verification.guesses import Guard
from certificate.verification.memory import Board, Memory
from certificate.verification.register import Register
from certificate.verification.service import Verification
from certificate.verification.telling import Guessed
from common.platform import Platform


@dataclass
class Verifying:
    """`prepare` on start, the others as workers; `verification()` from then on."""

    settings: CertificateSettings
    board: Board
    guard: Guard = field(default_factory=Guard)
    guessed: Guessed = field(default_factory=Guessed)
    register: Register = field(default_factory=Register)
    _ready: list[Verification] = field(default_factory=list)

    def verification(self) -> Verification:
        return self._ready[0]

    async def prepare(self, platform: Platform) -> None:
        """What verification needs before the first request: the published keys and the names in memory."""
        memory = Memory(KeyCache(platform.sessions), self.board, platform.sessions, platform.clock)
        await memory.refresh_keys()
        await memory.refresh_names()
        self._ready[:] = [
            Verification(
                memory=memory,
                register=self.register,
                guard=self.guard,
                guessed=self.guessed,
                clock=platform.clock,
                index_key=self.settings.index_key(),
                bounds=self.settings.status_bounds,
                validity_years=self.settings.validity_years,
            )
        ]

    async def hold_memory(self, platform: Platform) -> None:
        await self.verification().memory.keep_fresh(platform)

    async def hold_register(self, platform: Platform) -> None:
        await self.register.keep_open(platform)

    async def tell_of_guesses(self, platform: Platform) -> None:
        await self.guessed.tell(platform)
