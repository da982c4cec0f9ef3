"""`skills catalog list` and `history`, and the SDK's calls, against a running catalog."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date

import pytest
import pytest_asyncio

from catalog.main import create_app
from catalog.settings import CatalogSettings
from client import catalog, editions
from client.platform import Platform
from local.postgres import Postgres
from tests.service.catalog.conftest import with_both_lists
from tests.service.catalog.world import Catalog
from tests.support.service import running_service

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[str]:
    """The address of a catalog with both lists."""
    name = next(database_names)
    async with running_service(
        create_app,
        CatalogSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        on_socket=True,
    ) as service:
        await with_both_lists(Catalog(service))
        yield str(service.client.base_url).rstrip("/")
    postgres.drop_database(name)


async def skills(url: str, *arguments: str) -> tuple[int, str]:
    """Status and standard output of the command, as a process of its own."""
    command = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "client.cli",
        "catalog",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"SKILLS_URL": url},
    )
    output, _ = await command.communicate()
    return command.returncode or 0, output.decode()


def rows(answer: tuple[int, str]) -> list[dict[str, str]]:
    status, output = answer
    assert status == 0
    return list(csv.DictReader(io.StringIO(output)))


async def test_the_list_of_a_day_is_printed_with_its_standards(url: str) -> None:
    printed = rows(await skills(url, "list", "--as-of", "2019-06-01"))
    assert len(printed) == 198
    assert list(printed[0]) == ["code", "name", "track", "levels", "standard"]
    welder = next(row for row in printed if row["name"] == "焊工")
    assert welder == {
        "code": "6-18-02-04",
        "name": "焊工",
        "track": "national_qualification",
        "levels": "5 4 3 2 1",
        "standard": "国家职业技能标准·焊工",
    }


async def test_the_list_of_a_track_is_printed_as_json(url: str) -> None:
    day, track = ("--as-of", "2022-01-01"), ("--track", "skill_level")
    _, output = await skills(url, "list", *day, *track, "--format", "json")
    printed = json.loads(output)
    assert len(printed) == 185
    assert list(printed[0]) == ["code", "name", "track", "levels", "standard"]
    assert printed[0]["levels"] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("name", ["安检员", "4-07-05-02"])
async def test_an_items_history_is_found_by_any_of_its_names_and_by_its_code(url: str, name: str) -> None:
    printed = rows(await skills(url, "history", name))
    assert [(row["name"], row["valid_from"], row["valid_to"]) for row in printed] == [
        ("安检员", "2017-09-12", "2021-12-01"),
        ("民航安全检查员", "2021-12-02", ""),
    ]
    assert [row["cause"] for row in printed] == ["imported", "renamed"]


async def test_a_name_that_nothing_had_ends_the_command_with_one(url: str) -> None:
    assert await skills(url, "history", "宇航员") == (1, "")


async def test_calls_of_editions_read_what_the_platform_answers(url: str) -> None:
    await asyncio.to_thread(read_everything, url)


def read_everything(url: str) -> None:
    with Platform(url) as platform:
        feed = platform.send(editions.list_changes(limit=2))
        assert (len(feed.items), feed.items[0].cause) == (2, "imported")
        first = feed.items[0].edition_id
        last = platform.send(editions.item_versions("6-31-01-03")).items[-1].edition_id
        assert platform.send(editions.compare_editions(first, last))["unchanged"] == 5
        assert platform.send(editions.comparison_file(first, last, form="html")).startswith(b"<!doctype")
        assert len(platform.send(editions.edition_list(first)).items) == 198
        assert platform.send(editions.edition_list_file(first, form="xlsx")).startswith(b"PK")
        assert platform.send(editions.edition_template()).startswith(b"PK")
        assert platform.send(editions.list_corrections(first)).items == ()
        assert len(platform.send(editions.edition_diff(last))["dropped"]) == 185
        assert platform.send(editions.read_edition(last))["effective_on"] == "2021-12-02"
        (found,) = platform.send(editions.find_items("保育员", as_of=date(2018, 6, 1))).items
        assert found.present[0].code == "4-10-01-03"
        assert platform.send(editions.list_transitions("6-31-01-03")).items == ()
        held = platform.send(
            editions.track_for("6-31-01-03", enrolled_on=date(2019, 9, 1), graduating_on=date(2022, 7, 1))
        )
        assert (held.track, held.by_cohort) == ("skill_level", None)


async def test_calls_of_the_calendar_and_of_regions_read_what_the_platform_answers(url: str) -> None:
    """Sunday 28 September 2025 is worked; Haimen became a district of Nantong in 2020."""

    def read() -> None:
        with Platform(url) as platform:
            assert platform.send(catalog.workday(date(2025, 9, 26), 3)).day == date(2025, 9, 30)
            between = catalog.count_workdays(after=date(2025, 9, 27), until=date(2025, 10, 11))
            assert platform.send(between).workdays == 6
            assert platform.send(catalog.read_region("320684")).replaced_by == "320614"
            then = platform.send(catalog.list_regions(as_of=date(2019, 6, 1))).items
            assert "320684" in {region.code for region in then}

    await asyncio.to_thread(read)
