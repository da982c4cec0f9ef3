"""What certificate's service tests say and see: facts of other services, candidates, and a running service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from certificate.certificates.schemas import CertificateOut
from certificate.corrections import consumers as corrections
from certificate.holders import sessions
from certificate.issuance.consumers import HANDLERS
from certificate.measures import consumers as measures
from common.clock import Clock, on_clock_moved
from common.events import Event
from common.events.audit import ResultsRecognised
from common.events.catalog import ClockMoved
from common.events.filing import OrganisationApproved, PlanAccepted, PlanItem, RegisterAssigned, Site
from common.events.registration import BatchRecorded, ResultRow, ResultsRecorded
from common.ids import encode_id, uuid7
from common.person_keys import person_keys
from common.sealed import PersonKey
from common.unit_of_work import UnitOfWork
from tests.support.service import RunningService
from tests.support.waiting import eventually

BODY = UUID("01936f3c-5a2e-7c41-9d3e-00000000b0d1")
PLAN = UUID("01936f3c-5a2e-7c41-9d3e-0000000091a1")
STANDARD = UUID("01936f3c-5a2e-7c41-9d3e-000000000003")
ACCOUNT = UUID("01936f3c-5a2e-7c41-9d3e-000000000004")
PASSPHRASE = "a passphrase of a test, long enough"
# Far ahead of real time, because the platform clock never goes back.
NOW = "2046-11-23T10:05:00+08:00"
ELECTRICIAN = "6-31-01-03"
_people = count(1)
ALL_HANDLERS = {**HANDLERS, **corrections.HANDLERS, **sessions.HANDLERS, **measures.HANDLERS}


@dataclass(frozen=True)
class Person:
    """A candidate with a synthetic document number of the right shape."""

    name: str
    id_number: str = field(default_factory=lambda: f"32010219900101{next(_people):04}")
    id_type: str = "resident_id"
    person_id: UUID = field(default_factory=uuid7)

    @property
    def identity(self) -> dict[str, str]:
        return {"name": self.name, "id_type": self.id_type, "id_number": self.id_number}


def organisation(**changes: Any) -> OrganisationApproved:
    standard = {
        "organisation_id": BODY,
        "uscc": "91320100MA1MXXXX2Y",
        "name": "江苏长江机械有限公司",
        "kind": "employer",
        "region": "320104",
        "register_code": register("000017"),
        "scope": (),
        "valid_from": date(2045, 1, 1),
        "valid_to": date(2047, 12, 31),
    }
    return OrganisationApproved(**(standard | changes))


def register(site: str) -> RegisterAssigned:
    return RegisterAssigned(category="Y", organisation_code="0000", province="32", site_serial=site)


def plan(**changes: Any) -> PlanAccepted:
    standard = {
        "plan_id": PLAN,
        "number": "JS-320104-2046-000012",
        "name": "2046年第3批电工认定",
        "organisation_id": BODY,
        "organisation_name": "江苏长江机械有限公司",
        "organisation_kind": "employer",
        "uscc": "91320100MA1MXXXX2Y",
        "kind": "employer",
        "mode": "enterprise",
        "region": "320104",
        "site": Site(name="一号车间", region="320104", address="南京市秦淮区光华路1号"),
        "items": (
            PlanItem(
                item_code=ELECTRICIAN,
                item_name="电工",
                track="skill_level",
                level=3,
                standard_id=STANDARD,
                standard_name="电工国家职业技能标准",
                headcount=10,
            ),
        ),
        "examiners": (),
        "starts_on": date(2046, 11, 2),
        "ends_on": date(2046, 11, 3),
        "filed_on": date(2046, 10, 9),
        "last_filing_day": date(2046, 10, 12),
        "accepted_at": datetime.fromisoformat("2046-10-10T09:00:00+08:00"),
        "accepted_by": ACCOUNT,
    }
    return PlanAccepted(**(standard | changes))


def results_of(
    people: Sequence[Person],
    keys: Mapping[UUID, PersonKey],
    *,
    batch_id: UUID,
    chunk: int = 1,
    **changes: Any,
) -> ResultsRecorded:
    """A chunk of passed results, sealed with these keys."""
    standard = {
        "item_code": ELECTRICIAN,
        "item_name": "电工",
        "track": "skill_level",
        "level": 3,
        "outcome": "passed",
        "evaluated_on": date(2046, 11, 2),
    }
    rows = tuple(
        ResultRow(
            result_id=uuid7(),
            person_id=person.person_id,
            identity=keys[person.person_id].seal("identity", person.identity),
            **(standard | changes),
        )
        for person in people
    )
    return ResultsRecorded(batch_id=batch_id, plan_id=PLAN, chunk=chunk, rows=rows)


@dataclass(frozen=True)
class Certificates:
    """A running certificate service and the ways in which tests speak to it."""

    service: RunningService

    @property
    def client(self) -> httpx.AsyncClient:
        return self.service.client

    def unit_of_work(self) -> UnitOfWork:
        return UnitOfWork(self.service.platform.sessions, self.service.platform.clock)

    async def be_at(self, instant: str) -> None:
        """Let the platform's clock stand at this instant, as the catalog would tell it."""
        offset = round((datetime.fromisoformat(instant) - Clock.real_now()).total_seconds())
        async with self.unit_of_work() as uow:
            await on_clock_moved(uow, ClockMoved(offset_seconds=offset))
            await uow.commit()
        self.service.platform.clock.set_offset(offset)

    async def hear(self, *events: Event) -> None:
        """Take in facts of other services, in this order."""
        async with self.unit_of_work() as uow:
            for event in events:
                await ALL_HANDLERS[type(event)](uow, event)
            await uow.commit()

    async def results(
        self, people: Sequence[Person], *, batch_id: UUID, chunk: int = 1, **changes: Any
    ) -> ResultsRecorded:
        """A chunk of passed results, sealed with the people's keys, which this service then has."""
        async with self.unit_of_work() as uow:
            ids = [person.person_id for person in people]
            keys = await person_keys(uow.session, self.service.platform.keyring, ids, create=True)
            await uow.commit()
        return results_of(people, keys, batch_id=batch_id, chunk=chunk, **changes)

    async def recognised_batch(self, people: Sequence[Person], **changes: Any) -> UUID:
        """A complete and recognised batch of these people."""
        batch_id = uuid7()
        await self.hear(
            organisation(),
            plan(),
            await self.results(people, batch_id=batch_id, **changes),
            recorded(batch_id, rows=len(people)),
            recognised(batch_id, rows=len(people)),
        )
        return batch_id

    async def issued(self, count_: int, batch_id: UUID | None = None) -> list[CertificateOut]:
        """The certificates, by number, once there are as many."""

        async def look() -> list[CertificateOut] | None:
            found = await self.listed(batch_id)
            return found if len(found) >= count_ else None

        return await eventually(look, seconds=20)

    async def listed(self, batch_id: UUID | None = None) -> list[CertificateOut]:
        query = {"limit": 200} | ({} if batch_id is None else {"batch_id": encode_id("batch", batch_id)})
        answer = await self.client.get(
            "/certificate/v1/certificates", params=query, headers=self.service.as_("authority")
        )
        assert answer.status_code == 200, answer.text
        return [CertificateOut.model_validate(item) for item in answer.json()["items"]]

    async def one(self, name: str = "王𬭩", **changes: Any) -> tuple[CertificateOut, Person]:
        """A certificate and its holder."""
        person = Person(name)
        batch_id = await self.recognised_batch([person], **changes)
        (certificate,) = await self.issued(1, batch_id)
        return certificate, person

    async def printed(self, batch_id: UUID, **body: Any) -> str:
        """The job that printed a batch for its body, once it has ended."""
        headers = self.service.as_("organisation_reader", organisation_id=BODY, idempotency_key="new")
        sent = await self.client.post(
            f"/certificate/v1/batches/{encode_id('batch', batch_id)}/prints", json=body, headers=headers
        )
        assert sent.status_code == 202, sent.text
        return await self.ended(sent.json()["id"], headers)

    async def ended(self, job: str, headers: Mapping[str, str]) -> str:
        """The job, once it has ended."""

        async def look() -> bool | None:
            answer = await self.client.get(f"/certificate/v1/jobs/{job}", headers=headers)
            return None if answer.json()["state"] in ("queued", "running") else True

        await eventually(look, seconds=600)
        return job

    async def send_list(
        self,
        content: Sequence[Mapping[str, str]] | bytes,
        *,
        media_type: str = "application/json",
        ground: str = "consent",
        **about: Any,
    ) -> httpx.Response:
        """A list to be verified, of the body that issues; rows, or a file."""
        about = {"organisation_id": BODY} | about
        return await self.client.post(
            "/certificate/v1/verification-lists",
            params={"ground": ground, "reference": "2046年入职授权书(01-35号)"},
            content=content if isinstance(content, bytes) else json.dumps(content).encode(),
            headers=self.service.as_("organisation_reader", idempotency_key="new", **about)
            | {"Content-Type": media_type},
        )

    async def verified_list(self, content: Sequence[Mapping[str, str]] | bytes, **about: Any) -> str:
        """The job that verified a list of the body, once it has ended."""
        sent = await self.send_list(content, **about)
        assert sent.status_code == 202, sent.text
        return await self.ended(
            sent.json()["id"], self.service.as_("organisation_reader", organisation_id=BODY)
        )

    async def revoke(self, number: str, **about: Any) -> httpx.Response:
        return await self.client.post(
            f"/certificate/v1/certificates/{number}/revocation",
            json={"reason_code": "issued_in_error", "decision_document": "苏人社撤〔2046〕1号"},
            headers=self.service.as_("authority", idempotency_key="new") | about,
        )

    async def verify(self, **body: str) -> httpx.Response:
        return await self.client.post("/certificate/v1/verifications", json=body)


def recorded(batch_id: UUID, *, rows: int, chunks: int = 1) -> BatchRecorded:
    return BatchRecorded(
        batch_id=batch_id,
        plan_id=PLAN,
        organisation_id=BODY,
        chunks=chunks,
        rows=rows,
        outcomes={"passed": rows},
        evaluation_ended_on=date(2046, 11, 3),
        recorded_on=date(2046, 11, 4),
        recorded_at=datetime.fromisoformat("2046-11-04T09:00:00+08:00"),
        recorded_by=ACCOUNT,
    )


def recognised(batch_id: UUID, *, rows: int, at: str = "2046-11-20T15:00:00+08:00") -> ResultsRecognised:
    return ResultsRecognised(
        batch_id=batch_id,
        plan_id=PLAN,
        organisation_id=BODY,
        rows=rows,
        gates=(),
        decided_at=datetime.fromisoformat(at),
        decided_by="rule",
    )
