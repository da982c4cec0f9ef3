"""Figures on real servers: equal to a naive recount of every fact, and published ones as they were."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
import pytest_asyncio

from audit.main import create_app
from audit.settings import AuditSettings
from audit.statistics.dimensions import DIMENSIONS, OF_PLANS
from audit.statistics.worker import behind, count_anew
from client import statistics
from local.postgres import Postgres
from tests.support.events import Publishers
from tests.support.figures import Province
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/audit/v1/statistics"
COUNTED = ("candidates", "passed", "failed", "absent", "misconduct", "certificates", "revoked", "persons")
OF_A_PLAN = ("plans", "plans_to_supervise", "plans_supervised")
PLANS = 12


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app, AuditSettings, database_url=url, nats_url=new_nats_url()
    ) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def province(audit: RunningService) -> Province:
    """A province whose certificates arrive before their results, and results before their plans, every other time."""
    made, others = Province(seed=7), Publishers(audit)
    for number, (plan, recorded, issued) in enumerate(made.batches(PLANS)):
        told: list[tuple[Any, ...]] = [(plan,), (recorded,), tuple(issued)]
        for events in reversed(told) if number % 2 else told:
            await others.deliver(*events)
    await counted(audit)
    return made


async def counted(audit: RunningService) -> None:
    async def is_done() -> bool | None:
        async with audit.platform.sessions() as session:
            return None if any((await behind(session)).values()) else True

    await eventually(is_done)


async def live(
    audit: RunningService, *, role: str = "authority", region: str | None = None, **query: Any
) -> Any:
    answer = await audit.client.get(f"{PATH}/live", params=query, headers=audit.as_(role, region=region))
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(found: Any, by: tuple[str, ...], measures: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, int]]:
    return {
        tuple(row["by"][name] for name in by): {
            name: row["values"][name] for name in measures if row["values"][name]
        }
        for row in found["rows"]
    }


@pytest.mark.parametrize("dimension", DIMENSIONS)
async def test_figures_are_those_of_a_naive_recount_in_every_dimension(
    audit: RunningService, province: Province, dimension: str
) -> None:
    by = (dimension, "level") if dimension not in ("level", *OF_PLANS) else (dimension,)
    measures = COUNTED + (OF_A_PLAN if set(by) <= OF_PLANS else ())
    found = told(await live(audit, measure=",".join(measures), by=",".join(by)), by, measures)
    expected = {
        key: {name: figures[name] for name in measures if figures[name]}
        for key, figures in province.figures(by).items()
    }
    assert found == {key: figures for key, figures in expected.items() if figures}


async def test_the_sum_over_any_dimension_is_the_total(audit: RunningService, province: Province) -> None:
    total = (await live(audit))["total"]["values"]["certificates"]
    assert total == province.figures(())[()]["certificates"] > 0
    for dimension in DIMENSIONS:
        found = await live(audit, by=dimension)
        assert sum(row["values"]["certificates"] for row in found["rows"]) == total


async def test_figures_counted_anew_from_the_journals_are_the_same(
    audit: RunningService, province: Province
) -> None:
    query = {"by": "month,region,sex,age", "measure": ",".join(COUNTED)}
    before = (await live(audit, **query))["rows"]
    async with audit.platform.sessions() as session:
        await count_anew(session)
        await session.commit()
    await counted(audit)
    assert (await live(audit, **query))["rows"] == before


async def test_quotients_are_of_sums_and_null_where_nothing_is_divided(
    audit: RunningService, province: Province
) -> None:
    found = await live(audit, measure="pass_rate,candidates,passed", by="month")
    figures = province.figures(("month",))
    for row in found["rows"]:
        of_month = figures[(row["by"]["month"],)]
        share = None if not of_month["candidates"] else of_month["passed"] / of_month["candidates"]
        assert (row["values"]["pass_rate"] is None) == (share is None)
        assert share is None or abs(float(row["values"]["pass_rate"]) - share) <= 0.00005
    assert (await live(audit, measure="pass_rate", **{"from": "2001-01", "to": "2001-02"}))["total"][
        "values"
    ] == {"pass_rate": None}


async def test_a_city_sees_its_own_unpublished_figures_only(
    audit: RunningService, province: Province
) -> None:
    found = await live(audit, role="centre_head", region="320100", by="region")
    assert {row["by"]["region"] for row in found["rows"]} == {"320102", "320106"}
    refused = await audit.client.get(
        f"{PATH}/live", params={"city": "321300"}, headers=audit.as_("centre_head", region="320100")
    )
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/permission-denied")


async def publish(audit: RunningService, month: str) -> httpx.Response:
    headers = audit.as_("authority", idempotency_key="new")
    return await audit.client.post(f"{PATH}/publications", json={"month": month}, headers=headers)


async def test_a_published_month_stays_as_it_was_and_is_marked_where_it_changed_since(
    audit: RunningService, province: Province
) -> None:
    month = min(
        key[0] for key, figures in province.figures(("month",)).items() if figures["certificates"] >= 5
    )
    unpublished = await audit.client.get(PATH, params={"from": month, "to": month})
    assert unpublished.status_code == 403
    assert (await publish(audit, month)).status_code == 201
    asked = {"from": month, "to": month, "measure": "candidates"}
    audit_before = (await audit.client.get(PATH, params=asked)).json()
    assert (await publish(audit, month)).json()["type"] == "/problems/nothing-to-publish"

    plan, recorded, _ = next(iter(Province(seed=8).batches(1)))
    others, day = Publishers(audit), date.fromisoformat(f"{month}-03")
    late = tuple(row.model_copy(update={"evaluated_on": day}) for row in recorded.rows)
    await others.deliver(plan)
    await others.deliver(recorded.model_copy(update={"rows": late}))
    await counted(audit)
    now = await live(audit, **asked)
    assert now["total"]["values"]["candidates"] == audit_before["total"]["values"]["candidates"] + len(late)
    assert [(one["month"], one["edition"], one["revised"]) for one in now["months"]] == [(month, 1, True)]
    assert (await audit.client.get(PATH, params=asked)).json()["total"] == audit_before["total"]
    assert (await publish(audit, month)).json()["edition"] == 2
    changes = (await audit.client.get(f"{PATH}/changes")).json()["items"]
    assert [(one["month"], one["edition"]) for one in changes] == [(month, 1), (month, 2)]
    ahead = await audit.client.get(f"{PATH}/changes", params={"after": 10**12})
    assert ahead.status_code == 422


async def test_a_file_of_any_size_is_made_beside_the_requests_for_its_account_alone(
    audit: RunningService, province: Province
) -> None:
    account = audit.as_("authority", idempotency_key="new")
    asked = await audit.client.post(
        f"{PATH}/exports", params={"by": "month,region", "measure": "certificates,pass_rate"}, headers=account
    )
    assert asked.status_code == 202, asked.text

    async def ready() -> Any:
        found = await audit.client.get(f"{PATH}/exports/{asked.json()['id']}", headers=account)
        return found.json()["file"]

    file = await audit.client.get(await eventually(ready), headers=account)
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "月份 month,县（市、区） region,certificates,pass_rate"
    rows = (await live(audit, by="month,region", measure="certificates,pass_rate"))["rows"]
    assert len(lines) == len(rows) + 1


async def test_the_sdk_asks_in_the_same_words(audit: RunningService, province: Province) -> None:
    for call in (
        statistics.statistics(by=("city", "level"), measures=("candidates",), live=True, town="town"),
        statistics.publications(),
        statistics.chart(by=("level",), title="各等级"),
        statistics.sheet(form="csv", by=("level",), live=True),
        statistics.sheet(form="xlsx", by=("level",), live=True),
    ):
        answer = await audit.client.request(
            call.method,
            call.path,
            params=dict(call.query),
            headers=audit.as_("authority") | dict(call.headers),
        )
        assert answer.status_code == 200, answer.text
        call.read(answer)


async def test_the_open_page_shows_what_is_published_without_scripts(
    audit: RunningService, province: Province
) -> None:
    page = await audit.client.get(f"{PATH}/page")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert len(page.content) < 60_000
    assert page.text.count("<svg") == 8
    assert "南京市" in page.text
    assert not any(word in page.text for word in ("<script", "http://localhost", "src="))
    months = {key[0] for key in province.figures(("month",))}
    assert any(month in page.text for month in months)
