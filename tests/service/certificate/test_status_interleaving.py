"""Issue, correct, suspend, revoke, reissue in any order, on real servers: all that tells statuses tells the same."""

import random
from typing import Any

import pytest

from certificate.status.domain import WIRE
from common.certificate_code import Verified, verify_code
from common.events.certificate import CertificateReissued, CertificatesIssued, StatusesChanged
from common.events.registration import ResultsRecorded
from tests.service.certificate.test_corrections import corrected, recognised_results, reissued
from tests.service.certificate.test_status_board import replicas
from tests.service.certificate.test_status_decisions import (
    END,
    LIFT,
    REVIEW,
    SUSPEND,
    UPHELD,
    get,
    post,
    state,
)
from tests.service.certificate.test_status_lists import bundle_of, listed
from tests.service.certificate.world import Certificates, Person
from tests.service.registration.world import said
from tests.support.waiting import eventually

REVOKE = {"reason_code": "cheating", "decision_document": "苏人社撤〔2046〕1号"}
ACTS = ("suspend", "lift", "review", "end_review", "revoke", "appeal", "correct")


class Walk:
    """One certificate on its way through decisions and corrections."""

    def __init__(self, certificates: Certificates, results: ResultsRecorded, number: str, code: str) -> None:
        self.certificates = certificates
        self.results = results
        self.number = number
        self.codes = [code]

    async def step(self, act: str) -> None:
        path = f"/certificates/{self.number}"
        match act:
            case "correct":
                await self.correct()
            case "revoke":
                await post(self.certificates, f"{path}/revocation", REVOKE)
            case "appeal":
                raised = await post(self.certificates, f"{path}/appeals", {"statement": "撤销依据不足。"})
                if raised.status_code == 201:
                    about = {"role": "centre_head", "region": "320100", "account_id": None}
                    decision = f"/appeals/{raised.json()['id']}/decision"
                    decided = await post(self.certificates, decision, UPHELD, **about)
                    assert decided.status_code == 201, decided.text
            case _:
                body = {"suspend": SUSPEND, "lift": LIFT, "review": REVIEW, "end_review": END}[act]
                await post(self.certificates, f"{path}/status-decisions", body)

    async def correct(self) -> None:
        """Somebody else from now on; a revoked certificate is not signed again."""
        if await state(self.certificates, self.number) == "revoked":
            return
        version = len(self.codes) + 1
        event = await corrected(self.certificates, self.results, Person("王丽"), version=version)
        await self.certificates.hear(event)
        self.codes.append((await reissued(self.certificates, self.number, version))["code"])


async def folded(certificates: Certificates) -> dict[int, Any]:
    """Place → status, of the events alone."""
    url, found = certificates.service.database_url, dict[int, Any]()
    for issued in await said(url, CertificatesIssued):
        found |= {one["status_index"]: "valid" for one in issued["certificates"]}
    for one in await said(url, CertificateReissued):
        found[one["status_index"]] = "valid"
    changes = [change for event in await said(url, StatusesChanged) for change in event["changes"]]
    assert sorted(change["serial"] for change in changes) == list(range(1, len(changes) + 1))
    for change in sorted(changes, key=lambda change: int(change["serial"])):
        found[change["status_index"]] = change["status"]
    return found


@pytest.mark.parametrize("seed", [6, 20261123])
async def test_online_lists_bundle_and_events_agree_after_any_interleaving(
    certificates: Certificates, seed: int
) -> None:
    chance = random.Random(seed)
    walks = []
    for name in ("王莉", "李军"):
        results = await recognised_results(certificates, Person(name))
        (issued,) = await certificates.issued(1, results.batch_id)
        walks.append(Walk(certificates, results, issued.number, issued.code))
    async with replicas(certificates, 1) as (board,):
        for _ in range(12):
            await chance.choice(walks).step(chance.choice(ACTS))
        fold = await folded(certificates)
        keys = (await certificates.client.get("/certificate/v1/keys")).json()
        for walk in walks:
            places = [_place(code, keys) for code in walk.codes]
            assert [fold[place] for place in places[:-1]] == ["superseded"] * (len(places) - 1)
            assert fold[places[-1]] == await state(certificates, walk.number)
        history = [(await get(certificates, f"/certificates/{walk.number}/status-changes")) for walk in walks]
        newest = max(change["serial"] for one in history for change in one["items"])

        async def caught_up() -> bool | None:
            return True if board.serial == newest else None

        async def bundled() -> Any:
            found = await bundle_of(certificates)
            return found if found.serial == newest else None

        await eventually(caught_up)
        bundle = await eventually(bundled, seconds=60)
        for place, status in fold.items():
            standing = board.standing(place)
            assert standing is not None
            assert standing.status == status
            assert await listed(certificates, place) == bundle.status_at(place) == WIRE[status]


def _place(code: str, keys: Any) -> int:
    verified = verify_code(code, keys)
    assert isinstance(verified, Verified)
    return verified.claims.status_index
