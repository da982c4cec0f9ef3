"""The job that verifies a list: five hundred rows a step, by code from memory, by number from the register."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from certificate.verification.domain import Finding
from certificate.verification.lists.domain import COLUMNS, KEPT, MISSES_A_DAY
from certificate.verification.lists.models import ListAnswer, ListCheck
from certificate.verification.lists.service import misses_since
from certificate.verification.service import Verification
from common.jobs.files import CHUNK_ROWS, Row, read_chunk
from common.jobs.runner import Task
from common.tabular.columns import Column

Answer = dict[str, Any]
BREATH_ROWS = 20
"""Signatures are checked on the thread that answers requests: after so many of them the others have their turn."""


@dataclass
class ListVerification:
    """What one list after another is put through."""

    verification: Callable[[], Verification]
    columns: Sequence[Column] = COLUMNS

    async def step(self, task: Task) -> None:
        """Answer the next chunk; with the last one the list itself is forgotten."""
        check = await task.session.get_one(ListCheck, task.job.id, with_for_update=True)
        chunk = task.job.done // CHUNK_ROWS
        day = task.uow.clock.now() - timedelta(days=1)
        misses = await misses_since(task.session, check.organisation_id, day)
        asking = _Asking(self.verification(), misses_left=MISSES_A_DAY - misses)
        answers = [
            await asking.answer(row, count)
            for count, row in enumerate(await read_chunk(task.session, task.key, chunk))
        ]
        task.session.add(ListAnswer(job_id=check.job_id, chunk=chunk, answers=answers))
        verdicts = Counter(answer["verdict"] for answer in answers)
        check.valid += verdicts["valid"]
        check.not_valid += verdicts["not_valid"]
        check.unprovable += verdicts["unprovable"]
        check.misses += asking.misses
        task.job.done += len(answers)
        if task.job.done == task.job.total:
            check.expires_at = task.uow.clock.now() + KEPT
            figures = {
                "valid": check.valid,
                "not_valid": check.not_valid,
                "unprovable": check.unprovable,
                "answers_until": check.expires_at.isoformat(),
            }
            await task.end("completed", figures)

    async def abandon(self, task: Task) -> None:
        """A list that was cancelled has no answers; that it was asked stays on record."""
        await task.session.execute(delete(ListAnswer).where(ListAnswer.job_id == task.job.id))


@dataclass
class _Asking:
    """One chunk's questions; a list may miss so often, then it is no list of one's own people."""

    verification: Verification
    misses_left: int
    misses: int = 0

    async def answer(self, row: Row, count: int) -> Answer:
        if count % BREATH_ROWS == 0:
            await asyncio.sleep(0)
        if row["code"] is not None:
            return _answer(row, await self.verification.verdict_on_code(row["code"]))
        if self.misses >= self.misses_left:
            return self._unanswered(row)
        found = await self.verification.verdict_on_number(row["number"], row["name"])
        if found is None:
            self.misses += 1
            return self._missed(row)
        return _answer(row, found)

    def _missed(self, row: Row) -> Answer:
        return self._told(row, "not_valid", "no-such-certificate")

    def _unanswered(self, row: Row) -> Answer:
        return self._told(row, "unprovable", "too-many-misses")

    def _told(self, row: Row, verdict: str, reason: str) -> Answer:
        now = self.verification.clock.now().isoformat()
        return {"row": row["row"], "verdict": verdict, "state": None, "reason": reason, "checked_at": now}


def _answer(row: Row, found: Finding) -> Answer:
    """Nothing of the certificate but its verdict."""
    return {
        "row": row["row"],
        "verdict": found.verdict,
        "state": found.state,
        "reason": found.reasons[-1].code,
        "checked_at": found.checked_at.isoformat(),
    }
