"""Audit with a public log that grows when a test says so."""

from pathlib import Path
from typing import cast

from sqlalchemy import text

from audit.log.folder import CHECKPOINT, LogFolder
from audit.log.growth import Growth
from audit.log.worker import growth_of
from audit.settings import AuditSettings
from common.events.filing import AccountRevoked
from common.ids import uuid7
from common.merkle_notes import Checkpoint, open_checkpoint
from tests.support.events import Publishers
from tests.support.service import RunningService, owner_connection


class World:
    """Audit with a log that grows when the test says so."""

    def __init__(self, service: RunningService, folder: Path) -> None:
        self.service, self.others, self.folder = service, Publishers(service), LogFolder(folder)
        self.client = service.client
        self.settings = cast(AuditSettings, service.settings).model_copy(update={"log_dir": folder})
        object.__setattr__(service.settings, "log_dir", folder)  # served now; the worker went by none

    async def growth(self) -> Growth:
        return await growth_of(self.service.platform, self.settings)

    async def say(self, count: int = 1) -> None:
        await self.others.deliver(*(account_revoked() for _ in range(count)))

    async def grow(self) -> Checkpoint:
        """One checkpoint more, or the last again."""
        growth = await self.growth()
        await growth.grow()
        return open_checkpoint((self.folder.read(CHECKPOINT) or b"").decode(), growth.signer.key())

    async def do(self, statement: str) -> None:
        async with owner_connection(self.service.database_url) as connection:
            await connection.execute(text(statement))

    async def count(self, table: str) -> int:
        return (await self.service.row_counts())[table]


def account_revoked() -> AccountRevoked:
    return AccountRevoked(account_id=uuid7(), revoked_at="2026-11-23T01:00:00Z")
