"""The area `auth`, access tokens on any protected route: the demo service behind real sockets.

The list speaks of Ed25519 where our tokens are ES256 (decision record 15); such entries are told in the terms of
ES256: the second signature that verifies is (r, n - s), an embedded key is one on P-256.
"""

import asyncio
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import text

from common.auth import P256_ORDER, with_low_signature
from common.ids import encode_id, uuid7
from tests.bad_inputs.conftest import DemoProcess, Start, connected
from tests.bad_inputs.harness import Answer, Area, BadInput
from tests.support.service import KEY, KEY_ID, owner_connection, token

AREA = Area("auth")
ENTRIES = [entry for entry in AREA.entries if entry.op == "any protected route"]
THINGS = "/demo/v1/things"
OWN_PROCESS = {"auth-048": {"RATE_PER_SECOND": "20", "RATE_BURST": "50"}}
GENUINE_HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": KEY_ID}


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a genuine token, with changes."""
    found: dict[str, Any] = json.loads(decoded(token("plan_filer").split(".")[1]))
    return found | changes


def unsigned(header: Mapping[str, Any], payload: Mapping[str, Any] | None = None) -> str:
    """Header and payload of a token that somebody else signs, or nobody."""
    parts = (header, claims() if payload is None else payload)
    return ".".join(encoded(json.dumps(part).encode()) for part in parts)


def signed_raw(payload: bytes, *, key: ECKey = KEY, header: Mapping[str, Any] = GENUINE_HEADER) -> str:
    """Bytes that the trusted key has signed, whatever they are."""
    registry = jws.JWSRegistry(strict_check_header=False)
    return with_low_signature(jws.serialize_compact(dict(header), payload, key, registry=registry))


def attackers(**header: Any) -> str:
    """A token of an attacker's own key, with this header; `kid` stays ours unless the entry leaves it out."""
    return signed_raw(json.dumps(claims()).encode(), key=ECKey.generate_key("P-256"), header=header)


async def asked(demo: DemoProcess, bearer: str, *, method: str = "GET") -> Answer:
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": str(uuid7())}
    body = {"name": "样品", "kilograms": 1} if method == "POST" else None
    return Answer.of(await demo.client.request(method, THINGS, headers=headers, json=body))


async def refused(demo: DemoProcess, *bearers: str, method: str = "GET") -> Answer:
    """The answer that all these tokens get alike; nothing is stored, and none of them is in the log."""
    before, size = await demo.row_counts(), demo.log_size()
    answers = [await asked(demo, bearer, method=method) for bearer in bearers]
    assert len({(answer.status, answer.problem) for answer in answers}) == 1, answers
    assert await demo.row_counts() == before
    log = demo.log_since(size)
    assert not [bearer for bearer in bearers if bearer in log]
    return answers[0]


@AREA.case("auth-001", "auth-002")
async def no_algorithm(entry: BadInput, demo: DemoProcess) -> Answer:
    algorithm = entry.input["jwt"]["header"]["alg"]
    headers: list[dict[str, str]] = [{"alg": algorithm}, GENUINE_HEADER | {"alg": algorithm}]
    signature = token("plan_filer").split(".")[2]
    return await refused(
        demo, *(f"{unsigned(header)}.{end}" for header in headers for end in ("", signature))
    )


@AREA.case("auth-003")
async def public_key_as_secret(entry: BadInput, demo: DemoProcess) -> Answer:
    made = unsigned(GENUINE_HEADER | {"alg": "HS256"})
    forms = (KEY.as_pem(private=False), KEY.as_der(private=False))
    return await refused(
        demo, *(f"{made}.{encoded(hmac.digest(form, made.encode(), hashlib.sha256))}" for form in forms)
    )


@AREA.case("auth-005")
async def another_algorithm(entry: BadInput, demo: DemoProcess) -> Answer:
    header = GENUINE_HEADER | {"alg": "RS256"}
    pair = RSAKey.generate_key(2048)
    return await refused(demo, jws.serialize_compact(header, json.dumps(claims()).encode(), pair))


@AREA.case("auth-006")
async def zero_signature(entry: BadInput, demo: DemoProcess) -> Answer:
    """The entry's zeros, as many as an ES256 signature has, and one of them too few."""
    made = unsigned(GENUINE_HEADER)
    zeros = bytes.fromhex(entry.input["jwt"]["signature"]["$hex"])
    return await refused(demo, *(f"{made}.{encoded(end)}" for end in (zeros, bytes(64), bytes(63))))


@AREA.case("auth-007")
async def second_signature(entry: BadInput, demo: DemoProcess) -> Answer:
    """ES256's (r, n - s) verifies as (r, s) does; the one with the smaller s is the token."""
    genuine = token("plan_filer")
    signed, _, end = genuine.rpartition(".")
    r, s = decoded(end)[:32], int.from_bytes(decoded(end)[32:])
    other = f"{signed}.{encoded(r + (P256_ORDER - s).to_bytes(32))}"
    jws.deserialize_compact(other, KEY, algorithms=["ES256"])  # it does verify
    assert (await asked(demo, genuine)).status == 200
    return await refused(demo, other)


@AREA.case("auth-009")
async def spliced(entry: BadInput, demo: DemoProcess) -> Answer:
    signed, end = token("authority").rpartition(".")[0], token("plan_filer").rpartition(".")[2]
    return await refused(demo, f"{signed}.{end}")


@AREA.case("auth-011")
async def unknown_keys(entry: BadInput, demo: DemoProcess) -> Answer:
    """No key is fetched; the table is looked at once a second (`may_reload`), and genuine tokens go on to open."""
    _, signed = token("plan_filer").split(".", 1)
    bearers = [f"{_head_naming(uuid7())}.{signed}" for _ in range(entry.input["jwt"]["times"])]
    before = await demo.row_counts()
    reader, writer = await asyncio.open_connection("127.0.0.1", demo.service.port)
    try:
        for first in range(0, len(bearers), 100):
            writer.write(
                b"".join(map(_head_of, bearers[first : first + 100]))
            )  # pipelined: a client in C could
            told = [await _problem(reader) for _ in bearers[first : first + 100]]
            assert set(told) == {(401, "token-invalid")}
            if first % 1_000 == 0:
                assert (await asked(demo, token("plan_filer"))).status == 200
    finally:
        writer.close()
    assert await demo.row_counts() == before
    return await asked(demo, bearers[0])


def _head_of(bearer: str) -> bytes:
    return f"GET {THINGS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {bearer}\r\n\r\n".encode()


async def _problem(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status and problem of the next answer on a connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    body = json.loads(await reader.readexactly(int(length.partition(":")[2])))
    return int(head.split()[1]), body["type"].rpartition("/")[2]


def _head_naming(kid: UUID) -> str:
    """The header of a token that names this key."""
    header = json.dumps(GENUINE_HEADER | {"kid": str(kid)}).encode()
    return urlsafe_b64encode(header).rstrip(b"=").decode()


@AREA.case("auth-014", "auth-016")
async def key_elsewhere(entry: BadInput, demo: DemoProcess) -> Answer:
    """Nothing is looked up: only algorithm, type and key may stand in a header."""
    header = entry.input["jwt"]["header"] | {"alg": "ES256"}
    return await refused(demo, attackers(**header), attackers(**GENUINE_HEADER | header))


@AREA.case("auth-015")
async def embedded_key(entry: BadInput, demo: DemoProcess) -> Answer:
    pair = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "typ": "at+jwt", "jwk": pair.as_dict(private=False)}
    payload = json.dumps(claims()).encode()
    return await refused(
        demo,
        signed_raw(payload, key=pair, header=header),
        signed_raw(payload, key=pair, header=header | {"kid": KEY_ID}),
    )


@AREA.case("auth-017")
async def critical_header(entry: BadInput, demo: DemoProcess) -> Answer:
    """Signed by the trusted key, so that it is the header that is refused."""
    header = GENUINE_HEADER | {"crit": ["b64"], "b64": True}
    return await refused(demo, signed_raw(json.dumps(claims()).encode(), header=header))


@AREA.case("auth-020")
async def expired(entry: BadInput, demo: DemoProcess) -> Answer:
    now = int(datetime.now(UTC).timestamp())
    return await refused(
        demo, *(token("plan_filer", iat=now - 300, exp=now - seconds) for seconds in (1, 31))
    )


@AREA.case("auth-025", "auth-026")
async def not_yet(entry: BadInput, demo: DemoProcess) -> Answer:
    now = int(datetime.now(UTC).timestamp())
    wrong: dict[str, Any] = {
        name: now + int(value)
        for name, value in entry.input["jwt"]["payload"].items()
        if name in ("nbf", "iat") and int(value) > 0
    }
    return await refused(demo, token("plan_filer", **wrong, exp=now + 3900 if "iat" in wrong else now + 300))


@AREA.case("auth-027", "auth-029")
async def other_audience(entry: BadInput, demo: DemoProcess) -> Answer:
    """Of another service; a list with ours last, a short one and one over 8 KiB."""
    audience = entry.input["jwt"]["payload"]["aud"]
    if isinstance(audience, str):
        return await refused(demo, token("plan_filer", aud=audience))
    part, times = audience["$repeat"]
    return await refused(
        demo, *(token("plan_filer", aud=[part] * count + ["skills"]) for count in (1, 2_000, times))
    )


@AREA.case("auth-031", "auth-032")
async def revoked(entry: BadInput, demo: DemoProcess) -> Answer:
    """Known from the table, as told by filing; accounts are never deleted, they are revoked."""
    account = uuid7()
    bearer = token("plan_filer", account_id=account)
    assert (await asked(demo, bearer)).status == 200
    await put(demo, "revoked_account", account_id=account, revoked_at=_now(), noted_at=_now())
    await until_refused(demo, bearer)
    return await refused(demo, bearer)


@AREA.case("auth-033")
async def blacklisted(entry: BadInput, demo: DemoProcess) -> Answer:
    """Its accounts still read; others write."""
    organisation = uuid7()
    bearer = token("plan_filer", organisation_id=organisation)
    await put(demo, "shut_organisation", organisation_id=organisation, since=date(2020, 1, 1), case="7号")
    await until_refused(demo, bearer, method="POST")
    assert (await asked(demo, bearer)).status == 200
    other = token("plan_filer", organisation_id=uuid7())
    assert (await asked(demo, other, method="POST")).problem != "organisation-suspended"
    return await refused(demo, bearer, method="POST")


@AREA.case("auth-034")
async def reading_scope(entry: BadInput, demo: DemoProcess) -> Answer:
    bearer = token("plan_filer", scopes=frozenset({"plans:read"}))
    assert (await asked(demo, bearer)).status == 200
    return await refused(demo, bearer, method="POST")


@AREA.case("auth-035")
async def wildcard(entry: BadInput, demo: DemoProcess) -> Answer:
    scopes = (entry.input["jwt"]["payload"]["scope"], "plans:*", "plans", "PLANS:READ")
    return await refused(demo, *(token("plan_filer", scopes=frozenset({scope})) for scope in scopes))


@AREA.case("auth-036")
async def scope_as_list(entry: BadInput, demo: DemoProcess) -> Answer:
    return await refused(demo, token("plan_filer", scope=["plans:read"]))


@AREA.case("auth-037")
async def two_subjects(entry: BadInput, demo: DemoProcess) -> Answer:
    """Signed by the trusted key, genuine but for the second `sub`."""
    other = encode_id("account", uuid7())
    payload = json.dumps(claims()).encode().removesuffix(b"}") + b',"sub":"%s"}' % other.encode()
    return await refused(demo, signed_raw(payload))


@AREA.case("auth-038", "auth-039")
async def no_object(entry: BadInput, demo: DemoProcess) -> Answer:
    """An array, and a nesting of 100,000; of the latter also what is left under 8 KiB."""
    raw = entry.input["jwt"]["payload"]["$raw"]
    if isinstance(raw, str):
        return await refused(demo, signed_raw(raw.encode()))
    part, times = raw["$repeat"]
    return await refused(demo, *(signed_raw((part * count).encode()) for count in (5_000, times)))


@AREA.case("auth-040")
async def encrypted(entry: BadInput, demo: DemoProcess) -> Answer:
    header = encoded(json.dumps(entry.input["jwt"]["header"]).encode())
    payload = encoded(json.dumps(claims()).encode())
    return await refused(demo, f"{header}..{encoded(bytes(12))}.{payload}.{encoded(bytes(16))}")


@AREA.case("auth-041")
async def no_header(entry: BadInput, demo: DemoProcess) -> Answer:
    answer = Answer.of(await demo.client.get(THINGS))
    assert answer.headers["www-authenticate"] == "Bearer"
    return answer


@AREA.case("auth-045")
async def token_in_the_query(entry: BadInput, demo: DemoProcess) -> Answer:
    bearer, size = token("plan_filer"), demo.log_size()
    answer = Answer.of(await demo.client.get(THINGS, params={"access_token": bearer}))
    assert bearer.rpartition(".")[2] not in demo.log_since(size)
    return answer


@AREA.case("auth-046")
async def lower_case_scheme(entry: BadInput, demo: DemoProcess) -> Answer:
    return Answer.of(
        await demo.client.get(THINGS, headers={"Authorization": f"bearer {token('plan_filer')}"})
    )


@AREA.case("auth-048")
async def spoofed_addresses(entry: BadInput, demo: DemoProcess) -> Answer:
    """Nobody is signed in, so the peer's address counts, whatever address a header claims."""
    times = entry.input["headers"]["$times"]
    answers: list[Answer] = []
    while len(answers) < times and not any(answer.status == 429 for answer in answers):
        answers += map(Answer.of, await asyncio.gather(*(_from(demo, f"198.51.100.{n}") for n in range(20))))
    assert (await asked(demo, token("plan_filer"))).status == 200
    return next(answer for answer in answers if answer.status == 429)


async def _from(demo: DemoProcess, address: str) -> httpx.Response:
    claimed = {"X-Forwarded-For": address, "Forwarded": f"for={address}", "X-Real-IP": address}
    return await demo.client.get(THINGS, headers=claimed)


async def put(demo: DemoProcess, table: str, **row: UUID | datetime | date | str) -> None:
    """Store what filing would have told, as another process of the service does."""
    columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    async with owner_connection(demo.database_url) as connection:
        await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)


async def until_refused(demo: DemoProcess, bearer: str, *, method: str = "GET") -> None:
    async with asyncio.timeout(30):
        while (await asked(demo, bearer, method=method)).status not in (401, 403):
            pass


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.id not in OWN_PROCESS], ids=str)
async def test_bad_input(entry: BadInput, target: DemoProcess) -> None:
    await AREA.run(entry, target)


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.id in OWN_PROCESS], ids=str)
async def test_bad_input_that_upsets_a_process(entry: BadInput, start_demo: Start) -> None:
    async with connected(start_demo(**OWN_PROCESS[entry.id])) as demo:
        await AREA.run(entry, demo)


def test_every_entry_is_mapped() -> None:
    assert not {entry.id for entry in ENTRIES} & set(AREA.unmapped())
