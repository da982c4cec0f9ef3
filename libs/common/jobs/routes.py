"""Routes of jobs, for every service that has some: state, mistakes, marked sheet, progress, cancellation."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    created,
    produces,
    requires,
)
from common.errors import NotFound
from common.ids import JobId, encode_id
from common.jobs import mistakes, queue
from common.jobs.files import JobKey, read_upload
from common.jobs.models import UNFINISHED, JobRow
from common.jobs.runner import Kind
from common.jobs.schemas import JobOut, MistakeOut
from common.platform import Platform
from common.problems import language_of
from common.schemas import Listing
from common.tabular.reading import CSV, XLSX
from common.tabular.writing import marked

LOOK_SECONDS = 0.25
SILENCE_SECONDS = 15.0
_ENDINGS = {XLSX: "xlsx", CSV: "csv"}
_SHEETS = asyncio.Semaphore(2)  # a marked sheet is made in memory
Language = Annotated[str | None, Header(alias="Accept-Language", examples=["zh-CN"])]


def job_routes(*, service: str, scope: str, kinds: Mapping[str, Kind], has_sheets: bool = True) -> APIRouter:
    """The routes of a service's jobs; a job is seen by its own organisation, its sheet by the account that sent it.

    `has_sheets`: jobs take in sheets, which are given back marked.
    """
    router = APIRouter(prefix="/jobs", tags=["jobs"])
    place = f"/{service}/v1/jobs/{{id}}"

    @router.get("/{job_id}", dependencies=[requires(scope)])
    async def get_job(job_id: JobId, session: SessionDep, caller: CallerDep) -> JobOut:
        """A job's state, how far it is, and its result."""
        return JobOut.of(await queue.own_job(session, job_id, caller))

    @router.get("/{job_id}/errors", dependencies=[requires(scope)])
    async def get_errors(
        job_id: JobId, session: SessionDep, caller: CallerDep, page: PageDep, accept_language: Language = None
    ) -> Listing[MistakeOut]:
        """Everything that is wrong with the file, row by row, with how to mend it."""
        await queue.own_job(session, job_id, caller)
        rows = await mistakes.read(session, job_id, after=page.after, limit=page.fetch)
        kept, next_cursor = page.cut(rows, lambda row: (row.row_number, row.number))
        language = language_of(accept_language)
        return Listing(items=[_told(row, language) for row in kept], next=next_cursor)

    if has_sheets:
        _sheets(router, scope, kinds)

    @router.get("/{job_id}/progress", dependencies=[requires(scope), produces("text/event-stream")])
    async def get_progress(job_id: JobId, caller: CallerDep, platform: PlatformDep) -> StreamingResponse:
        """The job as server-sent events, each time it has moved on, until it ends."""
        async with platform.sessions() as session:
            await queue.own_job(session, job_id, caller)
        return StreamingResponse(_progress(platform, job_id), media_type="text/event-stream")

    @router.post("/{job_id}/cancellation", status_code=202, dependencies=[requires(scope), created(place)])
    async def post_cancellation(job_id: JobId, uow: CreatingDep, caller: CallerDep) -> JobOut:
        """End a job before its next step; what it had begun is taken back."""
        async with uow:
            answer = JobOut.of(await queue.ask_to_cancel(uow, job_id, caller))
            await uow.commit(answer)
        return answer

    return router


def _sheets(router: APIRouter, scope: str, kinds: Mapping[str, Kind]) -> None:
    @router.get("/{job_id}/sheet", dependencies=[requires(scope), produces(XLSX, CSV)])
    async def get_sheet(
        job_id: JobId, session: SessionDep, caller: CallerDep, platform: PlatformDep
    ) -> Response:
        """The sheet that was sent, with what is wrong written beside each row."""
        content, media_type = await _sheet(session, platform, kinds, job_id, caller)
        name = f"{encode_id('job', job_id)}.{_ENDINGS[media_type]}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media_type, headers=headers)


def media_type_of(request: Request) -> str:
    """What an upload says it is; the frame has let in nothing else than the route takes."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _told(row: Any, language: str) -> MistakeOut:
    error = mistakes.as_error(row)
    return MistakeOut(
        row=error.row,
        column=error.column,
        code=error.code,
        detail=getattr(error.detail, language),
        remedy=getattr(error.remedy, language),
        article=error.article,
    )


async def _sheet(
    session: AsyncSession, platform: Platform, kinds: Mapping[str, Kind], job_id: UUID, caller: Caller
) -> tuple[bytes, str]:
    job = await queue.own_job(session, job_id, caller)
    if job.account_id != caller.account_id:
        raise NotFound.of("sheet")
    marks = await mistakes.by_row(session, job_id)
    async with _SHEETS:
        content = await read_upload(session, JobKey.of(platform.keyring, job_id, job.wrapped_key))
        return await asyncio.to_thread(marked, content, job.media_type, kinds[job.kind].columns, marks)


async def _progress(platform: Platform, job_id: UUID) -> AsyncIterator[str]:
    """Looks into the table again and again, holding no connection between."""
    said, silence = None, 0.0
    while True:
        async with platform.sessions() as session:
            job = await session.get(JobRow, job_id)
        if job is None:
            return
        text = JobOut.of(job).model_dump_json()
        if text != said:
            said, silence = text, 0.0
            yield f"event: job\ndata: {text}\n\n"
        if job.state not in UNFINISHED:
            return
        await asyncio.sleep(LOOK_SECONDS)
        silence += LOOK_SECONDS
        if silence >= SILENCE_SECONDS:
            silence = 0.0
            yield ": still at work\n\n"
