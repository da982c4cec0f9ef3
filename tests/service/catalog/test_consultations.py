"""A draft before the public: opinions until midnight, each answered, and a summary that tells nobody's name."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from catalog.consultations import api
from common.ids import encode_id, uuid7
from common.ratelimit import RateLimit
from tests.service.catalog.world import BASE, Catalog
from tests.support.service import owner_connection

ORGANISATION = uuid7()
CONTACT = {"name": "李静姝", "reach": "025-83230017"}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets of the test's own: the suite sends from one address."""
    monkeypatch.setattr(api, "OPINIONS", RateLimit(per_second=0.5, burst=30))


async def today(catalog: Catalog) -> date:
    return date.fromisoformat((await catalog.read("/clock"))["today"])


async def send(
    catalog: Catalog, path: str, body: dict[str, Any], role: str | None = None, **about: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid7()), "Accept-Language": "en"}
    if role is not None:
        headers |= catalog.service.as_(role, **about)
    return await catalog.service.client.post(f"{BASE}{path}", json=body, headers=headers)


async def opened(catalog: Catalog, **changes: Any) -> str:
    body = {
        "title": "职业技能等级目录(征求意见稿)",
        "subject": "edition",
        "clauses": ["目录按年调整。", "新职业一年后纳入。"],
        "deadline": (await today(catalog)).isoformat(),
    }
    answer = await send(catalog, "/consultations", body | changes, "authority")
    assert answer.status_code == 201, answer.text
    return f"/consultations/{answer.json()['id']}"


async def a_day_later(catalog: Catalog) -> None:
    assert (await catalog.move_clock({"advance_days": 1})).status_code == 201


async def test_a_consultation_from_its_draft_to_its_summary(catalog: Catalog) -> None:
    place = await opened(catalog)
    public = await send(
        catalog, f"{place}/opinions", {"stance": "support", "text": "同意。", "contact": CONTACT}
    )
    assert public.status_code == 201, public.text
    body = {"clause": 2, "stance": "amend", "text": "一年太长。", "proposal": "新职业六个月后纳入。"}
    agency = await send(
        catalog, f"{place}/organisation-opinions", body, "plan_filer", organisation_id=ORGANISATION
    )
    assert agency.status_code == 201, agency.text
    lines = (
        await catalog.service.client.get(f"{BASE}{place}/opinions", headers=catalog.service.as_("authority"))
    ).json()
    first, second = lines["items"]
    assert (first["contact"], first["organisation_id"]) == (CONTACT, None)
    assert (second["organisation_id"], second["clause"]) == (encode_id("organisation", ORGANISATION), 2)

    early = await send(catalog, f"{place}/closure", {}, "authority")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/state-conflict")
    await a_day_later(catalog)
    waiting = await send(catalog, f"{place}/closure", {}, "authority")
    assert (waiting.status_code, waiting.json()["unanswered"]) == (409, 2)
    for line, verdict, reason in ((first, "accepted", "谢谢。"), (second, "partly", "改为九个月。")):
        answers = {"opinion_ids": [line["id"]], "verdict": verdict, "reason": reason}
        assert (await send(catalog, f"{place}/answers", answers, "authority")).status_code == 201
    followed = await catalog.read(f"/consultations/opinions/{agency.json()['receipt']}")
    assert (followed["answer"]["verdict"], followed["answer"]["reason"]) == ("partly", "改为九个月。")
    assert (await catalog.get(f"{place}/summary")).status_code == 404
    closed = await send(catalog, f"{place}/closure", {}, "authority")
    assert closed.status_code == 201, closed.text
    summary = await catalog.read(f"{place}/summary")
    assert summary == closed.json()
    assert summary["counts"] == [
        {"clause": 0, "stance": "support", "verdict": "accepted", "opinions": 1},
        {"clause": 2, "stance": "amend", "verdict": "partly", "opinions": 1},
    ]
    page = (await catalog.get(f"{place}/summary", format="html")).text
    sheet = (await catalog.get(f"{place}/summary", format="csv")).content.decode("utf-8-sig")
    for told in (page, sheet, str(summary)):
        assert "新职业六个月后纳入。" in told
        assert "李静姝" not in told
    assert "<script" not in page
    assert [one["opinions"] for one in await catalog.said("consultation.closed")] == [2]
    assert (await send(catalog, f"{place}/closure", {}, "authority")).status_code == 409


async def test_opinions_are_taken_until_midnight_in_china_and_a_deadline_only_moves_on(
    catalog: Catalog,
) -> None:
    place = await opened(catalog)
    await a_day_later(catalog)
    late = await send(catalog, f"{place}/opinions", {"stance": "object", "text": "不同意。"})
    assert (late.status_code, late.json()["type"]) == (422, "/problems/deadline-passed")
    day = await today(catalog)
    earlier = {"deadline": (day - timedelta(3)).isoformat(), "reason": "误填"}
    assert (await send(catalog, f"{place}/extensions", earlier, "authority")).status_code == 422
    later = {"deadline": day.isoformat(), "reason": "应机构要求延长"}
    extended = await send(catalog, f"{place}/extensions", later, "authority")
    assert (extended.status_code, extended.json()["is_open"]) == (201, True)
    assert (
        await send(catalog, f"{place}/opinions", {"stance": "object", "text": "不同意。"})
    ).status_code == 201


async def test_an_opinion_is_withdrawn_by_its_receipt_and_not_answered(catalog: Catalog) -> None:
    place = await opened(catalog)
    receipt = (await send(catalog, f"{place}/opinions", {"stance": "object", "text": "不同意。"})).json()[
        "receipt"
    ]
    taken_back = await send(catalog, f"/consultations/opinions/{receipt}/withdrawal", {})
    assert (taken_back.status_code, taken_back.json()["withdrawn_at"] is not None) == (201, True)
    await a_day_later(catalog)
    closed = await send(catalog, f"{place}/closure", {}, "authority")
    assert (closed.status_code, closed.json()["opinions"]) == (201, [])
    assert (await catalog.get(f"/consultations/opinions/{'x' * 32}")).status_code == 404


async def test_every_mistake_of_an_opinion_is_told_and_nothing_is_kept(catalog: Catalog) -> None:
    place = await opened(catalog)
    before = await catalog.service.row_counts()
    wrong = await send(catalog, f"{place}/opinions", {"clause": 3, "stance": "amend", "text": "改。"})
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/clause", "/proposal"]
    assert await catalog.service.row_counts() == before
    no_document = {"document_sha256": "0" * 64}
    body = {
        "title": "草案",
        "subject": "document",
        "clauses": ["一"],
        "deadline": (await today(catalog)).isoformat(),
    }
    assert (await send(catalog, "/consultations", body | no_document, "authority")).status_code == 422
    assert (await send(catalog, "/consultations", body, "plan_filer")).status_code == 403


async def test_who_gave_an_opinion_is_sealed(catalog: Catalog) -> None:
    place = await opened(catalog)
    await send(catalog, f"{place}/opinions", {"stance": "support", "text": "同意。", "contact": CONTACT})
    async with owner_connection(catalog.service.database_url) as connection:
        for table in (
            await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        ).all():
            stored = "\n".join((await connection.scalars(text(f'SELECT t::text FROM "{table}" AS t'))).all())
            assert "李静姝" not in stored, table
            assert "83230017" not in stored, table
