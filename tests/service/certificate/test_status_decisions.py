"""Suspensions, reviews, revocations and appeals; for one certificate, for many, and by what audit tells."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from certificate.issuance.ground import take_batch
from certificate.measures.service import is_held
from common.events.audit import OrganisationCleared, OrganisationListed, RecognitionWithdrawn
from common.events.certificate import StatusesChanged
from common.ids import encode_id, uuid7
from tests.service.certificate.world import BODY, PLAN, Certificates, Person
from tests.service.registration.world import said
from tests.support.waiting import eventually

BASE = "/certificate/v1"
DECIDER = UUID("01936f3c-5a2e-7c41-9d3e-0000000000d1")
ANOTHER = UUID("01936f3c-5a2e-7c41-9d3e-0000000000d2")
SUSPEND = {"act": "suspend", "reason_code": "under_investigation", "decision_document": "苏人社停〔2046〕1号"}
LIFT = {"act": "lift", "reason_code": "suspension_lifted", "decision_document": "苏人社停〔2046〕2号"}
REVIEW = {"act": "review", "reason_code": "under_investigation", "decision_document": "苏人社核〔2046〕1号"}
END = {"act": "end_review", "reason_code": "review_ended", "decision_document": "苏人社核〔2046〕2号"}
UPHELD = {"outcome": "upheld", "reasons": "撤销依据不足。", "decision_document": "苏人社复〔2046〕1号"}


async def post(certificates: Certificates, path: str, body: Any, **who: Any) -> httpx.Response:
    headers = certificates.service.as_(
        **({"role": "authority", "account_id": DECIDER} | who), idempotency_key="new"
    )
    return await certificates.client.post(f"{BASE}{path}", json=body, headers=headers)


async def get(certificates: Certificates, path: str) -> Any:
    answer = await certificates.client.get(f"{BASE}{path}", headers=certificates.service.as_("authority"))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def decide(certificates: Certificates, number: str, body: Any) -> httpx.Response:
    return await post(certificates, f"/certificates/{number}/status-decisions", body)


async def state(certificates: Certificates, number: str) -> str:
    return str((await get(certificates, f"/certificates/{number}"))["state"])


async def carried_out(certificates: Certificates, decision: httpx.Response) -> Any:
    assert decision.status_code == 202, decision.text

    async def look() -> Any:
        found = await get(certificates, f"/status-decisions/{decision.json()['id']}")
        return found if found["state"] == "completed" else None

    return await eventually(look, seconds=30)


class TestOne:
    async def test_a_suspension_is_lifted_and_gives_way_to_the_review_beneath(
        self, certificates: Certificates
    ) -> None:
        certificate, _ = await certificates.one()
        seen = []
        for body in (REVIEW, SUSPEND, LIFT, END):
            assert (await decide(certificates, certificate.number, body)).status_code == 201
            seen.append(await state(certificates, certificate.number))
        assert seen == ["under_review", "suspended", "under_review", "valid"]
        history = await get(certificates, f"/certificates/{certificate.number}/status-changes")
        assert [change["act"] for change in history["items"]] == ["review", "suspend", "lift", "end_review"]
        assert [change["serial"] for change in history["items"]] == [1, 2, 3, 4]

    @pytest.mark.parametrize("body", [LIFT, END])
    async def test_what_was_not_begun_is_not_ended(
        self, certificates: Certificates, body: dict[str, str]
    ) -> None:
        certificate, _ = await certificates.one()
        refused = await decide(certificates, certificate.number, body)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/state-conflict")
        assert refused.json()["state"] == "valid"
        await decide(certificates, certificate.number, SUSPEND)
        again = await decide(certificates, certificate.number, SUSPEND)
        assert again.status_code == 409

    async def test_a_reason_has_to_fit_the_act(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        wrong = await decide(certificates, certificate.number, LIFT | {"reason_code": "cheating"})
        assert wrong.status_code == 422
        assert [(one["code"], one["pointer"]) for one in wrong.json()["errors"]] == [
            ("reason-not-for-act", "/reason_code")
        ]

    async def test_every_change_is_told(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        await decide(certificates, certificate.number, SUSPEND)
        (body,) = await said(certificates.service.database_url, StatusesChanged)
        (change,) = StatusesChanged.model_validate(body).changes
        assert (change.number, change.status, change.serial) == (certificate.number, "suspended", 1)
        assert change.decision_document == SUSPEND["decision_document"]


class TestMany:
    async def test_a_list_is_decided_number_by_number(self, certificates: Certificates) -> None:
        first, _ = await certificates.one("张三")
        second, _ = await certificates.one("李四")
        await certificates.revoke(second.number)
        answer = await post(
            certificates,
            "/status-decisions",
            SUSPEND
            | {"numbers": [first.number.lower(), second.number, "Y000032000017463999999", first.number]},
        )
        done = await carried_out(certificates, answer)
        assert (done["total"], done["done"], done["refused"]) == (3, 3, 2)
        path = f"/status-decisions/{done['id']}/numbers"
        told = (await get(certificates, path))["items"]
        assert [one["outcome"] for one in told] == ["changed", "state-conflict", "not-found"]
        refused = (await get(certificates, f"{path}?refused=true"))["items"]
        assert [one["position"] for one in refused] == [2, 3]
        assert await state(certificates, first.number) == "suspended"
        assert await state(certificates, second.number) == "revoked"

    async def test_a_batch_is_revoked_as_a_whole(self, certificates: Certificates) -> None:
        batch_id = await certificates.recognised_batch([Person("张三"), Person("李四"), Person("王五")])
        issued = await certificates.issued(3, batch_id)
        body = {
            "act": "revoke",
            "reason_code": "cheating",
            "decision_document": "苏人社撤〔2046〕7号",
            "batch_id": encode_id("batch", batch_id),
        }
        done = await carried_out(certificates, await post(certificates, "/status-decisions", body))
        assert (done["total"], done["refused"]) == (3, 0)
        assert {await state(certificates, one.number) for one in issued} == {"revoked"}

    async def test_a_county_decides_about_its_own_alone(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        body = SUSPEND | {"numbers": [certificate.number]}
        other = await post(certificates, "/status-decisions", body, role="centre_head", region="320200")
        assert (await carried_out(certificates, other))["refused"] == 1
        assert await state(certificates, certificate.number) == "valid"

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"numbers": ["1"], "batch_id": encode_id("batch", PLAN)},
            {"numbers": []},
            {"numbers": ["1"] * 100_001},
        ],
        ids=["neither", "both", "none", "too many"],
    )
    async def test_a_list_or_a_batch_is_named(
        self, certificates: Certificates, changes: dict[str, Any]
    ) -> None:
        answer = await post(certificates, "/status-decisions", SUSPEND | changes)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")


class TestAppeal:
    async def test_an_upheld_appeal_annuls_the_revocation_and_keeps_it_on_record(
        self, certificates: Certificates
    ) -> None:
        certificate, _ = await certificates.one()
        await decide(certificates, certificate.number, REVIEW)
        await revoke(certificates, certificate.number)
        path = f"/certificates/{certificate.number}/appeals"
        raised = await post(
            certificates,
            path,
            {"statement": "撤销依据不足。"},
            role="organisation_administrator",
            organisation_id=BODY,
        )
        assert raised.status_code == 201, raised.text
        decision = f"/appeals/{raised.json()['id']}/decision"
        itself = await post(certificates, decision, UPHELD)
        assert (itself.status_code, itself.json()["type"]) == (403, "/problems/permission-denied")
        decided = await post(certificates, decision, UPHELD, account_id=ANOTHER)
        assert decided.status_code == 201, decided.text
        assert await state(certificates, certificate.number) == "under_review"
        history = await get(certificates, f"/certificates/{certificate.number}/status-changes")
        assert [change["act"] for change in history["items"]] == ["review", "revoke", "annul"]
        assert (await post(certificates, decision, UPHELD, account_id=ANOTHER)).status_code == 409
        assert (await get(certificates, path))["items"][0]["outcome"] == "upheld"
        await revoke(certificates, certificate.number)
        assert await state(certificates, certificate.number) == "revoked"

    async def test_a_revocation_is_appealed_once_and_in_time(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        path = f"/certificates/{certificate.number}/appeals"
        body = {"statement": "撤销依据不足。"}
        assert (await post(certificates, path, body)).status_code == 409
        await revoke(certificates, certificate.number)
        await certificates.be_at("2046-12-14T23:00:00+08:00")  # the fifteenth working day after 23 November
        assert (await post(certificates, path, body)).status_code == 201
        assert (await post(certificates, path, body)).status_code == 409

    async def test_the_day_after_the_last_is_too_late(self, certificates: Certificates) -> None:
        certificate, _ = await certificates.one()
        await revoke(certificates, certificate.number)
        await certificates.be_at("2046-12-15T00:01:00+08:00")
        late = await post(
            certificates, f"/certificates/{certificate.number}/appeals", {"statement": "撤销依据不足。"}
        )
        assert (late.status_code, late.json()["type"]) == (422, "/problems/revocation-appeal-too-late")
        assert late.json()["last_day"] == "2046-12-14"


async def revoke(certificates: Certificates, number: str) -> None:
    body = {"reason_code": "cheating", "decision_document": "苏人社撤〔2046〕1号"}
    answer = await post(certificates, f"/certificates/{number}/revocation", body)
    assert answer.status_code == 201, answer.text


class TestAudit:
    @pytest.mark.parametrize(
        ("word", "becomes"),
        [("revoke", "revoked"), ("suspend", "suspended"), ("review", "under_review"), ("stand", "valid")],
    )
    async def test_a_withdrawn_recognition_says_what_becomes_of_its_certificates(
        self, certificates: Certificates, word: Any, becomes: str
    ) -> None:
        batch_id = await certificates.recognised_batch([Person("张三")])
        (certificate,) = await certificates.issued(1, batch_id)
        withdrawn = RecognitionWithdrawn(
            batch_id=batch_id,
            plan_id=PLAN,
            organisation_id=BODY,
            decided_at=datetime.fromisoformat("2046-11-23T10:00:00+08:00"),
            decided_by=encode_id("account", DECIDER),
            reason="苏技评撤认〔2046〕3号",
            certificates=word,
        )
        await certificates.hear(withdrawn)
        await certificates.hear(withdrawn)
        await reaches(certificates, certificate.number, becomes)

    async def test_certificates_of_a_listed_body_are_under_review_until_it_is_cleared(
        self, certificates: Certificates
    ) -> None:
        certificate, _ = await certificates.one()
        await certificates.hear(listed(certificates="under_review"))
        await reaches(certificates, certificate.number, "under_review")
        await decide(certificates, certificate.number, SUSPEND)
        await certificates.hear(cleared())

        async def ended() -> Any:
            history = await get(certificates, f"/certificates/{certificate.number}/status-changes")
            return history["items"] if len(history["items"]) == 3 else None

        await eventually(ended, seconds=30)
        assert await state(certificates, certificate.number) == "suspended"
        await decide(certificates, certificate.number, LIFT)
        assert await state(certificates, certificate.number) == "valid"

    async def test_what_a_listed_body_has_in_flight_waits_until_it_is_cleared(
        self, certificates: Certificates
    ) -> None:
        await certificates.hear(listed())
        held = await certificates.recognised_batch([Person("张三")])
        await certificates.hear(listed(case="苏技评监〔2046〕18号", organisation_id=uuid7()))
        async with certificates.unit_of_work() as uow:
            today = date(2046, 11, 23)
            assert await is_held(uow.session, BODY, today)
            assert not await is_held(uow.session, BODY, date(2046, 11, 22))
            assert await take_batch(uow.session, today=today) is None
        assert await certificates.listed(held) == []
        await certificates.hear(cleared())
        assert len(await certificates.issued(1, held)) == 1


def listed(**changes: Any) -> OrganisationListed:
    standard = {
        "organisation_id": BODY,
        "case": "苏技评监〔2046〕17号",
        "measure": "suspended",
        "valid_from": date(2046, 11, 23),
    }
    return OrganisationListed(**(standard | changes))


def cleared() -> OrganisationCleared:
    return OrganisationCleared(
        organisation_id=BODY, case="苏技评监〔2046〕17号", cleared_on=date(2046, 11, 23)
    )


async def reaches(certificates: Certificates, number: str, status: str) -> None:
    async def look() -> bool | None:
        return True if await state(certificates, number) == status else None

    await eventually(look, seconds=30)
