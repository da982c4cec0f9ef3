"""The register of examiners' cards on real servers (Art. 20, 22)."""

from typing import Any

import httpx

from common.events.audit import ExaminerRegistered
from tests.support.service import RunningService

CARD = {
    "card_number": "32KP20240017",
    "name": "王建国",
    "grade": "examiner",
    "item_codes": ["6-18-02-04"],
    "region": "320104",
    "employer_uscc": "91320100000000174E",
    "valid_from": "2025-01-01",
    "valid_to": "2027-12-31",
}


async def post(
    audit: RunningService, path: str, body: dict[str, Any], *, region: str = "320100"
) -> httpx.Response:
    headers = audit.as_("centre_dispatcher", region=region, idempotency_key="new")
    return await audit.client.post(f"/audit/v1/examiners{path}", json=body, headers=headers)


async def test_a_card_is_registered_renewed_withdrawn_and_public(audit: RunningService) -> None:
    assert (await post(audit, "", CARD)).status_code == 201
    term = {"grade": "senior_examiner", "valid_from": "2026-01-01", "valid_to": "2028-12-31"}
    known = {name: value for name, value in CARD.items() if name != "card_number"}
    renewed = await post(audit, "/32KP20240017/renewal", known | term | {"reason": "换证"})
    assert (renewed.status_code, renewed.json()["version"]) == (201, 2)
    ended = await post(
        audit, "/32KP20240017/withdrawal", {"withdrawn_on": "2026-06-01", "reason": "违规考评"}
    )
    assert ended.status_code == 201
    public = (await audit.client.get("/audit/v1/examiners/32KP20240017")).json()
    assert (public["grade"], public["valid_to"], public["withdrawn_on"]) == (
        "senior_examiner",
        "2028-12-31",
        "2026-06-01",
    )
    listed = (await audit.client.get("/audit/v1/examiners", params={"item_code": "6-18-02-04"})).json()
    assert [(card["card_number"], card["version"]) for card in listed["items"]] == [("32KP20240017", 3)]
    other = await audit.client.get("/audit/v1/examiners", params={"item_code": "6-31-01-03"})
    assert other.json()["items"] == []


async def test_a_wrong_card_is_refused_with_all_its_mistakes(audit: RunningService) -> None:
    wrong = CARD | {"valid_to": "2028-01-01", "employer_uscc": "91320100000000174A"}
    answer = await post(audit, "", wrong)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["card-days", "uscc-checksum"]
    assert (await post(audit, "", CARD, region="320200")).status_code == 403
    assert (await audit.client.get("/audit/v1/examiners/32KP20240017")).status_code == 404
    assert (await post(audit, "", CARD)).status_code == 201
    assert (await post(audit, "", CARD)).json()["type"].endswith("/duplicate")


def test_an_examiner_registered_says_nothing_personal() -> None:
    assert not {"id_number", "phone"} & set(ExaminerRegistered.model_fields)
