"""A compromised key: decided for a window, never signs again; its certificates are signed again, or revoked."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from certificate.main import create_app
from certificate.settings import CertificateSettings
from client.cli import app
from client.commands import keys
from client.tokens import Credentials, Token
from common.certificate_code import Verified, verify_code
from common.events.certificate import CertificatesResigned, KeyCompromised
from common.ids import uuid7
from tests.service.certificate.world import (
    NOW,
    PASSPHRASE,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
    register,
)
from tests.service.registration.world import said
from tests.support.service import running_service
from tests.support.waiting import eventually

FIRST, LAST = "2046-11-20T00:00:00+08:00", "2046-11-20T23:59:59+08:00"
WINDOW = {"window_from": FIRST, "window_to": LAST}
DECISION = WINDOW | {"measure": "reissue", "decision_document": "苏人社撤〔2046〕15号"}
OTHER_BODY = UUID("01936f3c-5a2e-7c41-9d3e-00000000b0d2")
OTHER_PLAN = UUID("01936f3c-5a2e-7c41-9d3e-0000000091a2")


async def keys_of(certificates: Certificates) -> dict[str, dict[str, Any]]:
    answer = await certificates.client.get("/certificate/v1/keys")
    return {key["kid"]: key for key in answer.json()["keys"]}


async def issue(certificates: Certificates, name: str, *, day: int) -> Any:
    """A certificate of the 20th, say, of the month, and so of the window."""
    batch_id = uuid7()
    await certificates.hear(
        organisation(),
        plan(),
        await certificates.results([Person(name)], batch_id=batch_id),
        recorded(batch_id, rows=1),
        recognised(batch_id, rows=1, at=f"2046-11-{day}T15:00:00+08:00"),
    )
    (issued,) = await certificates.issued(1, batch_id)
    return issued


async def issue_of_another_body(certificates: Certificates) -> Any:
    batch_id = uuid7()
    of_other = {"plan_id": OTHER_PLAN, "organisation_id": OTHER_BODY}
    results = await certificates.results([Person("钱七")], batch_id=batch_id)
    await certificates.hear(
        organisation(organisation_id=OTHER_BODY, register_code=register("000099")),
        plan(**of_other),
        results.model_copy(update={"plan_id": OTHER_PLAN}),
        recorded(batch_id, rows=1).model_copy(update=of_other),
        recognised(batch_id, rows=1).model_copy(update=of_other),
    )
    (issued,) = await certificates.issued(1, batch_id)
    return issued


async def declare(certificates: Certificates, kid: str, **changes: Any) -> httpx.Response:
    return await certificates.client.post(
        f"/certificate/v1/signing-keys/{kid}/compromises",
        json=DECISION | changes,
        headers=certificates.service.as_("authority", idempotency_key="new"),
    )


async def carried_out(certificates: Certificates, decided: httpx.Response) -> dict[str, Any]:
    assert decided.status_code == 201, decided.text

    async def look() -> dict[str, Any] | None:
        answer = await certificates.client.get(
            decided.headers["Location"], headers=certificates.service.as_("authority")
        )
        found: dict[str, Any] = answer.json()
        return found if found["state"] == "completed" else None

    return await eventually(look)


async def verdict(certificates: Certificates, code: str) -> str:
    answer: str = (await certificates.verify(code=code)).json()["verdict"]
    return answer


async def test_certificates_of_the_window_are_signed_again_under_their_numbers(
    certificates: Certificates,
) -> None:
    before, other = await issue(certificates, "赵一", day=19), await issue_of_another_body(certificates)
    inside = [await issue(certificates, name, day=20) for name in ("张三", "李四")]
    keys = await keys_of(certificates)
    (kid,) = (kid for kid, key in keys.items() if key["register"] == "Y000032000017")
    estimate = await certificates.client.get(
        f"/certificate/v1/signing-keys/{kid}/estimate",
        params=WINDOW,
        headers=certificates.service.as_("authority"),
    )
    assert estimate.json()["certificates"] == 2
    done = await carried_out(certificates, await declare(certificates, kid))
    assert done["outcomes"] == {"reissued": 2}
    after = {one.number: one for one in await certificates.listed()}
    assert [after[one.number].version for one in (before, other, *inside)] == [1, 1, 2, 2]
    published = await keys_of(certificates)
    assert len(published) == len(keys) + 1
    first, last = (int(datetime.fromisoformat(moment).timestamp()) for moment in (FIRST, LAST))
    assert {kid: key["compromised"] for kid, key in published.items() if "compromised" in key} == {
        kid: {"from": first, "to": last}
    }
    for old in inside:
        renewed = after[old.number].code
        proof = verify_code(renewed, {"keys": list(published.values())})
        assert isinstance(proof, Verified)
        assert proof.kid != kid
        await eventually(partial(_if, certificates, renewed, "valid"))
        await eventually(partial(_if, certificates, old.code, "not_valid"))
    for untouched in (before, other):
        assert await verdict(certificates, untouched.code) == "valid"


async def _if(certificates: Certificates, code: str, wanted: str) -> bool | None:
    return await verdict(certificates, code) == wanted or None


async def test_a_compromised_key_never_signs_again_and_the_decision_is_told(
    certificates: Certificates,
) -> None:
    await issue(certificates, "张三", day=20)
    (kid,) = await keys_of(certificates)
    decided = await declare(certificates, kid)
    await carried_out(certificates, decided)
    later = await issue(certificates, "李四", day=20)
    proof = verify_code(later.code, {"keys": list((await keys_of(certificates)).values())})
    assert isinstance(proof, Verified)
    assert proof.kid != kid
    (decision,) = await said(certificates.service.database_url, KeyCompromised)
    assert (decision["compromise_id"], decision["kid"], decision["certificates"]) == (
        decided.json()["id"],
        kid,
        1,
    )
    (resigned,) = await said(certificates.service.database_url, CertificatesResigned)
    assert [(one["number"], one["version"], one["kid"]) for one in resigned["certificates"]] == [
        ("Y000032000017463000001", 2, proof.kid)
    ]


async def test_as_decided_they_are_revoked_and_other_bodies_keep_theirs(certificates: Certificates) -> None:
    other = await issue_of_another_body(certificates)
    (other_kid,) = await keys_of(certificates)
    inside = await issue(certificates, "张三", day=20)
    (kid,) = (await keys_of(certificates)).keys() - {other_kid}
    done = await carried_out(certificates, await declare(certificates, kid, measure="revoke"))
    assert done["outcomes"] == {"revoked": 1}
    assert {one.number: one.state for one in await certificates.listed()} == {
        inside.number: "revoked",
        other.number: "valid",
    }
    assert "compromised" not in (await keys_of(certificates))[other_kid]


async def test_a_window_outside_the_life_of_the_key_or_narrower_than_before_is_refused(
    certificates: Certificates,
) -> None:
    await issue(certificates, "张三", day=20)
    (kid,) = await keys_of(certificates)
    turned = await declare(certificates, kid, window_from=LAST, window_to=FIRST)
    outside = await declare(
        certificates, kid, window_from="2030-01-01T00:00:00Z", window_to="2031-01-01T00:00:00Z"
    )
    unknown = await declare(certificates, "0" * 16)
    await carried_out(certificates, await declare(certificates, kid))
    narrower = await declare(certificates, kid, window_to="2046-11-20T12:00:00+08:00")
    wider = await declare(certificates, kid, window_to="2046-11-21T00:00:00+08:00")
    answers = (turned, outside, unknown, narrower, wider)
    assert [(answer.status_code, answer.json().get("type")) for answer in answers] == [
        (422, "/problems/compromise-window-unfit"),
        (422, "/problems/compromise-window-unfit"),
        (404, "/problems/not-found"),
        (409, "/problems/compromise-window-narrower"),
        (201, None),
    ]
    assert wider.json()["certificates"] == 0  # they were signed again already


async def test_the_command_says_what_it_would_touch_and_then_does_it(
    database: Callable[[], str], nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database(),
        nats_url=nats_url,
        on_socket=True,
        keystore_dir=tmp_path / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        await issue(certificates, "张三", day=20)
        (kid,) = await keys_of(certificates)
        account = Credentials("authority", "not asked for: its token is kept")
        account.keep(Token(access_token=service.token("authority"), expires_in=900))
        monkeypatch.setattr(keys, "authority_credentials", lambda: account)
        monkeypatch.setenv("SKILLS_URL", str(service.client.base_url))
        command = ["keys", "compromise", kid, "--from", "2046-11-20", "--to", "2046-11-21"]
        decided = ["--decision", "苏人社撤〔2046〕15号"]
        tried = await asyncio.to_thread(CliRunner().invoke, app, [*command, *decided, "--dry-run"])
        assert (tried.exit_code, printed(tried)["certificates"]) == (0, 1)
        assert "compromised" not in (await keys_of(certificates))[kid]
        done = await asyncio.to_thread(CliRunner().invoke, app, [*command, *decided])
        assert (done.exit_code, printed(done)["certificates"]) == (0, 1)
        assert "compromised" in (await keys_of(certificates))[kid]


def printed(result: Result) -> Any:
    """What the command printed, among what the service in the same process logs."""
    return json.JSONDecoder().raw_decode(result.stdout, result.stdout.index("{\n"))[0]
