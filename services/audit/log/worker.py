"""The background of the log: as soon as something arrived it grows, by one checkpoint a second at most."""

import asyncio
import time
from datetime import timedelta
from typing import Final

import structlog

from audit.log.domain import origin_of
from audit.log.folder import LogFolder
from audit.log.growth import Growth
from audit.log.witnesses import is_unwitnessed
from audit.settings import AuditSettings
from common.merkle_notes import NoteSigner
from common.platform import Platform
from common.service_keys import own_key

SHORTEST_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.25
PURPOSE: Final = "log"
LOOK_SECONDS: Final = 60.0
WITNESSES_SILENT: Final = timedelta(hours=1)

log = structlog.get_logger("log")


async def keep_log(platform: Platform, settings: AuditSettings) -> None:
    """For ever; with no folder to keep it in (development without a log), nothing is done."""
    if settings.log_dir is None:
        await asyncio.Event().wait()
    growth = await growth_of(platform, settings)
    watch = WitnessWatch(bool(settings.witnesses()))
    while True:
        grown = await growth.grow()
        await watch.look(platform)
        await asyncio.sleep(SHORTEST_SECONDS if grown else PAUSE_SECONDS)


class WitnessWatch:
    """Alarms once when no witness has signed for an hour while the log went on; checkpoints go on without them."""

    def __init__(self, is_on: bool) -> None:
        self._is_on = is_on
        self._looked_at = 0.0
        self._is_alarmed = False

    async def look(self, platform: Platform) -> None:
        if not self._is_on or time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        async with platform.sessions() as session:
            is_silent = await is_unwitnessed(session, platform.clock.now() - WITNESSES_SILENT)
        if is_silent and not self._is_alarmed:
            log.error("no witness has cosigned the log for an hour")
        self._is_alarmed = is_silent


async def growth_of(platform: Platform, settings: AuditSettings) -> Growth:
    """The log of these settings, with its key."""
    return Growth(platform, folder_of(settings), await signer_of(platform, settings))


def folder_of(settings: AuditSettings) -> LogFolder:
    if settings.log_dir is None:
        raise ValueError("AUDIT_LOG_DIR is not set")
    return LogFolder(settings.log_dir)


async def signer_of(platform: Platform, settings: AuditSettings) -> NoteSigner:
    async with platform.sessions() as session:
        private = await own_key(session, platform.keyring, PURPOSE, now=platform.clock.now())
    return NoteSigner(settings.log_origin or origin_of(settings.public_url), private)
