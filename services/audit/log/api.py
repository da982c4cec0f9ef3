"""Routes of the public log: static, cacheable files (c2sp.org/tlog-tiles), proofs, cosignatures (Art. 21, 22)."""

import hashlib
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from audit.journal.api import Source
from audit.log import service, witnesses
from audit.log.domain import origin_of
from audit.log.folder import LogFolder
from audit.log.schemas import ConsistencyOut, CosignedOut, InclusionOut, LogKeyOut, LogOut, SaltOut
from audit.log.service import Place
from audit.log.worker import PURPOSE
from audit.settings import AuditSettings
from common.deps import PlatformDep, SessionDep, UowDep, produces, public, requires, upload
from common.described import problem
from common.merkle_notes import SIGNED, NoteKey
from common.problems import Problem
from common.service_keys import published_key

router = APIRouter(prefix="/log", tags=["log"], responses=problem(404, "not-found"))
TEXT = "text/plain"
BINARY = "application/octet-stream"
LONGEST_NOTE = 16 * 1024
COSIGNED_NOTE = (
    "skills.example.org/audit/v1/log\n3\nR7oQJ6Zf1D2n7zjJH3lX5o0eYw3mGc1t2b8QhQn0kY4=\n\n"
    "— witness.example/w1 jY0Dm2cAAAAAawJ0gA…\n"
)
FOR_EVER = "public, max-age=31536000, immutable"
IndexQuery = Annotated[int | None, Query(ge=0, le=2**53 - 1, description="index of the leaf")]
PositionQuery = Annotated[int | None, Query(ge=1, le=2**53 - 1, description="in the journal of `source`")]
SizeQuery = Annotated[int, Query(ge=0, le=2**53 - 1)]


async def settings_of(platform: PlatformDep) -> AuditSettings:
    return cast(AuditSettings, platform.settings)


async def folder(settings: Annotated[AuditSettings, Depends(settings_of)]) -> LogFolder:
    if settings.log_dir is None:
        raise Problem("not-found")
    return LogFolder(settings.log_dir)


SettingsDep = Annotated[AuditSettings, Depends(settings_of)]
FolderDep = Annotated[LogFolder, Depends(folder)]


@router.get("", dependencies=[public()])
async def get_log(session: SessionDep) -> LogOut:
    """How far the log is, and the newest checkpoint that a witness cosigned."""
    return await service.state(session)


@router.get("/key", dependencies=[public()])
async def get_key(session: SessionDep, settings: SettingsDep) -> LogKeyOut:
    """The verifier keys of the log and of the witnesses that it knows."""
    raw = await published_key(session, PURPOSE)
    if raw is None:
        raise Problem("not-found")
    origin = settings.log_origin or origin_of(settings.public_url)
    return LogKeyOut(
        origin=origin,
        key=str(NoteKey(origin, SIGNED, raw)),
        witnesses=[str(key) for key in settings.witnesses()],
    )


@router.get("/checkpoint", response_class=PlainTextResponse, dependencies=[public(), produces(TEXT)])
async def get_checkpoint(session: SessionDep, folder: FolderDep) -> Response:
    """The newest signed checkpoint (c2sp.org/tlog-checkpoint), with the cosignatures that came for it."""
    return _text(await service.checkpoint(session, folder))


@router.get(
    "/checkpoint/witnessed", response_class=PlainTextResponse, dependencies=[public(), produces(TEXT)]
)
async def get_witnessed_checkpoint(session: SessionDep, folder: FolderDep) -> Response:  # noqa: ARG001
    """The newest checkpoint that a witness cosigned."""
    return _text(await service.witnessed(session))


@router.get(
    "/tile/{path:path}",
    response_class=Response,
    responses={200: {"content": {BINARY: {}}, "description": "hashes of 32 bytes, or entries"}},
    dependencies=[public(), produces(BINARY)],
)
async def get_tile(path: str, folder: FolderDep) -> Response:
    """A tile of hashes, or a bundle of entries (c2sp.org/tlog-tiles); it never changes."""
    content = await service.tile(folder, path)
    headers = {"ETag": _tag(content), "Cache-Control": FOR_EVER}
    return Response(content, media_type=BINARY, headers=headers)


@router.get("/proofs/inclusion", dependencies=[public()])
async def get_inclusion(
    session: SessionDep,
    folder: FolderDep,
    event_id: Annotated[UUID | None, Query(description="of the event")] = None,
    source: Annotated[Source | None, Query(description="the publishing service")] = None,
    position: PositionQuery = None,
    index: IndexQuery = None,
) -> InclusionOut:
    """That an event stands in the log. Ask by `event_id`, by `source` and `position`, or by `index`."""
    return await service.prove_inclusion(session, folder, Place(event_id, source, position, index))


@router.get("/proofs/consistency", dependencies=[public()])
async def get_consistency(
    folder: FolderDep, old: Annotated[SizeQuery, Query(alias="from")], to: SizeQuery
) -> ConsistencyOut:
    """That nothing was changed between two sizes of the log."""
    return await service.prove_consistency(folder, old=old, size=to)


@router.get("/salts", dependencies=[requires("journal:read")])
async def get_salts(
    session: SessionDep,
    after: Annotated[int, Query(ge=-1, le=2**53 - 1, description="index of the last leaf seen")] = -1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
) -> tuple[SaltOut, ...]:
    """What opens the commitments, for those who may see the events' contents."""
    return await service.salts(session, after=after, limit=limit)


@router.post(
    "/cosignatures",
    dependencies=[public(), upload(TEXT, limit=LONGEST_NOTE)],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {TEXT: {"schema": {"type": "string"}, "example": COSIGNED_NOTE}},
        }
    },
)
async def post_cosignatures(request: Request, uow: UowDep, settings: SettingsDep) -> CosignedOut:
    """A checkpoint with the cosignatures of witnesses; may be sent twice. Those of strangers are passed over."""
    return CosignedOut(taken=await witnesses.add(uow, await request.body(), settings.witnesses()))


def _text(content: bytes) -> Response:
    headers = {"ETag": _tag(content), "Cache-Control": "public, max-age=0, must-revalidate"}
    return PlainTextResponse(content, headers=headers)


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
