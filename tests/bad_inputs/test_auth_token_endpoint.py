"""The areas `auth`, at the token endpoint, and `filing`, granting accounts: filing on real servers.

Errors of the token endpoint have the form of RFC 6749; its `error` is what the list calls the problem.
"""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey

from common.clock import Clock
from common.events.audit import OrganisationListed
from common.events.filing import AccountCredentialChanged, AccountGranted
from common.ids import encode_id, uuid7
from filing.accounts.domain import SECRET_PREFIX
from filing.tokens.domain import ASSERTION_TYPE
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.filing.conftest import started
from tests.service.filing.world import Filing
from tests.support.service import ORIGIN, RunningService

TOKENS, GRANTS = Area("auth"), Area("filing", secrets=[SECRET_PREFIX])
OF_PEOPLE = {"auth-065"}  # a person's code, used twice
ENTRIES = [entry for entry in TOKENS.entries if entry.op == "token endpoint" and entry.id not in OF_PEOPLE]
GRANT_ENTRIES = [entry for entry in GRANTS.entries if entry.op == "accounts.grant"]
TOKEN = "/filing/v1/oauth/token"
ISSUER = f"{ORIGIN}/filing"


@dataclass(frozen=True)
class Client:
    """An account with a secret and a registered key."""

    account_id: str
    client_id: str
    secret: str
    pair: ECKey

    def assertion(self, *, pair: ECKey | None = None, **changes: Any) -> str:
        """What it signs to sign in, with changes."""
        now = int(Clock.real_now().timestamp())
        genuine = {"iss": self.client_id, "sub": self.client_id, "aud": ISSUER, "exp": now + 300}
        return jwt.encode({"alg": "ES256"}, genuine | {"jti": str(uuid7())} | changes, pair or self.pair)


@dataclass
class Desk(Served):
    """A filing service that grants accounts and gives tokens."""

    filing: Filing

    @property
    def served(self) -> RunningService:
        return self.filing.service

    async def row_counts(self) -> Mapping[str, int]:
        return await self.filing.rows()

    async def granted(self, role: str = "centre_reviewer", **bond: Any) -> dict[str, Any]:
        bond = bond or {"region": "320100"}
        answer = await self.filing.post("/accounts", {"role": role, "label": "中心"} | bond)
        assert answer.status_code == 201
        found: dict[str, Any] = answer.json()
        return found

    async def client_with_key(self) -> Client:
        account, pair = await self.granted(), ECKey.generate_key("P-256")
        answer = await self.register(account["account_id"], pair.as_dict(private=False))
        assert answer.status == 201
        return Client(account["account_id"], account["client_id"], account["client_secret"], pair)

    async def register(self, account_id: str, jwk: Mapping[str, Any]) -> Answer:
        return Answer.of(await self.filing.post(f"/accounts/{account_id}/keys", {"jwk": jwk}))

    async def asked(self, **form: str) -> Answer:
        """The token endpoint's answer; nothing of the form is in it, nor in the log."""
        response = await self.client.post(TOKEN, data={"grant_type": "client_credentials"} | form)
        private = {"client_secret", "client_assertion", "password", "username"} & form.keys()
        log = self.read()
        assert not [name for name in private if len(form[name]) > 1 and form[name] in response.text + log]
        return oauth(response)

    async def refused(self, *assertions: str) -> Answer:
        """The answer that all these assertions get alike; nothing is kept of them."""
        before = await self.row_counts()
        answers = [await self.signed(one) for one in assertions]
        assert {(answer.status, answer.problem) for answer in answers} == {(401, "invalid_client")}
        assert await self.row_counts() == before
        return answers[0]

    async def signed(self, assertion: str) -> Answer:
        return await self.asked(client_assertion_type=ASSERTION_TYPE, client_assertion=assertion)


def oauth(response: httpx.Response) -> Answer:
    answer = Answer.of(response)
    if answer.problem is not None or response.is_success:
        return answer
    return Answer(answer.status, str(answer.body["error"]), answer.headers, answer.body)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filing(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Filing]:
    name = next(database_names)
    async with started(postgres.create_database(name), new_nats_url()) as running:
        yield running
    postgres.drop_database(name)


@pytest.fixture
def desk(filing: Filing, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(filing, read=lambda: "".join(capsys.readouterr()))


@asynccontextmanager
async def from_address(desk: Desk, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client at another address than the tests' own."""
    transport = httpx.ASGITransport(desk.filing.service.app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


@TOKENS.case("auth-051")
async def many_wrong_secrets(entry: BadInput, desk: Desk) -> Answer:
    """The client itself gets its token from its own address, and others theirs from the one that is slowed down."""
    one, other = await desk.granted(), await desk.granted()
    form = {"grant_type": "client_credentials", "client_id": one["client_id"]}
    times = entry.input["form"]["$times"]
    async with from_address(desk, "198.51.100.7") as attacker:
        guesses = (form | {"client_secret": f"guess-{number}"} for number in range(times))
        answers = [oauth(await attacker.post(TOKEN, data=guess)) for guess in guesses]
        beside = {"client_id": other["client_id"], "client_secret": other["client_secret"]}
        assert (await attacker.post(TOKEN, data=form | beside)).status_code == 200
    assert answers[0].problem == "invalid_client"
    assert sum(answer.status == 401 for answer in answers) < 100
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await desk.client.post(TOKEN, data=form | {"client_secret": one["client_secret"]})).is_success
    return answers[-1]


@TOKENS.case("auth-053")
async def password_grant(entry: BadInput, desk: Desk) -> Answer:
    return await desk.asked(**entry.input["form"] | {"username": "zhang-san", "password": "not-to-be-told"})


@TOKENS.case("auth-054")
async def too_wide_a_scope(entry: BadInput, desk: Desk) -> Answer:
    """One that only another role has, and the list's, which no role has."""
    account = await desk.granted("centre_dispatcher", region="320100")
    own = {"client_id": account["client_id"], "client_secret": account["client_secret"]}
    wide = [
        await desk.asked(**own, scope=scope)
        for scope in ("certificates:revoke", entry.input["form"]["scope"])
    ]
    assert {answer.problem for answer in wide} == {"invalid_scope"}
    assert (await desk.asked(**own, scope="plans:read")).body["scope"] == "plans:read"
    return wide[0]


@TOKENS.case("auth-055")
async def two_ways_at_once(entry: BadInput, desk: Desk) -> Answer:
    """In the form, and beside a Basic header; each way alone is right."""
    client = await desk.client_with_key()
    signed = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": client.assertion()}
    both = await desk.asked(client_id=client.client_id, client_secret=client.secret, **signed)
    basic = await desk.client.post(
        TOKEN, data={"grant_type": "client_credentials"} | signed, auth=(client.client_id, client.secret)
    )
    assert (basic.status_code, basic.json()["error"]) == (400, "invalid_request")
    assert (await desk.signed(signed["client_assertion"])).status == 200
    return both


@TOKENS.case("auth-056")
async def replayed(entry: BadInput, desk: Desk) -> Answer:
    """The same assertion, and another one with its `jti`: what was used stands in the database."""
    client = await desk.client_with_key()
    assertion = client.assertion(jti="once")
    assert (await desk.signed(assertion)).status == 200
    assert (await desk.row_counts())["used_assertion"] >= 1
    now = int(Clock.real_now().timestamp())
    return await desk.refused(assertion, client.assertion(jti="once", exp=now + 200))


@TOKENS.case("auth-057", "auth-058")
async def another_audience(entry: BadInput, desk: Desk) -> Answer:
    client, audience = await desk.client_with_key(), entry.input["form"]["client_assertion"]["aud"]
    if isinstance(audience, list):
        audience = [ISSUER if one == "{issuer}" else one for one in audience]
        return await desk.refused(client.assertion(aud=audience), client.assertion(aud=[ISSUER]))
    return await desk.refused(client.assertion(aud=audience), client.assertion(aud=f"{ORIGIN}{TOKEN}"))


@TOKENS.case("auth-059", "auth-061")
async def of_another_client(entry: BadInput, desk: Desk) -> Answer:
    """Signed by the other's key; issued by one for the other, either way round."""
    client, other = await desk.client_with_key(), await desk.client_with_key()
    if entry.id == "auth-059":
        return await desk.refused(client.assertion(pair=other.pair))
    return await desk.refused(
        client.assertion(sub=other.client_id),
        client.assertion(iss=other.client_id),
        client.assertion(pair=other.pair, sub=other.client_id),
    )


@TOKENS.case("auth-060")
async def too_long_a_life(entry: BadInput, desk: Desk) -> Answer:
    client, now = await desk.client_with_key(), int(Clock.real_now().timestamp())
    ahead = int(entry.input["form"]["client_assertion"]["exp"])
    return await desk.refused(*(client.assertion(exp=now + seconds) for seconds in (ahead, 330, -1)))


@TOKENS.case("auth-062", "auth-063")
async def weak_key(entry: BadInput, desk: Desk) -> Answer:
    """Ed25519 is taken with no point at all: keys are EC on P-256 or RSA; of the former, (0, 0) is no point."""
    account = (await desk.granted())["account_id"]
    jwk = entry.input["form"]["jwk"]
    weak = [jwk, {"kty": "EC", "crv": "P-256", "x": jwk.get("x"), "y": jwk.get("x")}]
    if jwk["kty"] == "RSA":
        weak = [rsa_of(bits) for bits in (1024, 1536, 2040)]
    before, told = await desk.row_counts(), await desk.filing.said(AccountCredentialChanged)
    answers = [await desk.register(account, one) for one in weak]
    assert {(answer.status, answer.problem) for answer in answers} == {(422, "key-refused")}
    assert await desk.row_counts() == before
    assert await desk.filing.said(AccountCredentialChanged) == told
    return answers[0]


def rsa_of(bits: int) -> dict[str, str]:
    """A public RSA key; its numbers are of this size, and no more is asked of them."""
    modulus = ((1 << bits) - 1).to_bytes(bits // 8)
    return {
        "kty": "RSA",
        "n": urlsafe_b64encode(modulus).rstrip(b"=").decode(),
        "e": "AQAB",
    }


@GRANTS.case("filing-087")
async def gone_body(entry: BadInput, desk: Desk) -> Answer:
    employer = await desk.filing.approved_organisation()
    await desk.filing.hear(_listed(employer, entry.input["state"]))
    before, told = await desk.row_counts(), await desk.filing.said(AccountGranted)
    body = {"role": "plan_filer", "label": "x", "organisation_id": encode_id("organisation", employer)}
    answer = Answer.of(await desk.filing.post("/accounts", body))
    assert await desk.row_counts() == before
    assert await desk.filing.said(AccountGranted) == told
    return answer


def _listed(organisation_id: UUID, measure: Any) -> OrganisationListed:
    return OrganisationListed(
        organisation_id=organisation_id, case="退出〔2025〕3号", measure=measure, valid_from=date(2025, 9, 1)
    )


@GRANTS.case("filing-088")
async def second_look(entry: BadInput, desk: Desk) -> Answer:
    """Whoever granted the account, and the account itself: no table holds what would have to be shown."""
    account = await desk.granted()
    path = f"/accounts/{account['account_id']}"
    (secret,) = (await desk.filing.get(path)).json()["secrets"]
    before = await desk.row_counts()
    answer = Answer.of(await desk.filing.get(f"{path}/secrets/{secret['id']}"))
    assert await desk.row_counts() == before
    assert account["client_secret"] not in await desk.filing.everything_stored()
    return answer


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await TOKENS.run(entry, desk)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", GRANT_ENTRIES, ids=str)
async def test_bad_grant(entry: BadInput, desk: Desk) -> None:
    await GRANTS.run(entry, desk)


def test_every_entry_is_mapped() -> None:
    assert not {entry.id for entry in ENTRIES} & set(TOKENS.unmapped())
    assert not {entry.id for entry in GRANT_ENTRIES} & set(GRANTS.unmapped())
