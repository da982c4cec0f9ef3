"""The demo service: create_app()."""

import hashlib
import os
import signal
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import Field
from pydantic_settings import SettingsConfigDict
from sqlalchemy import Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.routing import Route

from common.db import TYPES, service_metadata
from common.deps import (
    CallerDep,
    CreatingDep,
    IfMatchDep,
    PageDep,
    PlatformDep,
    SessionDep,
    UowDep,
    created,
    produces,
    public,
    requires,
    sorting,
    upload,
)
from common.errors import Bilingual, NotFound, RuleViolation, StateConflict
from common.ids import JobId, PlanId, uuid7
from common.preconditions import IfMatch, etag
from common.schemas import Input, Line, Listing, Note, Output
from common.settings import ServiceSettings
from common.unit_of_work import UnitOfWork
from common.web import Service, create_service


class DemoSettings(ServiceSettings):
    """DEMO_* variables: where the test says what shall go wrong."""

    model_config = SettingsConfigDict(env_prefix="DEMO_")

    kill_switch: Path | None = Field(
        default=None, description="present: the process dies after its next commit"
    )
    fault_switch: Path | None = Field(default=None, description="present: the next keeping of a thing fails")


class Base(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = TYPES


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    level: Mapped[int]
    made_on: Mapped[date | None]
    version: Mapped[int]


class ThingIn(Input):
    name: Line = Field(examples=["铣床"])
    level: int = Field(ge=1, le=5, examples=[3])
    made_on: date | None = None
    note: Note | None = None
    is_fragile: bool = False


class ThingOut(Output):
    thing_id: PlanId
    name: str
    level: int
    made_on: date | None = None
    version: int


class UploadOut(Output):
    job_id: JobId
    sha256: str
    size: int


class Duplicate(StateConflict):
    code: ClassVar[str] = "duplicate"
    title: ClassVar[Bilingual] = Bilingual("名称已存在", "Name taken")


class TooHeavy(RuleViolation):
    code: ClassVar[str] = "too-heavy"
    article: ClassVar[str | None] = "18(1)"
    title: ClassVar[Bilingual] = Bilingual("太重", "Too heavy")


router = APIRouter(prefix="/things", tags=["things"])


@router.post(
    "", status_code=201, dependencies=[requires("plans:file"), created("/demo/v1/things/{thing_id}")]
)
async def post_thing(
    thing: ThingIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep, *, dry_run: bool = False
) -> ThingOut:
    """Keep a thing under a name that no other has."""
    return await keep_thing(uow, thing, platform.settings, dry_run=dry_run)


async def keep_thing(
    uow: UnitOfWork, thing: ThingIn, settings: ServiceSettings, *, dry_run: bool
) -> ThingOut:
    async with uow:
        if await uow.session.scalar(select(Thing.id).where(Thing.name == thing.name)):
            raise Duplicate(Bilingual("已有同名之物;请换一个名称。", "The name is taken; choose another."))
        row = Thing(id=uuid7(), name=thing.name, level=thing.level, made_on=thing.made_on, version=1)
        answer = _out(row)
        uow.session.add(row)
        if _is_told(settings, "fault_switch"):
            raise RuntimeError("told to fail")
        if not dry_run:
            await uow.commit(answer)
            if _is_told(settings, "kill_switch"):
                os.kill(os.getpid(), signal.SIGKILL)
    return answer


def _is_told(settings: ServiceSettings, switch: str) -> bool:
    """Whether a switch is set; it works once."""
    file: Path | None = getattr(settings, switch)
    if file is None or not file.exists():
        return False
    file.unlink()
    return True


@router.get("", dependencies=[requires("plans:read")])
async def list_things(
    session: SessionDep,
    page: PageDep,
    order: Annotated[object, sorting("name", "-name")],
    level: Annotated[int | None, Query(ge=1, le=5)] = None,
) -> Listing[ThingOut]:
    """Things by name."""
    query = select(Thing).order_by(Thing.name).limit(page.fetch)
    if level is not None:
        query = query.where(Thing.level == level)
    if page.after:
        query = query.where(Thing.name > page.after[0])
    rows, next_cursor = page.cut((await session.scalars(query)).all(), lambda row: (row.name,))
    return Listing(items=[_out(row) for row in rows], next=next_cursor)


@router.get("/{thing_id}", dependencies=[requires("plans:read")])
async def get_thing(thing_id: PlanId, session: SessionDep, response: Response) -> ThingOut:
    """One thing; its ETag is needed to change it."""
    thing = await _thing(session, thing_id)
    response.headers["ETag"] = etag(thing.version)
    return _out(thing)


@router.put("/{thing_id}", dependencies=[requires("plans:file")])
async def put_thing(
    thing_id: PlanId, thing: ThingIn, uow: UowDep, held: IfMatchDep, response: Response
) -> ThingOut:
    """Change a thing, if it is still what the caller saw."""
    answer = await change_thing(uow, thing_id, thing, held)
    response.headers["ETag"] = etag(answer.version)
    return answer


async def change_thing(uow: UnitOfWork, thing_id: UUID, thing: ThingIn, held: IfMatch) -> ThingOut:
    async with uow:
        row = await uow.session.get(Thing, thing_id, with_for_update=True)
        if row is None:
            raise NotFound.of("thing")
        held.check(row.version)
        row.name, row.level, row.made_on, row.version = (
            thing.name,
            thing.level,
            thing.made_on,
            row.version + 1,
        )
        answer = _out(row)
        await uow.commit(answer)
    return answer


@router.post(
    "/upload",
    status_code=202,
    dependencies=[requires("rosters:submit"), upload("text/csv", "application/json", limit=8 * 1024 * 1024)],
)
async def post_upload(request: Request, uow: CreatingDep) -> UploadOut:
    """Take a raw body as a stream."""
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        size += len(chunk)
    async with uow:
        answer = UploadOut(job_id=uuid7(), sha256=digest.hexdigest(), size=size)
        await uow.commit(answer)
    return answer


@router.post("/{thing_id}/weighing", status_code=201, dependencies=[public()])
async def weigh(thing_id: PlanId, uow: CreatingDep) -> ThingOut:
    """Anyone may weigh a thing; all are too heavy."""
    async with uow:
        await _thing(uow.session, thing_id)
        raise TooHeavy(Bilingual("太重;请减重。", "Too heavy; make it lighter."), limit_kilograms=50)


@router.get(
    "/{thing_id}/sheet", dependencies=[requires("plans:read"), produces("text/csv", "application/json")]
)
async def get_sheet(thing_id: PlanId, session: SessionDep) -> Response:
    """A thing as a sheet of one row."""
    thing = await _thing(session, thing_id)
    return Response(f"name,level\n{thing.name},{thing.level}\n", media_type="text/csv")


async def _thing(session: AsyncSession, thing_id: UUID) -> Thing:
    thing = await session.get(Thing, thing_id)
    if thing is None:
        raise NotFound.of("thing")
    return thing


def _out(thing: Thing) -> ThingOut:
    return ThingOut(
        thing_id=thing.id, name=thing.name, level=thing.level, made_on=thing.made_on, version=thing.version
    )


async def hot(request: Request) -> Response:
    """A bare Starlette route, as hot public reads are."""
    return Response("hot", media_type="text/plain")


def create_app(settings: DemoSettings | None = None) -> FastAPI:
    return create_service(
        Service(
            name="demo",
            settings=settings or DemoSettings(),
            routers=[router],
            routes=[Route("/demo/v1/hot/{word}", hot)],
            metadata=Base.metadata,
            migrations="tests.support.demo.migrations",
        )
    )
