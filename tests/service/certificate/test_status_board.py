"""The board in memory says what is committed, at once, on every replica, and goes on without the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text

from certificate.status.board import StatusBoard, digest_of
from common.certificate_code import Verified, decode_text, verify_code
from tests.service.certificate.world import Certificates
from tests.support.service import owner_connection
from tests.support.waiting import eventually


async def place_of(certificates: Certificates, code: str) -> int:
    """Where a certificate stands in the status lists."""
    verified = verify_code(code, (await certificates.client.get("/certificate/v1/keys")).json())
    assert isinstance(verified, Verified)
    return verified.claims.status_index


@asynccontextmanager
async def replicas(certificates: Certificates, count: int) -> AsyncIterator[list[StatusBoard]]:
    """Boards as so many further processes would keep them."""
    boards = [StatusBoard() for _ in range(count)]
    keeping = [asyncio.create_task(board.keep_up(certificates.service.platform)) for board in boards]
    try:
        await eventually(_truth(lambda: all(board.fresh_at for board in boards)))
        yield boards
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


def _truth(condition: Callable[[], object]) -> Callable[[], Awaitable[bool | None]]:
    async def look() -> bool | None:
        return True if condition() else None

    return look


def _status(board: StatusBoard, place: int) -> str | None:
    standing = board.standing(place)
    return standing.status if standing else None


async def test_what_is_issued_and_revoked_is_seen_on_every_board(
    certificates: Certificates,
) -> None:
    async with replicas(certificates, 2) as boards:
        certificate, _ = await certificates.one()
        place = await place_of(certificates, certificate.code)
        await eventually(_truth(lambda: all(board.standing(place) for board in boards)))
        for board in boards:
            standing = board.standing(place)
            assert standing is not None
            assert (standing.status, standing.since) == ("valid", None)
            assert standing.code_digest == digest_of(decode_text(certificate.code))
        assert (await certificates.revoke(certificate.number)).status_code == 201
        await eventually(_truth(lambda: all(_status(board, place) == "revoked" for board in boards)))
    assert boards[0].standing(place ^ 1) is None


async def test_a_board_that_is_loaded_later_says_the_same(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    place = await place_of(certificates, certificate.code)
    await certificates.revoke(certificate.number)
    async with replicas(certificates, 1) as (board,):
        standing = board.standing(place)
    assert standing is not None
    assert (standing.status, standing.reason_code) == ("revoked", "issued_in_error")
    assert standing.code_digest == digest_of(decode_text(certificate.code))


async def test_a_board_goes_on_without_its_database_and_catches_up(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    place = await place_of(certificates, certificate.code)
    async with replicas(certificates, 1) as (board,):
        async with owner_connection(certificates.service.database_url) as owner:
            await owner.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        assert board.standing(place) is not None
        seen = board.fresh_at
        await eventually(_truth(lambda: board.fresh_at != seen))
