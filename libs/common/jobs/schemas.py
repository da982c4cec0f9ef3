"""HTTP shapes of jobs."""

from datetime import datetime
from typing import Any

from pydantic import Field

from common.ids import JobId
from common.jobs.models import JobRow, State
from common.schemas import Output


class JobOut(Output):
    """Where a job stands. `done` of `total` rows; `total` is not known before the file was read."""

    id: JobId
    kind: str
    state: State
    done: int
    total: int | None
    errors: int = Field(description="mistakes found so far; see /errors")
    result: dict[str, Any] | None = Field(description="figures, once it has ended")
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, job: JobRow) -> "JobOut":
        return cls.model_validate(job)


class MistakeOut(Output):
    """One mistake; without a row it is the file's."""

    row: int | None
    column: str | None
    code: str
    detail: str
    remedy: str
    article: str | None
