"""Rosters as jobs: each row a candidate, checked by the rules and against what the province knows (Art. 18(2))."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, delete
from sqlalchemy.dialects.postgresql import insert

from common.errors import FieldError
from common.events.registration import RosterReviewed
from common.ids import uuid7
from common.jobs.files import Row
from common.jobs.imports import Judge, Recorded
from common.jobs.runner import Task
from common.tabular.columns import Column
from common.tabular.rows import RawRow
from registration.candidate_view.contacts import keep_phones
from registration.candidate_view.domain import PHONE, normal_phone
from registration.claims.alarms import OUTSIDE, is_many_outside, is_outside
from registration.claims.sealing import sealed_claims
from registration.claims.service import DECIDED, decide_all
from registration.mistakes import mistake
from registration.persons.domain import read_day
from registration.persons.repository import (
    known_persons,
    other_names,
    registered,
    sealed_identities,
    staged,
)
from registration.plans.repository import plan_of
from registration.registrations.domain import MOST_ITEMS, Occupations, is_one_too_many
from registration.registrations.repository import DOUBLE, Key, as_range, occupations, registered_elsewhere
from registration.rosters import repository
from registration.rosters.domain import COLUMNS, roster_judge
from registration.rosters.models import Candidate

# Values beside it, not in it: compiled once, whatever the number of rows.
_CANDIDATES: Final = cast(Table, Candidate.__table__)
_ENTER: Final = insert(_CANDIDATES).on_conflict_do_nothing().returning(_CANDIDATES.c.id)


class RosterIntake:
    """What jobs of the kind `roster` take in."""

    columns: Sequence[Column] = COLUMNS

    async def judge(self, task: Task) -> Judge:
        plan = await plan_of(task.session, _plan_id(task))
        judge = roster_judge(plan, today=task.platform.clock.today())
        index_key = task.platform.settings.index_key()
        named = Occupations()

        def judged(raw: RawRow) -> tuple[Row | None, Sequence[FieldError]]:
            entrant, errors = judge(raw)
            if entrant is None:
                return None, errors
            applicant, document = entrant.applicant, entrant.applicant.document
            born_on = document.birth_date or read_day(raw.values.get("birth_date") or "")
            item = {
                "row": raw.number,
                "item_name": applicant.item.name,
                "phone": normal_phone(raw.values.get(PHONE.field) or ""),
                "born_on": born_on.isoformat() if born_on else None,
                "is_birth_claimed": document.birth_date is None,
                "is_outside": is_outside(document, plan.region),
                "claims": entrant.stated.as_data(),
                "occupations": named.so_far(document.index_text, applicant.item.code)
                if plan.has_many_occupations
                else (),
            }
            return staged(applicant, index_key) | item, errors

        return judged

    async def check(self, task: Task, rows: Sequence[Row]) -> Sequence[FieldError]:
        known = await known_persons(task.session, rows)
        errors = other_names(rows, known)
        spoilt = {error.row for error in errors}
        keys = {
            row["row"]: _key(known[row["id_index"]].id, row)
            for row in rows
            if row["id_index"] in known and row["row"] not in spoilt
        }
        plan = await plan_of(task.session, _plan_id(task))
        taken = await registered_elsewhere(task.session, plan, set(keys.values()))
        errors += [_double(row) for row, key in keys.items() if key in taken]
        persons = {index: person.id for index, person in known.items()}
        if plan.has_many_occupations:
            here = await occupations(task.session, plan.id, set(persons.values()))
            errors += _too_many(
                rows, {index: here.get(person_id, set()) for index, person_id in persons.items()}
            )
        return errors + await decide_all(
            task.session, plan, [row for row in rows if row["row"] not in spoilt], persons
        )

    async def record(self, task: Task, rows: Sequence[Row]) -> Recorded:
        """Register candidates; one who is registered already stays as is, refused or not."""
        if not rows:
            return Recorded(0)
        plan = await plan_of(task.session, _plan_id(task), lock=True)
        persons = await registered(task.session, rows, now=task.uow.clock.now())
        identities, keys = await sealed_identities(task.session, task.platform.keyring, rows, persons)
        ids = sorted(uuid7() for _ in rows)  # in the order of the sheet
        now = task.uow.clock.now()
        is_approved = not plan.is_reviewed_by_centre
        candidates = [
            {
                "id": candidate_id,
                "plan_id": plan.id,
                "person_id": persons[row["id_index"]],
                "job_id": task.job.id,
                "item_code": row["item_code"],
                "item_name": row["item_name"],
                "level": row["level"],
                "identity": identity.ciphertext,
                "state": "approved" if is_approved else "pending",
                "submitted_at": now,
                "reviewed_at": now if is_approved else None,
                "during": as_range(plan.spans[row["item_code"], row["level"]]),
                "claims": sealed_claims(keys[persons[row["id_index"]]], row),
                **row[DECIDED],
            }
            for candidate_id, row, identity in zip(ids, rows, identities, strict=True)
        ]
        # On this plan already, or on another one at that time: neither is entered. In one order: no deadlocks.
        added = await task.session.scalars(
            _ENTER, sorted(candidates, key=lambda one: (one["person_id"], one["item_code"], one["level"]))
        )
        new = frozenset(added)
        await keep_phones(
            task.session,
            keys,
            [
                (one["id"], one["person_id"], row["phone"])
                for one, row in zip(candidates, rows, strict=True)
                if one["id"] in new
            ],
        )
        old = [(one, row) for one, row in zip(candidates, rows, strict=True) if one["id"] not in new]
        here = await repository.renew(task.session, plan.id, [one for one, _ in old]) if old else frozenset()
        late = [_double(row["row"]) for one, row in old if _key(one["person_id"], row) not in here]
        return Recorded(len(new), len(old) - len(late), late)

    async def finish(self, task: Task) -> Mapping[str, Any]:
        """Tell the review's state where the machine reviews: employers answer for whom they evaluate (Art. 18(1))."""
        plan = await plan_of(task.session, _plan_id(task), lock=True)
        found = await repository.counts(task.session, plan.id)
        if not plan.is_reviewed_by_centre:
            task.uow.say(
                RosterReviewed(
                    plan_id=plan.id, approved=found.approved, refused=found.refused, pending=found.pending
                )
            )
        outside, candidates = await repository.outside(task.session, plan.id)
        told: dict[str, Any] = {"candidates": candidates}
        if is_many_outside(outside, candidates):
            told["alarms"] = [{"code": OUTSIDE, "people": outside}]
        return told

    async def abandon(self, task: Task) -> None:
        """Candidates of a roster that was not finished are as if they had never been sent, unless reviewed since."""
        await task.session.execute(
            delete(Candidate).where(Candidate.job_id == task.job.id, Candidate.reviewed_by.is_(None))
        )


def _too_many(rows: Sequence[Row], here: Mapping[str, set[str]]) -> list[FieldError]:
    """`here`: index → the occupations that the person stands on the plan for already."""
    return [
        mistake("too-many-occupations", row["row"], "item", most=MOST_ITEMS)
        for row in rows
        if is_one_too_many(row["item_code"], row["occupations"], here.get(row["id_index"], ()))
    ]


def _double(row: int) -> FieldError:
    return mistake(DOUBLE, row, "id_number")


def _key(person_id: UUID, row: Row) -> Key:
    return person_id, row["item_code"], row["level"]


def _plan_id(task: Task) -> UUID:
    return UUID(task.job.parameters["plan_id"])
