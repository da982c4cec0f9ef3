"""Public keys of accounts and the assertions that they sign (RFC 7523): the first refused value of every rule."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from filing.accounts.keys import AssertionRefused, KeyRefused, check_assertion, public_key, subject_of

ISSUER = "http://127.0.0.1/filing"
CLIENT = "client_01jdqkrphefh0stfg14d2pf2db"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PAIR = ECKey.generate_key("P-256")
PUBLIC = public_key(PAIR.as_dict(private=False))


def assertion(
    *, pair: Any = PAIR, alg: str = "ES256", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    standard: dict[str, Any] = {
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": ISSUER,
        "exp": int(NOW.timestamp()) + 300,
        "jti": "once",
    }
    said = {name: value for name, value in (standard | claims).items() if value is not None}
    return jwt.encode({"alg": alg} | (header or {}), said, pair, algorithms=[alg])


def check(text: str, jwk: dict[str, Any] = PUBLIC) -> str:
    return check_assertion(text, jwk, client_id=CLIENT, issuer=ISSUER, now=NOW).jti


def test_an_assertion_for_us_alone_is_taken_for_five_minutes() -> None:
    assert check(assertion()) == "once"
    assert subject_of(assertion(header={"kid": PUBLIC["kid"]})) == (CLIENT, PUBLIC["kid"])


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example"},
        {"aud": [ISSUER]},
        {"aud": [ISSUER, "https://evil.example"]},
        {"iss": "client_other"},
        {"sub": "client_other"},
        {"exp": int((NOW + timedelta(seconds=301)).timestamp())},
        {"exp": int(NOW.timestamp())},
        {"exp": None},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 201},
    ],
    ids=str,
)
def test_whatever_is_not_so_proves_nothing(claims: dict[str, Any]) -> None:
    with pytest.raises(AssertionRefused):
        check(assertion(**claims))


def test_another_key_and_another_algorithm_prove_nothing() -> None:
    with pytest.raises(AssertionRefused):
        check(assertion(pair=ECKey.generate_key("P-256")))
    rsa = RSAKey.generate_key(2048)
    registered = public_key(rsa.as_dict(private=False))
    assert check(assertion(pair=rsa, alg="PS256"), registered) == "once"
    assert check(assertion(pair=rsa, alg="RS256"), registered) == "once"
    with pytest.raises(AssertionRefused):
        check(assertion(), registered)


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c.d.e", "é.é.é", "x" * 9_000, "e30.e30.", "W10.W10."], ids=lambda text: text[:8]
)
def test_what_is_no_assertion_speaks_for_nobody(text: str) -> None:
    with pytest.raises(AssertionRefused):
        subject_of(text)


@pytest.mark.parametrize("member", ["jku", "jwk", "x5u", "crit"])
def test_a_header_that_points_elsewhere_speaks_for_nobody(member: str) -> None:
    with pytest.raises(AssertionRefused):
        subject_of(_with_header(member))


def _with_header(member: str) -> str:
    head = urlsafe_b64encode(dumps({"alg": "ES256", member: "http://127.0.0.1:9/"}).encode()).rstrip(b"=")
    return ".".join([head.decode(), *assertion().split(".")[1:]])


def _weak_rsa() -> dict[str, Any]:
    return {"kty": "RSA", "n": "AQ" + "A" * 169, "e": "AQAB"}


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "AAAA"},
        OKPKey.generate_key("Ed25519").as_dict(private=False),
        {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43},
        ECKey.generate_key("P-384").as_dict(private=False),
        PAIR.as_dict(private=True),
        {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "EC", "crv": 256, "x": "A", "y": "A"},
        _weak_rsa(),
        {"kty": "RSA", "n": "not base64 at all", "e": "AQAB"},
    ],
    ids=[
        "empty",
        "secret",
        "ed25519",
        "small order",
        "p384",
        "private",
        "off curve",
        "no point",
        "typed",
        "1024",
        "junk",
    ],
)
def test_weak_and_strange_keys_are_refused(jwk: dict[str, Any]) -> None:
    with pytest.raises(KeyRefused):
        public_key(jwk)


def test_a_key_keeps_its_public_members_alone() -> None:
    assert set(PUBLIC) == {"kty", "crv", "x", "y", "kid"}
