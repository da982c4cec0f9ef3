"""The area `catalog`, editions and the list as of a day: every entry against a running catalog with both lists.

Where an entry's own text lost what its title says (full-width digits, an ideographic space), the case puts it back.
Entries that publish follow one another in the order of the list, for editions do.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

from catalog.main import create_app
from catalog.settings import CatalogSettings
from common.tabular.reading import CSV
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Request, Served, built
from tests.service.catalog.conftest import with_both_lists
from tests.service.catalog.world import OFFICER, Catalog, adjustment_body, edition_body
from tests.support.service import RunningService, running_service

in_one_loop = pytest.mark.asyncio(loop_scope="module")
AREA = Area("catalog")
OPERATIONS = {"editions.import", "items.as_of"}
LARGEST = "catalog-024"  # so many items that everything behind it would be slow
ENTRIES = [entry for entry in AREA.entries if entry.op in OPERATIONS and entry.id != LARGEST]
ENTRIES += [entry for entry in AREA.entries if entry.id == LARGEST]
HEADING = "编码,名称,类别,等级,性质,所属项目,承接项目,说明\n"


@dataclass
class Desk(Served):
    """A catalog, and the log of this test."""

    catalog: Catalog

    @property
    def served(self) -> RunningService:
        return self.catalog.service

    async def row_counts(self) -> Mapping[str, int]:
        return await self.catalog.kept()

    def adjusting(self, body: Mapping[str, Any], **query: str) -> Request:
        return Request(
            "POST",
            "/catalog/v1/adjustments",
            self._as() | {"Content-Type": "application/json"},
            "&".join(f"{name}={value}" for name, value in query.items()),
            json.dumps(body, ensure_ascii=False).encode(),
        )

    def publishing(self, body: Mapping[str, Any]) -> Request:
        return replace(self.adjusting(body), path="/catalog/v1/editions")

    def _as(self) -> dict[str, str]:
        return self.catalog.service.as_("authority", idempotency_key="new", account_id=OFFICER)

    async def sent(self, request: Request) -> Answer:
        return Answer.of(
            await self.client.request(
                request.method,
                f"{request.path}?{request.query}",
                headers={name: str(value) for name, value in request.headers.items()},
                content=request.body,
            )
        )

    async def refused(self, request: Request) -> Answer:
        """The answer to a request that must leave everything as it was."""
        before = await self.row_counts()
        answer = await self.sent(request)
        assert await self.row_counts() == before
        return answer

    async def listed(self, day: str, **query: str) -> dict[str, dict[str, Any]]:
        return {item["name"]: item for item in await self.catalog.whole_list(as_of=day, **query)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def catalog(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Catalog]:
    """With the lists of 2017 and 2021, and one special ability item of the province."""
    name = next(database_names)
    async with running_service(
        create_app, CatalogSettings, database_url=postgres.create_database(name), nats_url=new_nats_url()
    ) as service:
        catalog = await with_both_lists(Catalog(service))
        special = adjustment_body(
            {"name": "剪纸", "track": "special_ability"},
            name="专项职业能力",
            published_on="2022-01-01",
            effective_on="2022-01-01",
        )
        assert (await catalog.post("/adjustments", special)).status_code == 201
        yield catalog
    postgres.drop_database(name)


@pytest.fixture
def desk(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(catalog, read=lambda: "".join(capsys.readouterr()))


TRACKS = {"national": "national_qualification"}


@AREA.operation("editions.import")
def adjustment(entry: BadInput, desk: Desk) -> Request:
    """An edition of the province's part with the entry's rows, or days, in place of good ones."""
    given = built(entry.input, desk.values)
    rows = [_row(entry.id, row) for row in given.get("rows", [{}])]
    body = adjustment_body(*rows, name=entry.id, published_on="2024-01-01", effective_on="2024-01-02")
    body["published_on"] = given.get("published", body["published_on"])
    body["effective_on"] = given.get("effective", body["effective_on"])
    return desk.adjusting(body)


def _row(name: str, given: dict[str, Any]) -> dict[str, Any]:
    row = {"name": f"新项目{name}"} | given
    if row.get("code") == "new":
        del row["code"]
    if "successor" in row:
        row["name"] = "剪纸"
        row["successors"] = [row.pop("successor")]
    row["track"] = TRACKS.get(row.get("track", "skill_level"), row.get("track", "skill_level"))
    return row


@AREA.operation("items.as_of")
def items(entry: BadInput, desk: Desk) -> Request:
    return Request("GET", "/catalog/v1/items", query=f"limit=200&as_of={entry.input['as_of']}")


@AREA.case("catalog-002")
async def full_width_code(entry: BadInput, desk: Desk) -> Answer:
    wide = entry.input["rows"][0]["code"].translate(
        {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    )
    answer = await desk.refused(desk.adjusting(adjustment_body({"name": "全角", "code": wide})))
    told = answer.body["errors"][0]
    assert told["code"] == "code-full-width"
    assert "6-18-01-01" in told["remedy"]  # in ASCII
    return answer


@AREA.case("catalog-019")
async def published_twice(entry: BadInput, desk: Desk) -> Answer:
    said = len(await desk.catalog.said("catalog."))
    answer = await desk.sent(desk.publishing(await desk.catalog.reference_edition(2021)))
    assert len(await desk.catalog.said("catalog.")) == said
    return answer


@AREA.case("catalog-021")
async def back_dated_correction(entry: BadInput, desk: Desk) -> Answer:
    """Who decided by the list before goes on reading it as it was then."""
    edition = (await desk.catalog.read("/editions"))["items"][0]["id"]
    decided_at = (await desk.catalog.read("/clock"))["now"]
    body = {"item_code": "6-31-01-03", "levels": [5, 4, 3], "reason": "勘误"}
    request = desk.adjusting(body)
    answer = await desk.sent(replace(request, path=f"/catalog/v1/editions/{edition}/corrections"))
    (now,) = (await desk.catalog.read("/items", q="6-31-01-03"))["items"]
    (then,) = (await desk.catalog.read("/items", q="6-31-01-03", known_at=decided_at))["items"]
    assert (now["levels"], then["levels"]) == ([5, 4, 3], [5, 4, 3, 2, 1])
    return answer


@AREA.case("catalog-022")
async def drops_an_item(entry: BadInput, desk: Desk) -> Answer:
    """What is told lets filing decide by the list of the first day of evaluation (decision record 23)."""
    rows = [{"name": "电工", "track": "withdrawn"}]
    body = adjustment_body(*rows, name="退出", published_on="2024-03-01", effective_on="2024-04-01")
    answer = await desk.sent(desk.adjusting(body))
    (told,) = await desk.catalog.said("item.withdrawn")
    assert (told["item_code"], told["valid_from"]) == ("6-31-01-03", "2024-04-01")
    assert told["edition_id"] == answer.body["edition"]["id"]
    assert "电工" in await desk.listed("2024-03-31")
    assert "电工" not in await desk.listed("2024-04-01")
    return answer


@AREA.case("catalog-023")
async def drops_every_item(entry: BadInput, desk: Desk) -> Answer:
    empty = edition_body(name="空", published_on="2030-01-01", effective_on="2030-01-01") | {"items": []}
    answer = await desk.refused(desk.publishing(empty))
    assert answer.body["dropped"] == 25  # the national items of 2021
    return answer


@AREA.case("catalog-027")
async def space_around_a_name(entry: BadInput, desk: Desk) -> Answer:
    kept = ("消防设施操作员", "游泳救生员")
    body = edition_body(
        "\u3000焊工\t", *kept, name="空白", published_on="2024-06-01", effective_on="2024-06-01"
    )
    answer = await desk.sent(desk.publishing(body))
    assert (await desk.listed("2024-06-01", q="焊工"))["焊工"]["code"] == "6-18-02-04"
    return answer


@AREA.case("catalog-029")
async def compatibility_ideograph(entry: BadInput, desk: Desk) -> Answer:
    name = f"{entry.input['rows'][0]['name']}体工"
    body = adjustment_body({"name": name}, name="兼容", published_on="2024-06-01", effective_on="2024-06-01")
    answer = await desk.sent(desk.adjusting(body))
    assert set(await desk.listed("2024-06-01", q=name)) == {"\u6d41体工"}
    return answer


@AREA.case("catalog-036")
async def merge_across_tracks(entry: BadInput, desk: Desk) -> Answer:
    rows = ({"name": "焊工", "successors": ["新"]}, {"name": "剪纸", "successors": ["新"]}, {"name": "新"})
    body = adjustment_body(*rows, name="跨类", published_on="2025-01-01", effective_on="2025-01-01")
    national = await desk.refused(desk.adjusting(body))
    assert national.problem == entry.problem
    return await desk.refused(desk.adjusting(body | {"rows": body["rows"][1:]}))


@AREA.case("catalog-037")
async def too_few_columns(entry: BadInput, desk: Desk) -> Answer:
    about = "name=x&kind=provincial&published_on=2025-01-01&effective_on=2025-01-01"
    request = replace(desk.adjusting({}), path="/catalog/v1/editions/import", query=about)
    request = request.laid_over({"headers": {"Content-Type": CSV}, "body": "编码,名称,类别\n,甲,技能等级\n"})
    answer = await desk.refused(request)
    missing = {error["column"] for error in answer.body["errors"]}
    assert missing == {"等级", "性质", "所属项目", "承接项目", "说明"}
    return answer


@AREA.case("catalog-038")
async def published_otherwise_than_shown(entry: BadInput, desk: Desk) -> Answer:
    body = adjustment_body({"name": "甲业"}, name="试", published_on="2025-01-01", effective_on="2025-01-01")
    tried = await desk.refused(desk.adjusting(body, dry_run="true"))
    changed = body | {"rows": [{"name": "乙业", "track": "skill_level"}]}
    return await desk.refused(desk.adjusting(changed, token=tried.body["token"]))


@AREA.case("catalog-039")
async def two_officers_at_once(entry: BadInput, desk: Desk) -> Answer:
    bodies = [
        adjustment_body({"name": name}, name=name, published_on="2025-02-01", effective_on="2025-02-01")
        for name in ("一处", "二处")
    ]
    tokens = [(await desk.sent(desk.adjusting(body, dry_run="true"))).body["token"] for body in bodies]
    answers = await asyncio.gather(
        *(desk.sent(desk.adjusting(body, token=token)) for body, token in zip(bodies, tokens, strict=True))
    )
    assert sorted(str(answer.status) for answer in answers) == ["201", "409"]
    assert len({"一处", "二处"} & set(await desk.listed("2025-02-01"))) == 1
    lost = next(answer for answer in answers if answer.status == 409)
    assert lost.body["changes"][0].startswith("added ")
    return lost


@AREA.case("catalog-040")
async def before_the_first_edition(entry: BadInput, desk: Desk) -> Answer:
    answer = await desk.sent(items(entry, desk))
    assert answer.body["items"] == []
    assert {"zh", "en"} == set(answer.body["note"])
    return answer


@AREA.case("catalog-042")
async def instant_at_the_border_of_a_day(entry: BadInput, desk: Desk) -> Answer:
    """16:30 in UTC is half past midnight in China: the list of 2021-12-02."""
    answer = await desk.sent(items(entry, desk))
    assert answer.body["items"] == (await desk.catalog.read("/items", limit=200, as_of="2021-12-02"))["items"]
    return answer


@AREA.case("catalog-024")
async def a_hundred_thousand_items(entry: BadInput, desk: Desk) -> Answer:
    """As a sheet, which is read row by row; whoever looks at the list meanwhile is answered."""
    _, count = entry.input["rows"]["$repeat"]
    rows = "".join(f",批量项目{number:06},技能等级,5 4,,,,\n" for number in range(count))
    about = "name=%E5%8D%81%E4%B8%87&kind=provincial&published_on=2026-05-01&effective_on=2026-05-01"
    request = replace(desk.adjusting({}), path="/catalog/v1/editions/import", query=about)
    sending = asyncio.create_task(
        desk.sent(request.laid_over({"headers": {"Content-Type": CSV}, "body": HEADING + rows}))
    )
    looked = 0
    while not sending.done():
        await desk.catalog.read("/editions")
        looked += 1
        await asyncio.wait([sending], timeout=0.5)
    answer = await sending
    assert looked > 1
    assert answer.body["edition"]["entries"] == count
    assert len(answer.body["diff"]["added"]) == count
    return answer


TOLD = {
    "catalog-003": "code-unknown",
    "catalog-006": "level-in-words",
    "catalog-011": "effective-before-published",
    "catalog-031": "code-homoglyph",
    "catalog-034": "successor-unknown",
}


@in_one_loop
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    said = 0 if entry.status == 201 else len(await desk.catalog.said("catalog."))
    answer = await AREA.run(entry, desk)
    if entry.id in TOLD:
        assert TOLD[entry.id] in {error["code"] for error in answer.body["errors"]}
    if entry.id == "catalog-006":
        assert "3" in answer.body["errors"][0]["remedy"]
    if (entry.status or 0) >= 400 and entry.id != "catalog-039":
        assert len(await desk.catalog.said("catalog.")) == said, "an event was said"


def test_every_entry_is_mapped() -> None:
    others = [entry.id for entry in AREA.entries if entry.op not in OPERATIONS]
    assert AREA.unmapped() == others
