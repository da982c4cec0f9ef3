"""Sites: public, kept by their organisation, changed from a day on, never backwards (Art. 12, 20)."""

from typing import Any

import pytest
import pytest_asyncio

from common.ids import decode_id, encode_id
from tests.service.filing.world import Filing, codes

pytestmark = pytest.mark.asyncio(loop_scope="module")
ADMINISTRATOR = "organisation_administrator"


def site(**changes: Any) -> dict[str, Any]:
    return {
        "name": "一号车间",
        "region": "320104",
        "address": "南京市秦淮区光华路1号",
        "capacity": 60,
    } | changes


@pytest_asyncio.fixture(loop_scope="module")
async def organisation(shared: Filing) -> str:
    return encode_id("organisation", await shared.approved_organisation())


async def changed(shared: Filing, path: str, tag: str | None, **changes: Any) -> Any:
    owner = decode_id("organisation", path.split("/")[2])
    return await shared.put(path, site(**changes), role=ADMINISTRATOR, tag=tag, organisation_id=owner)


async def test_a_change_counts_from_its_day_and_the_past_stays(shared: Filing, organisation: str) -> None:
    made = await shared.keep(organisation, "sites", site())
    assert (made.status_code, made.headers["ETag"], made.json()["valid_from"]) == (201, '"v1"', "2025-09-29")
    path = f"/organisations/{organisation}/sites/{made.json()['id']}"
    assert made.headers["Location"] == f"/filing/v1{path}"
    moved = await changed(shared, path, '"v1"', region="320105", valid_from="2026-01-01")
    assert (moved.status_code, moved.headers["ETag"]) == (200, '"v2"')
    counties = [
        (await shared.get(f"{path}?on={day}", role=None)).json().get("region")
        for day in ("2025-12-31", "2026-01-01")
    ]
    assert counties == ["320104", "320105"]
    assert (await shared.get(f"{path}?on=2025-09-28", role=None)).status_code == 404
    closed = await changed(shared, path, '"v2"', valid_from="2026-03-01", valid_to="2026-03-31")
    assert closed.status_code == 200
    listed = [
        (await shared.get(f"/organisations/{organisation}/sites?on={day}", role=None)).json()["items"]
        for day in ("2026-03-31", "2026-04-01")
    ]
    assert [len(items) for items in listed] == [1, 0]


async def test_two_changes_of_one_version_do_not_both_stand(shared: Filing, organisation: str) -> None:
    made = await shared.keep(organisation, "sites", site())
    path = f"/organisations/{organisation}/sites/{made.json()['id']}"
    assert (await changed(shared, path, None)).status_code == 428
    assert (await changed(shared, path, '"v1"', capacity=80)).status_code == 200
    late = await changed(shared, path, '"v1"', capacity=90)
    assert (late.status_code, late.headers["ETag"]) == (412, '"v2"')


async def test_sites_of_an_organisation_have_names_of_their_own(shared: Filing, organisation: str) -> None:
    await shared.keep(organisation, "sites", site())
    again = await shared.keep(organisation, "sites", site(address="另一处"))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/duplicate")


async def test_all_mistakes_of_a_site_are_told_at_once(shared: Filing, organisation: str) -> None:
    wrong = site(region="320100", valid_from="2025-09-28", valid_to="2025-09-27")
    answer = await shared.keep(organisation, "sites", wrong)
    assert (answer.status_code, codes(answer)) == (
        422,
        [
            ("/region", "region-not-a-county"),
            ("/valid_from", "retroactive"),
            ("/valid_to", "end-out-of-range"),
        ],
    )


async def test_only_its_own_accounts_keep_a_site(shared: Filing, organisation: str) -> None:
    path = f"/organisations/{organisation}/sites"
    assert (await shared.post(path, site(), role=None)).status_code == 401
    assert (await shared.post(path, site(), role="centre_head", region="320100")).status_code == 403
    other = await shared.approved_organisation()
    foreign = await shared.post(path, site(), role=ADMINISTRATOR, organisation_id=other)
    assert foreign.status_code == 404
    made = await shared.keep(organisation, "sites", site())
    borrowed = f"/organisations/{encode_id('organisation', other)}/sites/{made.json()['id']}"
    assert (await changed(shared, borrowed, '"v1"')).status_code == 404
    assert (await shared.get(borrowed, role=None)).status_code == 404
