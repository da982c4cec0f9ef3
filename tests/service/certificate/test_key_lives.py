"""Keys have an end: told 30, 7 and 1 days before it, once each; after it another signs, and old codes stay true."""

from datetime import datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry, Gauge

from certificate.keys.lives import tell_ends
from common.certificate_code import verify_code
from common.ids import uuid7
from tests.service.certificate.world import Certificates, Person, organisation, plan, recognised, recorded


async def lives_of(certificates: Certificates) -> list[dict[str, Any]]:
    answer = await certificates.client.get(
        "/certificate/v1/signing-keys", headers=certificates.service.as_("authority")
    )
    found: list[dict[str, Any]] = [key for key in answer.json()["items"] if key["scope"] == "body"]
    return found


async def issue(certificates: Certificates, name: str, *, at: str) -> Any:
    batch_id = uuid7()
    await certificates.hear(
        organisation(),
        plan(),
        await certificates.results([Person(name)], batch_id=batch_id),
        recorded(batch_id, rows=1),
        recognised(batch_id, rows=1, at=at),
    )
    (issued,) = await certificates.issued(1, batch_id)
    return issued


async def test_an_end_that_nears_is_told_once_30_7_and_1_days_before_it(certificates: Certificates) -> None:
    await certificates.one()
    (life,) = await lives_of(certificates)
    assert (life["state"], life["days_left"], life["told_at_days"]) == ("signing", 364, [])
    end = datetime.fromisoformat(life["valid_to"])
    registry = CollectorRegistry()
    ending = Gauge("ending", "of this test", ("days",), registry=registry)
    told = []
    for left in (timedelta(days=30, seconds=60), timedelta(days=29), timedelta(days=7), timedelta(hours=20)):
        await certificates.be_at((end - left).isoformat())
        for _ in range(2):
            await tell_ends(certificates.unit_of_work(), ending)
        (life,) = await lives_of(certificates)
        within_a_week = registry.get_sample_value("ending", {"days": "7"})
        told.append((life["state"], life["told_at_days"], bool(within_a_week)))
    assert told == [
        ("signing", [], False),
        ("ending", [30], False),
        ("ending", [30, 7], True),
        ("ending", [30, 7, 1], True),
    ]


async def test_after_its_end_a_key_signs_nothing_and_what_it_signed_stays_true(
    certificates: Certificates,
) -> None:
    old = await issue(certificates, "张三", at="2046-11-20T15:00:00+08:00")
    (first,) = await lives_of(certificates)
    await certificates.be_at((datetime.fromisoformat(first["valid_to"]) + timedelta(days=1)).isoformat())
    new = await issue(certificates, "李四", at="2047-11-24T09:00:00+08:00")
    keys = (await certificates.client.get("/certificate/v1/keys")).json()
    proofs = [verify_code(one.code, keys) for one in (old, new)]
    assert all(proofs)
    assert [getattr(proof, "kid", None) == first["kid"] for proof in proofs] == [True, False]
    assert [life["state"] for life in await lives_of(certificates)] == ["ended", "signing"]


async def test_a_key_in_use_is_followed_by_another_thirty_days_before_its_end(
    certificates: Certificates,
) -> None:
    await issue(certificates, "张三", at="2046-11-20T15:00:00+08:00")
    (first,) = await lives_of(certificates)
    await certificates.be_at((datetime.fromisoformat(first["valid_to"]) - timedelta(days=29)).isoformat())
    await issue(certificates, "李四", at="2047-10-24T09:00:00+08:00")
    lives = await lives_of(certificates)
    assert [(life["kid"] == first["kid"], life["state"]) for life in lives] == [
        (True, "replaced"),
        (False, "signing"),
    ]
    ending = Gauge("ending", "of this test", ("days",), registry=CollectorRegistry())
    told = {kid for kid, _ in await tell_ends(certificates.unit_of_work(), ending)}
    assert told.isdisjoint(life["kid"] for life in lives)
