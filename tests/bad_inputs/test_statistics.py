"""The area `statistics`: every entry against audit on real servers, with a province's worth of facts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text, update

from audit.main import create_app
from audit.settings import AuditSettings
from audit.statistics import api, exports, service
from audit.statistics.contributions import ALL
from audit.statistics.dimensions import COUNTS
from audit.statistics.models import CellRow, Export, ExportPart, Publication
from audit.statistics.worker import TURN, behind, count_anew
from common.events.catalog import ItemListed, ItemWithdrawn
from common.events.certificate import CertificateReissued, CertificateRevoked
from common.events.registration import ResultCorrected, ResultsRecorded
from common.ids import uuid7
from common.ratelimit import RateLimit
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Request, Served, built, send
from tests.support.events import Publishers
from tests.support.figures import Province
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

AREA = Area("statistics")
PATH = "/audit/v1/statistics"
ELSEWHERE = ("statistics-055",)  # a practice record is no figure: see test_audit_supervision.py
ENTRIES = [entry for entry in AREA.entries if entry.id not in ELSEWHERE]


@dataclass
class Office(Served):
    """Audit with facts of some months, and sister services to tell it more."""

    audit: RunningService
    others: Publishers
    province: Province
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def served(self) -> RunningService:
        return self.audit

    async def get(self, path: str = "/live", *, who: dict[str, str] | None = None, **query: Any) -> Answer:
        headers = self.audit.as_("authority") if who is None else who
        return Answer.of(await self.client.get(f"{PATH}{path}", params=query, headers=headers))

    async def public(self, path: str = "", **query: Any) -> Answer:
        return await self.get(path, who={}, **query)

    async def figures(self, **query: Any) -> dict[str, Any]:
        """The total's figures."""
        values: dict[str, Any] = (await self.get(**query)).body["total"]["values"]
        return values

    async def tell(self, *events: Any) -> None:
        """Deliver events of any source, and wait until they are counted."""
        for event in events:
            await self.others.deliver(event)
        await self.counted()

    async def counted(self) -> None:
        async def is_done() -> bool | None:
            async with self.audit.platform.sessions() as session:
                return None if any((await behind(session)).values()) else True

        await eventually(is_done)

    async def publish(self, month: str) -> None:
        headers = self.audit.as_("authority", idempotency_key="new")
        answer = await self.client.post(f"{PATH}/publications", json={"month": month}, headers=headers)
        assert answer.status_code == 201, answer.text
        api.memory.forget()

    async def exported(self) -> tuple[str, dict[str, str]]:
        """A file that is ready, and the account it is of."""
        headers = self.audit.as_("authority", idempotency_key="new")
        asked = await self.client.post(f"{PATH}/exports", params={"by": "month"}, headers=headers)
        assert asked.status_code == 202

        async def ready() -> str | None:
            path = f"{PATH}/exports/{asked.json()['id']}"
            return (await self.client.get(path, headers=headers)).json()["file"]

        return await eventually(ready), headers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app, AuditSettings, database_url=url, nats_url=new_nats_url()
    ) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def settled(audit: RunningService) -> Office:
    office = Office(audit, Publishers(audit), Province(seed=3, rows=30))
    for plan, recorded, issued in office.province.batches(6):
        await office.tell(plan, recorded, *issued)
    return office


@pytest.fixture
def office(settled: Office, capsys: pytest.CaptureFixture[str]) -> Office:
    settled.read = lambda: "".join(capsys.readouterr())
    api.memory.forget()
    return settled


def one_result(**changes: Any) -> tuple[Any, ResultsRecorded, Any]:
    """A plan, one passed result and its certificate, whatever else they are."""
    for seed in range(100):
        plan, recorded, issued = next(iter(Province(seed=seed, rows=1).batches(1)))
        if issued[0].certificates:
            row = recorded.rows[0].model_copy(update=changes)
            return plan, recorded.model_copy(update={"rows": (row,)}), issued[0]
    raise AssertionError


@AREA.operation("statistics.query")
def question(entry: BadInput, office: Office) -> Request:
    given = dict(built(entry.input, {}))
    given.pop("as", None)
    pairs = [
        f"{name}={value}"
        for name, values in given.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    query = (
        "&".join(pairs).replace(" ", "%20").replace("…", "%E2%80%A6").replace("(", "%28").replace(")", "%29")
    )
    headers = office.audit.as_("authority")
    path = f"{PATH}/changes" if "after" in given else f"{PATH}/live"
    return Request("GET", path, query=query, headers=headers)


@AREA.case("statistics-001", "statistics-002", "statistics-003", "statistics-004", "statistics-020")
async def tell_what_there_is(entry: BadInput, office: Office) -> Answer:
    answer = await send(office.client, question(entry, office))
    assert all(error["remedy"] for error in answer.body["errors"])
    return answer


@AREA.case("statistics-016", "statistics-017")
async def name_too_much(entry: BadInput, office: Office) -> Answer:
    few = await office.get(item=",".join(["x"] * 101))
    assert (few.status, few.problem) == (422, "validation")
    # httpx sends no address of that length: half of it is beyond the limit as well
    headers, value = office.audit.as_("authority"), built(entry.input["item"], {})[:30_000]
    return await send(office.client, Request("GET", f"{PATH}/live", query=f"item={value}", headers=headers))


@AREA.case("statistics-018", "statistics-019")
async def look_for_one_person(entry: BadInput, office: Office) -> Answer:
    """Nobody is found in a table, nor by subtracting one table from another."""
    figures = office.province.figures(("month",))
    month = max(figures, key=lambda key: figures[key]["certificates"])[0]
    async with office.audit.platform.sessions() as session:
        if await session.scalar(select(Publication.edition).limit(1)) is None:
            await office.publish(month)
    asked = {"by": "age,level,town", "measure": "candidates"}
    answer = await office.public(**asked)
    shown = {
        tuple(row["by"].values()): row["values"]["candidates"]
        for row in answer.body["rows"]
        if not row["hidden"]
    }
    hidden = [tuple(row["by"].values()) for row in answer.body["rows"] if row["hidden"]]
    assert hidden
    assert all(count >= 5 for count in shown.values())
    assert answer.body["total"]["values"]["candidates"] - sum(shown.values()) >= 5
    for key in hidden:
        rest = await office.public(
            measure="candidates", **dict(zip(("age", "level", "town"), key, strict=True))
        )
        assert rest.body["total"]["values"]["candidates"] is None
        others = await office.public(by="level,town", measure="candidates", age=key[0])
        for row in others.body["rows"]:
            assert row["hidden"] or row["values"]["candidates"] >= 5
    return answer


@AREA.case("statistics-021")
async def ask_for_another_city(entry: BadInput, office: Office) -> Answer:
    who = office.audit.as_("centre_head", region=f"{entry.input['as']}00")
    return await office.get(who=who, city=f"{entry.input['region']}00")


@AREA.case("statistics-022")
async def ask_ahead_of_publication(entry: BadInput, office: Office) -> Answer:
    return await office.public(**{"from": "2026-10", "to": "2026-10"})


@AREA.case("statistics-023")
async def divide_by_nothing(entry: BadInput, office: Office) -> Answer:
    answer = await office.get(measure="pass_rate", **{"from": "2001-01", "to": "2001-01"})
    assert answer.body["total"]["values"]["pass_rate"] is None
    return answer


@AREA.case("statistics-024")
async def divide(entry: BadInput, office: Office) -> Answer:
    for outcome, level in (("passed", 1), ("passed", 1), ("failed", 1)):
        plan, recorded, _ = one_result(outcome=outcome, level=level)
        await office.tell(plan, recorded)
    answer = await office.get(measure="pass_rate,candidates", level="1")
    assert answer.body["total"]["values"] == {"pass_rate": "0.6667", "candidates": 3}
    return answer


@AREA.case("statistics-025")
async def count_far(entry: BadInput, office: Office) -> Answer:
    columns = {column.name: 0 for column in CellRow.__table__.columns if column.name in COUNTS}
    names = ("region", "item", "level", "track", "mode", "organisation_kind", "organisation", "sex", "age")
    cell = (
        {"edition": 0, "month": date(2002, 1, 1)}
        | dict.fromkeys(names, "-")
        | {"organisation": ALL}
        | columns
    )
    async with office.audit.platform.sessions() as session:
        session.add(CellRow(**cell | {"candidates": 2**53 + 1}))
        await session.commit()
        answer = await office.get(measure="candidates", **{"from": "2002-01", "to": "2002-01"})
        await session.execute(text("DELETE FROM statistics_cell WHERE month = '2002-01-01'"))
        await session.commit()
    assert answer.body["total"]["values"]["candidates"] == "9007199254740993"
    return answer


@AREA.case("statistics-028")
async def come_late(entry: BadInput, office: Office) -> Answer:
    day = date(2025, 1, 10)
    plan, recorded, _ = one_result(evaluated_on=day)
    await office.tell(plan, recorded)
    await office.publish("2025-01")
    asked = {"measure": "candidates", "from": "2025-01", "to": "2025-01"}
    before = (await office.public(**asked)).body["total"]
    plan, recorded, _ = one_result(evaluated_on=day)
    await office.tell(plan, recorded)
    answer = await office.get(**asked)
    assert [month["revised"] for month in answer.body["months"]] == [True]
    api.memory.forget()
    assert (await office.public(**asked)).body["total"] == before
    return answer


@AREA.case("statistics-029", "statistics-030")
async def be_told_twice_or_in_disorder(entry: BadInput, office: Office) -> Answer:
    before = await office.figures(measure="candidates,certificates")
    plan, recorded, issued = one_result()
    told = [issued, recorded, plan] if entry.id.endswith("030") else [plan, recorded, issued]
    await office.tell(*told, *(event for event in told if event is not plan))
    assert await office.figures(measure="candidates,certificates") == {
        name: count + 1 for name, count in before.items()
    }
    return await office.get()


@AREA.case("statistics-031")
async def issue_and_revoke(entry: BadInput, office: Office) -> Answer:
    before = await office.figures(measure="certificates,revoked,valid")
    plan, recorded, issued = one_result()
    certificate = issued.certificates[0]
    revoked = CertificateRevoked(
        number=certificate.number,
        reason_code="issued_in_error",
        decision_document="苏人社撤〔2026〕2号",
        revoked_at=datetime(
            certificate.issued_on.year, certificate.issued_on.month, certificate.issued_on.day, 4, tzinfo=UTC
        ),
        revoked_by="account",
    )
    await office.tell(plan, recorded, issued, revoked)
    after = await office.figures(measure="certificates,revoked,valid")
    assert {name: after[name] - before[name] for name in after} == {
        "certificates": 1,
        "revoked": 1,
        "valid": 0,
    }
    return await office.get()


@AREA.case("statistics-032", "statistics-033")
async def count_people(entry: BadInput, office: Office) -> Answer:
    """A reissue is the same certificate; a second certificate has the same holder."""
    before = await office.figures(measure="certificates,persons")
    plan, recorded, issued = one_result()
    await office.tell(plan, recorded, issued)
    if entry.id == "statistics-032":
        again = CertificateReissued(
            number=issued.certificates[0].number,
            version=2,
            result_id=recorded.rows[0].result_id,
            correction_id=uuid7(),
            kid="00",
            payload_sha256="00",
            reissued_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
        await office.tell(again)
    else:
        other, second, its = one_result(person_id=recorded.rows[0].person_id)
        row = second.rows[0].model_copy(update={"result_id": uuid7()})
        certificate = its.certificates[0].model_copy(
            update={"result_id": row.result_id, "number": "S000032000017253900002"}
        )
        await office.tell(
            other,
            second.model_copy(update={"rows": (row,)}),
            its.model_copy(update={"certificates": (certificate,)}),
        )
    after = await office.figures(measure="certificates,persons")
    assert after["persons"] - before["persons"] == 1
    assert after["certificates"] - before["certificates"] == (1 if entry.id == "statistics-032" else 2)
    return await office.get()


@AREA.case("statistics-035")
async def correct_a_level(entry: BadInput, office: Office) -> Answer:
    plan, recorded, issued = one_result(level=5)
    await office.tell(plan, recorded, issued)

    async def by_level() -> dict[str, int]:
        rows = (await office.get(by="level")).body["rows"]
        return {row["by"]["level"]: row["values"]["certificates"] for row in rows}

    before, row = await by_level(), recorded.rows[0]
    corrected = ResultCorrected(
        **{
            name: getattr(row, name)
            for name in ("result_id", "person_id", "identity", "item_code", "item_name", "track")
        },
        correction_id=uuid7(),
        batch_id=recorded.batch_id,
        plan_id=recorded.plan_id,
        version=2,
        about="marks",
        before=row.outcome,
        after=row.outcome,
        level=2,
        evidence_kind="score_sheet",
        evidence_sha256="0" * 64,
        asked_by=uuid7(),
        approved_by=uuid7(),
        corrected_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    await office.tell(corrected)
    after = await by_level()
    assert (before["5"] - after["5"], after.get("2", 0) - before.get("2", 0)) == (1, 1)
    assert sum(after.values()) == sum(before.values())
    return await office.get(by="level")


@AREA.case("statistics-036")
async def revoke_at_the_year_s_end(entry: BadInput, office: Office) -> Answer:
    plan, recorded, issued = one_result()
    revoked = CertificateRevoked(
        number=issued.certificates[0].number,
        reason_code="court_decision",
        decision_document="判决书",
        revoked_at=datetime.fromisoformat(entry.input["at"]),
        revoked_by="account",
    )
    await office.tell(plan, recorded, issued, revoked)
    answer = await office.get(measure="revoked", by="month", **{"from": "2026-12", "to": "2027-01"})
    assert [row["by"]["month"] for row in answer.body["rows"]] == ["2026-12"]
    return answer


@AREA.case("statistics-037", "statistics-058")
async def ask_again_and_again(entry: BadInput, office: Office) -> Answer:
    """One question reaches the database once; whoever has the answer is told so."""
    asked: list[Any] = []

    async def counted(session: Any, whole: Any, **more: Any) -> Any:
        asked.append(whole)
        return await answer_question(session, whole, **more)

    answer_question = service.answer_question
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "answer_question", counted)
        answers = [await office.public(by="city") for _ in range(5)]
        answers += await asyncio.gather(*(office.public(by="city") for _ in range(100)))
    assert {answer.status for answer in answers} == {200}
    assert len(asked) == 1
    same = await office.get("", who={"If-None-Match": answers[0].headers["etag"]}, by="city")
    assert same.status == 304
    return answers[0]


@AREA.case("statistics-038")
async def ask_heavily(entry: BadInput, office: Office) -> Answer:
    """The caller's bucket is emptied; others' are full."""
    platform, unhurt = office.audit.platform, office.audit.as_("authority")
    heavy = office.audit.as_("authority")
    open_limit = (platform.rate_limit.per_second, platform.rate_limit.burst)
    platform.rate_limit.per_second, platform.rate_limit.burst = 1.0, 20
    try:
        for month in range(25):
            answer = await office.get(
                who=heavy, by="region,item,sex,age", **{"from": f"2020-{month % 12 + 1:02}"}
            )
            if answer.status == 429:
                break
        assert (await office.get("/changes", who=unhurt)).status == 200
    finally:
        platform.rate_limit.per_second, platform.rate_limit.burst = open_limit
    assert isinstance(platform.rate_limit, RateLimit)
    return answer


@AREA.case("statistics-039", "statistics-040")
async def take_it_all(entry: BadInput, office: Office) -> Answer:
    headers = office.audit.as_("authority", idempotency_key="new")
    asked = {"by": "month,region,sex,age", "format": entry.input["format"]}
    answer = Answer.of(await office.client.post(f"{PATH}/exports", params=asked, headers=headers))
    if entry.status == 422:
        assert "CSV" in str(answer.body["errors"])
    else:
        assert answer.status == entry.status
    return answer


@AREA.case("statistics-042")
async def take_another_s_file(entry: BadInput, office: Office) -> Answer:
    file, _ = await office.exported()
    return Answer.of(await office.client.get(file, headers=office.audit.as_("authority")))


@AREA.case("statistics-043")
async def take_a_file_too_late(entry: BadInput, office: Office) -> Answer:
    file, headers = await office.exported()
    platform = office.audit.platform
    async with platform.sessions() as session:
        await session.execute(update(Export).values(asked_at=platform.clock.now() - timedelta(hours=25)))
        await session.commit()
        await exports.delete_expired(platform)
        assert await session.scalar(select(func.count()).select_from(ExportPart)) == 0
    return Answer.of(await office.client.get(file, headers=headers))


@AREA.case("statistics-046")
async def title_a_chart(entry: BadInput, office: Office) -> Answer:
    answer = await office.public("/chart.svg", by="level", title=entry.input["title"])
    assert "<script>" not in answer.body
    assert "&lt;script&gt;" in answer.body
    return answer


@AREA.case("statistics-048")
async def poll(entry: BadInput, office: Office) -> Answer:
    answer = await office.public("/changes")
    again = await office.get("/changes", who={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304
    return answer


@AREA.case("statistics-053")
async def lose_it_all(entry: BadInput, office: Office) -> Answer:
    before = await office.get(by="month,level,sex")
    async with office.audit.platform.sessions() as session:
        await count_anew(session)
        await session.commit()
    await office.counted()
    answer = await office.get(by="month,level,sex")
    assert answer.body["rows"] == before.body["rows"]
    return answer


@AREA.case("statistics-054")
async def lag(entry: BadInput, office: Office) -> Answer:
    plan, _, _ = one_result()
    async with office.audit.platform.sessions() as session:
        await session.execute(text(TURN))  # nothing is counted meanwhile
        await office.others.deliver(plan)
        answer = await office.get(measure="plans")
        assert answer.body["complete"] is False
        assert answer.body["as_of"] is not None
        assert [note["code"] for note in answer.body["notes"]] == ["not-complete"]
    await office.counted()
    return answer


@AREA.case("statistics-057")
async def rank(entry: BadInput, office: Office) -> Answer:
    answer = await office.get(by="organisation", measure="plans", order="-plans", limit=entry.input["limit"])
    ranked = [(-row["values"]["plans"], row["by"]["organisation"]) for row in answer.body["rows"]]
    assert ranked == sorted(ranked)
    assert 1 < len(ranked) <= 10
    return answer


@AREA.case("statistics-059")
async def compare_with_nothing(entry: BadInput, office: Office) -> Answer:
    first = min(key[0] for key in office.province.figures(("month",)))
    answer = await office.get(by="month", measure="plans", compare="yoy", **{"from": first, "to": first})
    assert [row["previous"] for row in answer.body["rows"]] == [None]
    assert "no-year-before" in [note["code"] for note in answer.body["notes"]]
    return answer


@AREA.case("statistics-060")
async def follow_a_renamed_occupation(entry: BadInput, office: Office) -> Answer:
    listed = {"track": "skill_level", "edition_id": uuid7(), "valid_from": date(2022, 1, 1)}
    old, new = "4-10-01-03", "4-10-01-99"
    await office.tell(
        ItemListed(item_code=new, name="托育师", levels=(3, 4, 5), cause="imported", **listed),
        ItemWithdrawn(item_code=old, name="保育师", successors=(new,), **listed),
    )
    plain = {
        row["by"]["item"]: row["values"]["candidates"]
        for row in (await office.get(by="item", measure="candidates")).body["rows"]
    }
    answer = await office.get(by="item", measure="candidates", lineage=True)
    led = {row["by"]["item"]: row["values"]["candidates"] for row in answer.body["rows"]}
    assert (old in led, led[new]) == (False, plain[old])
    assert "occupation-led-on" in [note["code"] for note in answer.body["notes"]]
    return answer


@AREA.case("statistics-061")
async def add_up(entry: BadInput, office: Office) -> Answer:
    total = (await office.figures(measure="certificates"))["certificates"]
    for dimension in ("month", "region", "city", "town", "level", "class", "item", "mode", "sex", "age"):
        rows = (await office.get(by=dimension, measure="certificates")).body["rows"]
        assert sum(row["values"]["certificates"] for row in rows) == total
    return await office.get(by="level")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_question(entry: BadInput, office: Office) -> None:
    await AREA.run(entry, office)
