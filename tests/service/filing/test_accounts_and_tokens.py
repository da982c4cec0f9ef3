"""Dedicated accounts (Art. 18(3)) and the tokens they get: granted, used, abused, revoked."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from common.clock import Clock
from common.events.audit import OrganisationCleared, OrganisationListed
from common.events.filing import (
    AccountCredentialChanged,
    AccountGranted,
    AccountRevoked,
    TokenKeyPublished,
)
from common.ids import decode_id, encode_id, uuid7
from filing.tokens.domain import ASSERTION_TYPE, KEY_LEAD
from filing.tokens.service import ensure_signing_key, published_keys
from tests.service.filing.world import BOOTSTRAP_ID, BOOTSTRAP_SECRET, Filing, codes

UNKNOWN = "client_00000000000000000000000001"


async def granted(filing: Filing, **body: Any) -> dict[str, Any]:
    answer = await filing.post(
        "/accounts", {"role": "centre_reviewer", "label": "中心", "region": "320100"} | body
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def organisation_text(organisation_id: UUID) -> str:
    return encode_id("organisation", organisation_id)


# ── tokens ───────────────────────────────────────────────────────────────────────────────────
async def test_a_token_verifies_with_the_published_key_and_says_who_calls(filing: Filing) -> None:
    answer = await filing.token(BOOTSTRAP_ID, BOOTSTRAP_SECRET)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 900)
    keys = KeySet.import_key_set((await filing.client.get("/filing/v1/oauth/jwks.json")).json())
    token = jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt"
    assert token.claims["iss"] == "http://127.0.0.1/filing"
    assert token.claims["aud"] == "skills"
    assert token.claims["role"] == "authority"
    assert "accounts:grant" in token.claims["scope"].split()
    assert decode_id("account", token.claims["sub"])
    assert not {"org", "region"} & token.claims.keys()


async def test_a_token_opens_the_routes_of_its_role(filing: Filing, employer: UUID) -> None:
    account = await granted(
        filing, role="plan_filer", organisation_id=organisation_text(employer), region=None
    )
    token = (await filing.token(account["client_id"], account["client_secret"])).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(100):  # the service hears of its own first key through its journal
        plans = await filing.client.get("/filing/v1/plans", headers=headers)
        if plans.status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert plans.json() == {"items": [], "next": None}
    denied = await filing.client.get("/filing/v1/organisation-applications", headers=headers)
    assert (denied.status_code, denied.json()["type"]) == (403, "/problems/permission-denied")


async def test_the_secret_may_come_in_a_basic_header(filing: Filing) -> None:
    answer = await filing.client.post(
        "/filing/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(BOOTSTRAP_ID, BOOTSTRAP_SECRET.replace(" ", "+").replace(",", "%2C")),
    )
    assert answer.status_code == 200


async def test_fewer_scopes_may_be_asked_for_but_not_more(filing: Filing) -> None:
    fewer = await filing.token(BOOTSTRAP_ID, BOOTSTRAP_SECRET, scope="plans:read")
    assert fewer.json()["scope"] == "plans:read"
    more = await filing.token(BOOTSTRAP_ID, BOOTSTRAP_SECRET, scope="plans:read plans:file")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


async def test_wrong_unknown_and_revoked_clients_get_one_answer(filing: Filing) -> None:
    account = await granted(filing)
    await filing.post(f"/accounts/{account['account_id']}/revocation", {})
    answers = [
        await filing.token(BOOTSTRAP_ID, "a wrong secret"),
        await filing.token(UNKNOWN, "a wrong secret"),
        await filing.token(account["client_id"], account["client_secret"]),
        await filing.token("\0", "x"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["error"] == "invalid_client"
    assert answers[0].headers["WWW-Authenticate"].startswith("Basic")
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "密钥"), ("en", "secret")])
async def test_a_refusal_is_told_to_libraries_and_to_people(filing: Filing, language: str, word: str) -> None:
    answer = await filing.client.post(
        "/filing/v1/oauth/token",
        data={"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"},
        headers={"Accept-Language": language},
    )
    told = answer.json()
    assert word in told["detail"]
    assert told["error_description"].isascii()
    assert (told["type"], told["status"]) == ("/problems/invalid_client", 401)


async def test_another_grant_and_another_form_are_refused_without_an_echo(filing: Filing) -> None:
    password = await filing.client.post(
        "/filing/v1/oauth/token", data={"grant_type": "password", "username": "somebody"}
    )
    assert (password.status_code, password.json()["error"]) == (400, "unsupported_grant_type")
    assert "somebody" not in password.text
    as_json = await filing.client.post("/filing/v1/oauth/token", json={"grant_type": "client_credentials"})
    assert (as_json.status_code, as_json.json()["error"]) == (400, "invalid_request")


async def test_the_metadata_name_the_routes_that_answer(filing: Filing) -> None:
    told = (await filing.client.get("/filing/v1/oauth/metadata")).json()
    assert told["issuer"] == "http://127.0.0.1/filing"
    assert told["token_endpoint"] == "http://127.0.0.1/filing/v1/oauth/token"
    keys = await filing.client.get(told["jwks_uri"])
    assert keys.status_code == 200
    assert "d" not in keys.json()["keys"][0]


# ── keys ─────────────────────────────────────────────────────────────────────────────────────
async def test_during_a_rotation_two_keys_are_published_and_the_new_one_signs_a_minute_later(
    filing: Filing,
) -> None:
    async def ensure(now: Any) -> None:
        await ensure_signing_key(
            filing.unit_of_work(),
            keyring=filing.service.platform.keyring,
            now=now,
            lifetime=timedelta(days=90),
        )

    now = Clock.real_now()
    await ensure(now)
    assert len(await filing.said(TokenKeyPublished)) == 1
    later = now + timedelta(days=91)
    await ensure(later)
    await ensure(later)
    async with filing.service.platform.sessions() as session:
        both = await published_keys(session, now=later)
        new = await published_keys(session, now=later + KEY_LEAD + timedelta(minutes=21))
    assert len(both.keys) == 2
    assert len(new.keys) == 1
    first, ended, second = await filing.said(TokenKeyPublished)
    assert isinstance(first, TokenKeyPublished)
    assert isinstance(ended, TokenKeyPublished)
    assert isinstance(second, TokenKeyPublished)
    assert (first.kid, first.not_after) == (ended.kid, None)
    assert ended.not_after == later + KEY_LEAD + timedelta(minutes=20)
    assert second.kid == new.keys[0].kid


async def test_private_keys_and_secrets_never_lie_in_a_table(filing: Filing) -> None:
    account = await granted(filing)
    stored = await filing.everything_stored()
    assert account["client_id"] in stored
    assert account["client_secret"] not in stored
    assert BOOTSTRAP_SECRET not in stored
    assert '"d"' not in stored


# ── accounts ─────────────────────────────────────────────────────────────────────────────────
async def test_a_secret_is_shown_once(filing: Filing) -> None:
    body = {"role": "centre_reviewer", "region": "320100", "label": "南京市中心"}
    first = await filing.post("/accounts", body, key="once", account_id=UUID(int=7))
    again = await filing.post("/accounts", body, key="once", account_id=UUID(int=7))
    assert first.json()["client_secret"].startswith("skills_")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json() | {"client_secret": None}
    shown = await filing.get(f"/accounts/{first.json()['account_id']}")
    assert shown.json()["client_secret"] is None


async def test_a_role_and_its_bond_go_together(filing: Filing) -> None:
    answer = await filing.post("/accounts", {"role": "plan_filer", "region": "320100", "label": "x"})
    assert answer.status_code == 422
    assert codes(answer) == [("/organisation_id", "account-bond"), ("/region", "account-bond")]


async def test_accounts_are_granted_within_ones_own_charge(filing: Filing, employer: UUID) -> None:
    """The authority grants all; an administrator and a head those below them, of their own."""
    own, other = organisation_text(employer), organisation_text(await filing.approved_organisation())
    for_filer = {"role": "plan_filer", "label": "方案填报"}
    for_reviewer = {"role": "centre_reviewer", "label": "审核"}
    admin = {"role": "organisation_administrator", "organisation_id": employer}
    head = {"role": "centre_head", "region": "320100"}
    rounds: list[tuple[dict[str, Any], dict[str, Any], int]] = [
        ({"role": None}, {"role": "authority", "label": "x"}, 401),
        (head, {"role": "authority", "label": "x"}, 403),
        (head, for_reviewer | {"region": "320104"}, 201),
        (head, for_reviewer | {"region": "320205"}, 403),
        (head, {"role": "centre_head", "label": "x", "region": "320104"}, 403),
        (admin, for_filer | {"organisation_id": own}, 201),
        (admin, for_filer | {"organisation_id": other}, 403),
        (admin, {"role": "organisation_administrator", "label": "x", "organisation_id": own}, 403),
        ({"role": "plan_filer", "organisation_id": employer}, for_filer | {"organisation_id": own}, 403),
        ({"role": "authority"}, {"role": "authority", "label": "x"}, 201),
    ]
    for caller, body, status in rounds:
        answer = await filing.post("/accounts", body, **caller)
        assert (answer.status_code, caller, body) == (status, caller, body)
    listed = (await filing.get("/accounts", **admin)).json()["items"]
    assert [(one["role"], one["organisation_id"]) for one in listed] == [("plan_filer", own)]
    of_centre = (await filing.get("/accounts", **head)).json()["items"]
    assert [(one["role"], one["region"]) for one in of_centre] == [("centre_reviewer", "320104")]
    foreign = (await granted(filing, **for_filer, organisation_id=other, region=None))["account_id"]
    assert (await filing.get(f"/accounts/{foreign}", **admin)).status_code == 404
    assert (await filing.post(f"/accounts/{foreign}/revocation", {}, **admin)).status_code == 404
    assert len(await filing.said(AccountGranted)) == 4


# ── two secrets, keys, expiry, last use ──────────────────────────────────────────────────────
async def test_a_secret_is_changed_without_a_pause(filing: Filing) -> None:
    account = await granted(filing)
    first, path = account["client_secret"], f"/accounts/{account['account_id']}"
    own: dict[str, Any] = {
        "role": "centre_reviewer",
        "region": "320100",
        "account_id": decode_id("account", account["account_id"]),
    }
    added = await filing.post(f"{path}/secrets", {}, key="second", **own)
    assert added.status_code == 201, added.text
    second = added.json()["client_secret"]
    again = await filing.post(f"{path}/secrets", {}, key="second", **own)
    assert again.json() == added.json() | {"client_secret": None}
    third = await filing.post(f"{path}/secrets", {}, **own)
    assert (third.status_code, third.json()["type"]) == (409, "/problems/state-conflict")
    for secret in (first, second):
        assert (await filing.token(account["client_id"], secret)).status_code == 200
    known = (await filing.get(path)).json()["secrets"]
    assert [one["id"] for one in known][1] == added.json()["id"]
    retired = await filing.post(f"{path}/secrets/{known[0]['id']}/retirement", {}, **own)
    assert retired.status_code == 201
    assert (await filing.token(account["client_id"], first)).status_code == 401
    assert (await filing.token(account["client_id"], second)).status_code == 200
    gone = await filing.get(f"{path}/secrets/{known[0]['id']}", **own)
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/gone")
    stranger = await filing.post(f"{path}/secrets", {}, role="centre_reviewer", region="320100")
    assert stranger.status_code == 404
    stored = await filing.everything_stored()
    assert first not in stored
    assert second not in stored


async def test_an_account_signs_in_by_an_assertion_once(filing: Filing) -> None:
    account = await granted(filing)
    path, pair = f"/accounts/{account['account_id']}/keys", ECKey.generate_key("P-256")
    added = await filing.post(path, {"jwk": pair.as_dict(private=False)})
    assert added.status_code == 201, added.text
    kid = added.json()["kid"]
    weak = await filing.post(path, {"jwk": {"kty": "oct", "k": "AAAA"}})
    assert (weak.status_code, weak.json()["type"]) == (422, "/problems/key-refused")
    signed = assertion(filing, account["client_id"], pair)
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}
    first = await filing.signed_token(**form)
    assert (first.status_code, first.json()["token_type"]) == (200, "Bearer")
    assert (await filing.signed_token(**form)).status_code == 401
    both = await filing.signed_token(**form, client_secret=account["client_secret"])
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    retired = await filing.post(f"{path}/{kid}/retirement", {})
    assert retired.status_code == 201
    fresh = form | {"client_assertion": assertion(filing, account["client_id"], pair)}
    assert (await filing.signed_token(**fresh)).status_code == 401
    changes = [(told.credential, told.change) for told in await filing.said(AccountCredentialChanged)]
    assert changes == [("key", "added"), ("key", "retired")]


def assertion(filing: Filing, client_id: str, pair: ECKey, **claims: Any) -> str:
    now = int(Clock.real_now().timestamp())
    said = {
        "iss": client_id,
        "sub": client_id,
        "aud": "http://127.0.0.1/filing",
        "exp": now + 300,
        "jti": str(uuid7()),
    }
    return jwt.encode({"alg": "ES256"}, said | claims, pair)


async def test_an_account_ends_with_its_last_day_and_tells_its_last_use(filing: Filing) -> None:
    account = await granted(filing, expires_on="2025-09-30")
    assert account["last_used_at"] is None
    assert (await filing.token(account["client_id"], account["client_secret"])).status_code == 200
    used = (await filing.get(f"/accounts/{account['account_id']}")).json()["last_used_at"]
    assert used is not None
    assert (await filing.token(account["client_id"], account["client_secret"])).status_code == 200
    assert (await filing.get(f"/accounts/{account['account_id']}")).json()["last_used_at"] == used
    await filing.be_at("2025-10-01T00:00:01+08:00")
    assert (await filing.token(account["client_id"], account["client_secret"])).status_code == 401


async def test_many_wrong_secrets_are_slowed_down_and_nobody_else(filing: Filing) -> None:
    account = await granted(filing)
    answers = [await filing.token(account["client_id"], "a wrong secret") for _ in range(30)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert answers[-1].json()["type"] == "/problems/rate-limited"
    assert int(answers[-1].headers["Retry-After"]) >= 1
    other = await granted(filing)
    assert (await filing.token(other["client_id"], other["client_secret"])).status_code == 200


async def test_a_shut_organisation_writes_nothing_and_reads_on(filing: Filing, employer: UUID) -> None:
    """The token is genuine: every service hears of the measure as filing does, by its event (Art. 22)."""
    found = await filing.filed(employer)
    await filing.hear(
        OrganisationListed(
            organisation_id=employer,
            measure="blacklisted",
            case="苏技评监〔2025〕18号",
            valid_from=date(2025, 9, 29),
            valid_to=None,
            plans="freeze",
        )
    )
    about: dict[str, Any] = {"role": "plan_filer", "organisation_id": employer}
    for _ in range(100):
        refused = await filing.post("/plan-drafts", {"content": {}}, **about)
        if refused.json().get("type") == "/problems/organisation-suspended":
            break
        await asyncio.sleep(0.05)
    assert (refused.status_code, refused.json()["case"]) == (403, "苏技评监〔2025〕18号")
    assert (await filing.get(f"/plans/{found['id']}", **about)).status_code == 200
    role = {"role": "plan_filer", "label": "x", "organisation_id": organisation_text(employer)}
    refused = await filing.post("/accounts", role)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/state-conflict")
    await filing.hear(
        OrganisationCleared(
            organisation_id=employer, case="苏技评监〔2025〕18号", cleared_on=date(2025, 9, 29)
        )
    )
    for _ in range(100):
        if (
            await filing.post(f"/plans/{found['id']}/withdrawal", {"reason": "x"}, **about)
        ).status_code == 201:
            break
        await asyncio.sleep(0.05)
    assert (await filing.get(f"/plans/{found['id']}", **about)).json()["state"] == "cancelled"


async def test_a_revoked_account_is_told_at_once_and_refused_with_its_token(filing: Filing) -> None:
    account = await granted(filing)
    account_id = decode_id("account", account["account_id"])
    headers = filing.service.as_("centre_reviewer", region="320100", account_id=account_id)
    assert (await filing.client.get("/filing/v1/plans", headers=headers)).status_code == 200
    path = f"/accounts/{account['account_id']}/revocation"
    first = await filing.post(path, {})
    again = await filing.post(path, {})
    assert (first.status_code, again.json()) == (201, first.json())
    (event,) = await filing.said(AccountRevoked)
    assert isinstance(event, AccountRevoked)
    assert event.account_id == account_id
    for _ in range(100):
        refused = await filing.client.get("/filing/v1/plans", headers=headers)
        if refused.status_code == 401:
            break
        await asyncio.sleep(0.1)
    assert refused.json()["type"] == "/problems/token-invalid"


async def test_an_unknown_account_is_not_found(filing: Filing) -> None:
    missing = "account_00000000000000000000000001"
    assert (await filing.get(f"/accounts/{missing}")).status_code == 404
    assert (await filing.post(f"/accounts/{missing}/revocation", {})).status_code == 404
