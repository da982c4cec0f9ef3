"""A service that takes in sheets of things: the smallest there is with jobs."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Query, Request
from sqlalchemy import delete, insert, select

from common.deps import CallerDep, CreatingDep, PlatformDep, created, requires, upload
from common.errors import Bilingual, FieldError
from common.ids import uuid7
from common.jobs import queue
from common.jobs.files import Row
from common.jobs.imports import Judge, Recorded, SheetImport
from common.jobs.routes import job_routes
from common.jobs.runner import Kind, Task
from common.jobs.schemas import JobOut
from common.tabular.columns import Column
from common.tabular.faults import LARGEST_FILE
from common.tabular.reading import MEDIA_TYPES
from common.tabular.rows import RawRow
from common.web import Service, create_service
from tests.support.demo.main import Base, DemoSettings, Thing


class Things:
    """Things are kept under names that no other has; names that begin with ! break the step."""

    columns = (Column("name", ("名称",), required=True), Column("level", ("等级",)))

    async def judge(self, task: Task) -> Judge:
        def judge(raw: RawRow) -> tuple[Row | None, Sequence[FieldError]]:
            level = raw.values.get("level") or "5"
            if not level.isdecimal():
                return None, [*raw.mistakes, mistake("level-wrong", raw.number, "level")]
            return {"row": raw.number, "name": raw.values["name"], "level": int(level)}, raw.mistakes

        return judge

    async def check(self, task: Task, rows: Sequence[Row]) -> Sequence[FieldError]:
        names = [row["name"] for row in rows]
        taken = set(await task.session.scalars(select(Thing.name).where(Thing.name.in_(names))))
        return [mistake("taken", row["row"], "名称") for row in rows if row["name"] in taken]

    async def record(self, task: Task, rows: Sequence[Row]) -> Recorded:
        version = task.job.number
        things = [
            {"id": uuid7(), "name": row["name"], "level": row["level"], "version": version} for row in rows
        ]
        if things:
            await task.session.execute(insert(Thing), things)
        if any(row["name"].startswith("!") for row in rows):
            raise RuntimeError("told to fail")
        return Recorded(len(things))

    async def finish(self, task: Task) -> Mapping[str, Any]:
        return {"warehouse": "full"}

    async def abandon(self, task: Task) -> None:
        await task.session.execute(delete(Thing).where(Thing.version == task.job.number))


def mistake(code: str, row: int, column: str) -> FieldError:
    return FieldError(
        code=code,
        detail=Bilingual("不行。", "No."),
        remedy=Bilingual("改。", "Mend."),
        row=row,
        column=column,
    )


KINDS: dict[str, Kind] = {"things": SheetImport(Things())}
router = APIRouter(prefix="/things", tags=["things"])


@router.post(
    "/{shelf}",
    status_code=202,
    dependencies=[
        requires("rosters:submit"),
        upload(*MEDIA_TYPES, limit=LARGEST_FILE),
        created("/demo/v1/jobs/{id}"),
    ],
)
async def post_things(
    shelf: str,
    request: Request,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    on_invalid: Annotated[Literal["reject_all", "accept_valid"], Query()] = "reject_all",
    dry_run: Annotated[bool, Query()] = False,
) -> JobOut:
    """Send a sheet of things for a shelf."""
    async with uow:
        job = await queue.submit(
            uow,
            platform.keyring,
            kind="things",
            subject=f"shelf:{shelf}",
            caller=caller,
            parameters={"on_invalid": on_invalid, "dry_run": dry_run},
            columns=Things.columns,
            media_type=request.headers["content-type"].partition(";")[0],
            stream=request.stream(),
        )
        answer = JobOut.of(job)
        await uow.commit(answer)
    return answer


def create_app(settings: DemoSettings | None = None) -> FastAPI:
    """Without a worker: tests do the steps themselves."""
    return create_service(
        Service(
            name="demo",
            settings=settings or DemoSettings(),
            routers=[router, job_routes(service="demo", scope="rosters:read", kinds=KINDS)],
            metadata=Base.metadata,
            migrations="tests.support.demo.migrations",
        )
    )
