"""People behind accounts over HTTP: enrolled, signed in, locked, known at another issuer, and in conflict."""

import asyncio
import json
import re
import threading
from base64 import b32decode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import text

from common.clock import Clock
from common.events.filing import PlanAccepted, PlanDecisionRefused
from common.ids import decode_id, encode_id
from filing.main import create_app
from filing.people.totp import STEP_SECONDS, code_at
from filing.settings import FilingSettings, OidcIssuer
from tests.service.filing.conftest import the_list
from tests.service.filing.test_amendments import amend, amended
from tests.service.filing.world import BOOTSTRAP_ID, BOOTSTRAP_SECRET, Filing, plan_item
from tests.support.service import owner_connection, running_service

HOLDER = {"name": "赵敏", "id_number": "32010619090307101X"}  # born in 1909: nobody's number
PASSWORD = "正确 电池 回形针 马 2026"


async def account(filing: Filing, **changes: Any) -> dict[str, Any]:
    body = {"role": "centre_reviewer", "region": "320100", "label": "审核"} | changes
    granted = await filing.post("/accounts", body)
    assert granted.status_code == 201, granted.text
    found: dict[str, Any] = granted.json()
    return found


async def bound(filing: Filing, account_id: str, **holder: Any) -> dict[str, Any]:
    answer = await filing.post(f"/accounts/{account_id}/holder", HOLDER | holder)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def anonymous(filing: Filing, path: str, **body: Any) -> httpx.Response:
    return await filing.client.post(f"/filing/v1{path}", json=body, headers={"Accept-Language": "en"})


async def enrolled(filing: Filing, account_id: str) -> tuple[str, bytes]:
    """User name and the authenticator's secret of somebody who chose a password."""
    given = await bound(filing, account_id)
    answer = await anonymous(
        filing,
        "/sign-ins/enrolment",
        username=given["username"],
        enrolment_code=given["enrolment_code"],
        password=PASSWORD,
    )
    assert answer.status_code == 200, answer.text
    secret = re.search(r"secret=([A-Z2-7]+)", answer.json()["otpauth_uri"])
    assert secret is not None
    return given["username"], b32decode(secret[1] + "=" * (-len(secret[1]) % 8))


def code(secret: bytes, *, ahead: int = 0) -> str:
    return code_at(secret, int(Clock.real_now().timestamp()) // STEP_SECONDS + ahead)


async def signed_in(filing: Filing, username: str, secret: bytes, **changes: Any) -> httpx.Response:
    body = {"username": username, "password": PASSWORD, "totp_code": code(secret)} | changes
    return await anonymous(filing, "/sign-ins", **body)


async def test_somebody_signs_in_by_password_and_code_and_a_code_opens_once(filing: Filing) -> None:
    granted = await account(filing)
    username, secret = await enrolled(filing, granted["account_id"])
    used = code(secret)
    first = await signed_in(filing, username, secret, totp_code=used)
    assert first.status_code == 200, first.text
    keys = KeySet.import_key_set((await filing.client.get("/filing/v1/oauth/jwks.json")).json())
    claims = jwt.decode(first.json()["access_token"], keys, algorithms=["ES256"]).claims
    assert (claims["sub"], claims["role"]) == (granted["account_id"], "centre_reviewer")
    again = await signed_in(filing, username, secret, totp_code=used)
    assert (again.status_code, again.json()["type"]) == (401, "/problems/client-authentication-failed")
    later = await signed_in(filing, username, secret, totp_code=code(secret, ahead=1))
    assert later.status_code == 200
    stored = await filing.everything_stored()
    assert not any(text in stored for text in (PASSWORD, HOLDER["name"], HOLDER["id_number"], secret.hex()))


async def test_every_wrong_thing_gets_one_answer_and_five_lock_the_account(filing: Filing) -> None:
    username, secret = await enrolled(filing, (await account(filing))["account_id"])
    wrong = [
        await signed_in(filing, "client_nobody", secret),
        await signed_in(filing, username, secret, password="wrong horse battery"),
        *[await signed_in(filing, username, secret, totp_code="000000") for _ in range(4)],
    ]
    assert {answer.status_code for answer in wrong} == {401}
    assert len({answer.json()["type"] for answer in wrong}) == 1
    locked = await signed_in(filing, username, secret)
    assert (locked.status_code, locked.json()["type"]) == (429, "/problems/rate-limited")
    assert 0 < int(locked.headers["Retry-After"]) <= 900
    async with owner_connection(filing.service.database_url) as connection:
        await connection.execute(text("UPDATE account_holder SET locked_until = now() - interval '1 second'"))
        await connection.commit()
    once = await signed_in(filing, username, secret, totp_code="000000")
    assert once.status_code == 401
    assert (await signed_in(filing, username, secret)).status_code == 200  # one failure locks nobody anew


async def test_a_code_of_enrolment_opens_once_and_binding_anew_is_the_way_back(filing: Filing) -> None:
    granted = await account(filing)
    given = await bound(filing, granted["account_id"])
    body = {"username": given["username"], "enrolment_code": given["enrolment_code"]}
    weak = await anonymous(filing, "/sign-ins/enrolment", **body, password="password2026")
    assert (weak.status_code, weak.json()["errors"][0]["code"]) == (422, "password-guessable")
    assert (await anonymous(filing, "/sign-ins/enrolment", **body, password=PASSWORD)).status_code == 200
    assert (await anonymous(filing, "/sign-ins/enrolment", **body, password=PASSWORD)).status_code == 401
    username, secret = await enrolled(filing, granted["account_id"])
    assert (await signed_in(filing, username, secret)).status_code == 200


async def test_who_may_not_grant_binds_nobody_and_a_wrong_number_is_told(filing: Filing) -> None:
    granted = await account(filing)
    path = f"/accounts/{granted['account_id']}/holder"
    assert (await filing.post(path, HOLDER, role="centre_head", region="320200")).status_code == 404
    assert (await filing.post(path, HOLDER, role="centre_reviewer", region="320100")).status_code == 403
    wrong = await filing.post(path, HOLDER | {"id_number": "320106190903071011"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "id-checksum")


async def test_a_revoked_account_opens_to_nobody(filing: Filing) -> None:
    granted = await account(filing)
    username, secret = await enrolled(filing, granted["account_id"])
    await filing.post(f"/accounts/{granted['account_id']}/revocation", {})
    assert (await signed_in(filing, username, secret)).status_code == 401


# ── nobody decides on a body that he also acts for (Art. 22) ─────────────────────────────────
async def test_a_reviewer_who_also_files_for_the_body_decides_nothing(filing: Filing, employer: UUID) -> None:
    reviewer = await account(filing)
    filer = await account(
        filing, role="plan_filer", region=None, organisation_id=encode_id("organisation", employer)
    )
    await bound(filing, reviewer["account_id"])
    await bound(filing, filer["account_id"], name="赵敏")
    found = await filing.filed(employer)
    path, body = f"/plans/{found['id']}/decision", {"decision": "accept", "reasons": []}
    about: dict[str, Any] = {"role": "centre_reviewer", "region": "320100"}
    own = decode_id("account", reviewer["account_id"])
    refused = await filing.post(path, body, account_id=own, **about)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict-of-interest")
    assert await filing.said(PlanAccepted) == []
    (told,) = await filing.said(PlanDecisionRefused)
    assert isinstance(told, PlanDecisionRefused)
    assert (told.account_id, told.reason) == (own, "conflict-of-interest")
    assert (await filing.post(path, body, **about)).status_code == 201


async def test_nor_on_an_amendment_of_its_plan(filing: Filing, employer: UUID) -> None:
    reviewer = await account(filing)
    filer = await account(
        filing, role="plan_filer", region=None, organisation_id=encode_id("organisation", employer)
    )
    found = await filing.filed(employer)
    await filing.decided(found["id"], "accept")
    more = amended(items=[plan_item(), plan_item(level=3)])
    assert (await amend(filing, found["id"], employer, more)).json()["state"] == "waiting"
    for held in (reviewer, filer):
        await bound(filing, held["account_id"])
    path = f"/plans/{found['id']}/amendments/1/decision"
    about: dict[str, Any] = {"role": "centre_reviewer", "region": "320100"}
    own = decode_id("account", reviewer["account_id"])
    refused = await filing.post(path, {"accept": True}, account_id=own, **about)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict-of-interest")
    assert len(await filing.said(PlanDecisionRefused)) == 1
    assert (await filing.post(path, {"accept": True}, **about)).status_code == 201


# ── another issuer (OpenID Connect) ──────────────────────────────────────────────────────────
SIGNING, ROTATED = RSAKey.generate_key(2048, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True)


class Issuer:
    """A real issuer on loopback: it serves the key set that it has now."""

    def __init__(self) -> None:
        self.keys: list[Any] = [SIGNING]
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                content = json.dumps({"keys": [key.as_dict(private=False) for key in issuer.keys]}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

            def log_request(self, code: object = "-", size: object = "-") -> None:
                """What is asked is counted, not printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def token(self, *, key: Any = SIGNING, alg: str = "RS256", **claims: Any) -> str:
        now = int(Clock.real_now().timestamp())
        said: dict[str, Any] = {
            "iss": self.url,
            "aud": "skills-platform",
            "sub": "248289761001",
            "iat": now,
            "exp": now + 300,
        }
        return jwt.encode({"alg": alg, "kid": key.kid}, said | claims, key)


@contextmanager
def serving() -> Iterator[Issuer]:
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        issuer.server.shutdown()
        thread.join()
        issuer.server.server_close()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with serving() as found:
        yield found


@pytest.fixture
async def federated(database: Callable[[], str], nats_url: str, issuer: Issuer) -> AsyncIterator[Filing]:
    trusted = OidcIssuer(issuer=issuer.url, client_id="skills-platform", jwks_uri=f"{issuer.url}/jwks")
    async with running_service(
        create_app,
        FilingSettings,
        database_url=database(),
        nats_url=nats_url,
        bootstrap_client_id=BOOTSTRAP_ID,
        bootstrap_client_secret=BOOTSTRAP_SECRET,
        oidc_issuers=(trusted,),
    ) as service:
        running = Filing(service)
        await running.hear(*the_list())
        yield running


async def test_an_id_token_of_a_trusted_issuer_opens_the_account_bound_to_it(
    federated: Filing, issuer: Issuer
) -> None:
    granted = await account(federated)
    identity = {"issuer": issuer.url, "subject": "248289761001"}
    unbound = await anonymous(federated, "/sign-ins/oidc", id_token=issuer.token())
    assert unbound.status_code == 401
    path = f"/accounts/{granted['account_id']}/oidc-identities"
    assert (await federated.post(path, identity)).status_code == 201
    opened = await anonymous(federated, "/sign-ins/oidc", id_token=issuer.token())
    assert opened.status_code == 200, opened.text
    several = issuer.token(aud=["skills-platform", "other"], azp="skills-platform")
    assert (await anonymous(federated, "/sign-ins/oidc", id_token=several)).status_code == 200
    now = int(Clock.real_now().timestamp())
    wrong = [
        issuer.token(iss="https://evil.example"),
        issuer.token(aud="another-client"),
        issuer.token(aud=["skills-platform", "other"]),
        issuer.token(exp=now - 1),
        issuer.token(iat=now + 3600),
        issuer.token(iat=now - 630, exp=now + 86_400),
        issuer.token(sub="somebody else"),
        issuer.token(key=ROTATED, alg="ES256"),
        issuer.token()[:-4] + "AAAA",
        "a.b.c",
        "",
    ]
    answers = [await anonymous(federated, "/sign-ins/oidc", id_token=token) for token in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["type"] for answer in answers}) == 1
    assert issuer.asked == 1  # tokens by unknown keys do not make us ask again and again


async def test_an_identity_opens_one_account_until_another_holds_it(
    federated: Filing, issuer: Issuer
) -> None:
    """Nobody's sign-in is turned to another account by who may grant that one; a former holder is shut out."""
    first, second = await account(federated), await account(federated)
    identity = {"issuer": issuer.url, "subject": "248289761001"}
    path = f"/accounts/{first['account_id']}/oidc-identities"
    assert [(await federated.post(path, identity)).status_code for _ in range(2)] == [201, 201]
    taken = await federated.post(f"/accounts/{second['account_id']}/oidc-identities", identity)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/state-conflict")
    await bound(federated, first["account_id"])
    await bound(federated, first["account_id"])
    assert (await anonymous(federated, "/sign-ins/oidc", id_token=issuer.token())).status_code == 200
    await bound(federated, first["account_id"], name="钱进", id_number="320106190903071036")
    assert (await anonymous(federated, "/sign-ins/oidc", id_token=issuer.token())).status_code == 401


async def test_settings_name_issuers_that_can_be_asked_safely() -> None:
    with pytest.raises(ValueError, match="jwks_uri"):
        FilingSettings.model_validate(
            {
                "oidc_issuers": [
                    {"issuer": "http://sso.example", "client_id": "x", "jwks_uri": "http://sso.example/jwks"}
                ]
            }
        )
    await asyncio.sleep(0)
