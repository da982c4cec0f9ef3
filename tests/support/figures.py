"""A province's events from a seed, and its figures recomputed from them the naive way: every fact, one by one."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from common.events import Event, Sealed
from common.events.certificate import CertificateRevoked, CertificatesIssued, IssuedCertificate
from common.events.filing import PlanAccepted
from common.events.registration import Outcome, ResultRow, ResultsRecorded
from common.ids import encode_id, uuid7
from common.regions import region as division
from tests.support.facts import plan_accepted

COUNTIES = ("320102", "320106", "320583", "320826", "321322")
ITEMS = (("6-31-01-03", "电工"), ("4-10-01-03", "保育师"), ("6-18-02-04", "焊工"))
OUTCOMES: tuple[Outcome, ...] = ("passed", "passed", "passed", "failed", "absent", "misconduct")
AGES = ((15, "0-15"), (24, "16-24"), (34, "25-34"), (44, "35-44"), (54, "45-54"))
Fact = dict[str, Any]
_numbers = count(1)


@dataclass
class Province:
    """Events in the order in which their sources tell them; `facts` what each of them means, one by one."""

    seed: int
    rows: int = 40
    outcomes: tuple[Outcome, ...] = OUTCOMES
    facts: list[tuple[str, Fact]] = field(default_factory=list)
    _holders: set[UUID] = field(default_factory=set)
    _people: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def batches(self, plans: int) -> Iterator[tuple[PlanAccepted, ResultsRecorded, Sequence[Event]]]:
        """For each plan: it was accepted, its results recorded, its certificates issued and some revoked."""
        for _ in range(plans):
            county, (code, name) = self.random.choice(COUNTIES), self.random.choice(ITEMS)
            day = date(2024, 11, 1) + timedelta(days=self.random.randrange(480))
            kind = self.random.choice(("employer", "social"))
            plan = plan_accepted(kind=kind, region=county, starts_on=day, item_code=code)
            dims: Fact = {
                "region": county,
                "mode": plan.mode,
                "organisation_kind": plan.organisation_kind,
                "organisation": encode_id("organisation", plan.organisation_id),
            }
            self._count("plans", dims, day)
            if kind == "social":
                self._count("plans_to_supervise", dims, day)
            yield plan, *self._batch(plan, dims | {"item": code, "track": "skill_level"}, name, day)

    def _batch(
        self, plan: PlanAccepted, dims: Fact, name: str, day: date
    ) -> tuple[ResultsRecorded, Sequence[Event]]:
        issued_on, batch_id = day + timedelta(days=self.random.randrange(40)), uuid7()
        rows, certificates, revoked = [], [], []
        for _ in range(self.rows):
            row = self._row(dims["item"], name, day)
            of_row = dims | {"level": str(row.level), "sex": row.sex, "age": _band(row.birth_year, day)}
            self._count("candidates", of_row, day)
            self._count(row.outcome, of_row, day)
            rows.append(row)
            if row.outcome != "passed":
                continue
            certificates.append(self._certificate(row, issued_on))
            self._count("certificates", of_row, issued_on)
            self._count("waiting_days", of_row, issued_on, by=(issued_on - day).days)
            self._first(row.person_id, of_row, issued_on, certificates[-1].number)
            if self.random.random() < 0.02:
                revoked.append(_revoked(certificates[-1].number, issued_on))
                self._count("revoked", of_row, issued_on + timedelta(days=1))
        recorded = ResultsRecorded(batch_id=batch_id, plan_id=plan.plan_id, chunk=1, rows=tuple(rows))
        issued = CertificatesIssued(
            batch_id=batch_id,
            plan_id=plan.plan_id,
            organisation_id=plan.organisation_id,
            chunk=1,
            certificates=tuple(certificates),
        )
        return recorded, (issued, *revoked)

    def _row(self, code: str, name: str, day: date) -> ResultRow:
        person = self.random.choice(self._people) if self._people and self.random.random() < 0.2 else uuid7()
        if self.random.random() < 0.3:
            self._people.append(person)
        return ResultRow(
            result_id=uuid7(),
            person_id=person,
            identity=Sealed(person_id=person, ciphertext="sealed"),
            sex=self.random.choice(("male", "female", "unknown")),
            birth_year=self.random.choice((None, *range(1962, 2012))),
            item_code=code,
            item_name=name,
            track="skill_level",
            level=self.random.choice((3, 4, 5)),
            outcome=self.random.choice(self.outcomes),
            evaluated_on=day,
        )

    def _certificate(self, row: ResultRow, issued_on: date) -> IssuedCertificate:
        return IssuedCertificate(
            number=f"S000032000017{issued_on.year % 100}{row.level}{next(_numbers):06}",
            result_id=row.result_id,
            kind="skill_level",
            item_code=row.item_code,
            level=row.level,
            issued_on=issued_on,
            kid="00",
            payload_sha256="00",
        )

    def _count(self, name: str, dims: Fact, day: date, by: int = 1) -> None:
        self.facts.append((name, dims | {"month": day.isoformat()[:7], "by": by}))

    def _first(self, person: UUID, dims: Fact, day: date, number: str) -> None:
        self.facts.append(
            (
                "certificate of a person",
                dims | {"month": day.isoformat()[:7], "person": (person, day, number)},
            )
        )

    def figures(self, by: Sequence[str]) -> dict[tuple[str, ...], Counter[str]]:
        """Everything counted by these dimensions, from the facts."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        firsts: dict[UUID, tuple[Any, Fact]] = {}
        for name, fact in self.facts:
            if name == "certificate of a person":
                person, *when = fact["person"]
                if person not in firsts or when < firsts[person][0]:
                    firsts[person] = (when, fact)
            else:
                found.setdefault(key_of(fact, by), Counter())[name] += fact["by"]
        for _, fact in firsts.values():
            found.setdefault(key_of(fact, by), Counter())["persons"] += 1
        return found


def key_of(fact: Fact, by: Sequence[str]) -> tuple[str, ...]:
    place = division(fact["region"])
    assert place is not None
    item = fact.get("item", "-")
    derived = {
        "city": f"{fact['region'][:4]}00",
        "town": "country" if place.name.endswith("县") else "town",
        "class": item[0] if item != "-" else "-",
    }
    return tuple(derived.get(name) or fact.get(name, "-") for name in by)


def _band(birth_year: int | None, day: date) -> str:
    if birth_year is None:
        return "-"
    age = day.year - birth_year
    return next((band for last, band in AGES if age <= last), "55+")


def _revoked(number: str, issued_on: date) -> CertificateRevoked:
    moment = datetime(issued_on.year, issued_on.month, issued_on.day, 2, tzinfo=UTC) + timedelta(days=1)
    return CertificateRevoked(
        number=number,
        reason_code="cheating",
        decision_document="苏人社撤〔2026〕1号",
        revoked_at=moment,
        revoked_by="account",
    )
