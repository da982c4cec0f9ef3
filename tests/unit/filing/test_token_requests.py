"""What the token endpoint reads (RFC 6749), and what it puts into a token (RFC 9068)."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest

from filing.accounts.domain import Holder
from filing.tokens.domain import (
    FORM,
    KeyLife,
    OAuthError,
    TokenRequest,
    claims_of,
    granted_scopes,
    is_due,
    is_published,
    last_use,
    read_token_request,
    signing_key,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
QUARTER = timedelta(days=90)


def request(
    *, basic: str | None = None, content_type: str | None = FORM, raw: bytes | None = None, **form: str
) -> TokenRequest:
    """What is read from a request with this form (grant_type added) and this Basic header."""
    body = raw if raw is not None else urlencode({"grant_type": "client_credentials"} | form).encode()
    authorization = None if basic is None else "Basic " + b64encode(basic.encode()).decode()
    return read_token_request(content_type=content_type, authorization=authorization, body=body)


def test_credentials_are_read_from_the_body() -> None:
    assert request(client_id="a", client_secret="s") == TokenRequest("a", "s", None)


def test_credentials_are_read_from_a_basic_header() -> None:
    assert request(basic="a:s") == TokenRequest("a", "s", None)


def test_both_parts_of_a_basic_header_are_form_encoded() -> None:
    """RFC 6749 section 2.3.1: a colon in the id and a space in the secret survive."""
    assert request(basic="a%3Ab:s+t%25") == TokenRequest("a:b", "s t%", None)


def test_a_client_id_beside_the_basic_header_is_the_same_one() -> None:
    assert request(basic="a:s", client_id="a").client_id == "a"


def test_scopes_are_separated_by_one_space() -> None:
    asked = request(client_id="a", client_secret="s", scope="plans:read plans:file")
    assert asked.scopes == {"plans:read", "plans:file"}


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        pytest.param("invalid_request", {"content_type": "application/json"}, id="not a form"),
        pytest.param("invalid_request", {"content_type": None}, id="no content type"),
        pytest.param("invalid_request", {"raw": b"client_id=a&client_secret=s"}, id="no grant type"),
        pytest.param("invalid_request", {"raw": b"grant_type="}, id="an empty grant type"),
        pytest.param(
            "invalid_request",
            {"raw": b"grant_type=client_credentials&client_id=a&client_id=b&client_secret=s"},
            id="a repeated parameter",
        ),
        pytest.param("invalid_request", {"raw": b"grant_type=client_credentials\xff"}, id="not ASCII"),
        pytest.param("invalid_request", {"raw": b"grant_type=%FF"}, id="not UTF-8 behind the escapes"),
        pytest.param("invalid_request", {"raw": b"&".join(b"a%d=1" % n for n in range(20))}, id="too many"),
        pytest.param("invalid_request", {"basic": "a:s", "client_secret": "s"}, id="header and secret"),
        pytest.param("invalid_request", {"basic": "a:s", "client_assertion": "x"}, id="header and assertion"),
        pytest.param(
            "invalid_request", {"client_secret": "s", "client_assertion": "x"}, id="secret and assertion"
        ),
        pytest.param("invalid_request", {"basic": "a:s", "client_id": "b"}, id="two client ids"),
        pytest.param("unsupported_grant_type", {"raw": b"grant_type=password&username=a"}, id="password"),
        pytest.param("invalid_client", {}, id="no credentials"),
        pytest.param("invalid_client", {"client_id": "a"}, id="no secret"),
        pytest.param("invalid_client", {"client_id": "a", "client_assertion": "x"}, id="an assertion"),
        pytest.param("invalid_client", {"basic": "no colon"}, id="basic without a colon"),
        pytest.param("invalid_client", {"basic": "a%00:s"}, id="a control character in the id"),
        pytest.param("invalid_client", {"client_id": "a\0", "client_secret": "s"}, id="and in the body"),
        pytest.param("invalid_client", {"client_id": "a" * 101, "client_secret": "s"}, id="an endless id"),
        pytest.param(
            "invalid_scope", {"client_id": "a", "client_secret": "s", "scope": "a  b"}, id="two spaces"
        ),
    ],
)
def test_a_request_that_cannot_be_served_is_named_by_its_rfc_code(code: str, asked: dict[str, str]) -> None:
    with pytest.raises(OAuthError) as refused:
        request(**asked)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize("authorization", ["Bearer abc", "Basic", "Basic ???", "Basic w7/Dv2E="])
def test_another_header_than_basic_is_no_client(authorization: str) -> None:
    with pytest.raises(OAuthError) as refused:
        read_token_request(
            content_type=FORM, authorization=authorization, body=b"grant_type=client_credentials"
        )
    assert refused.value.code == "invalid_client"


def test_all_scopes_of_the_account_are_granted_unless_fewer_are_asked_for() -> None:
    held = frozenset({"plans:read", "plans:file"})
    assert granted_scopes(None, held) == held
    assert granted_scopes(frozenset({"plans:read"}), held) == {"plans:read"}


@pytest.mark.parametrize("asked", [{"plans:read", "certificates:revoke"}, {"*"}])
def test_a_scope_that_the_account_has_not_refuses_the_whole_request(asked: set[str]) -> None:
    with pytest.raises(OAuthError) as refused:
        granted_scopes(frozenset(asked), frozenset({"plans:read"}))
    assert refused.value.code == "invalid_scope"


def holder(*, organisation_id: UUID | None = None, region: str | None = None) -> Holder:
    return Holder(UUID(int=1), "client_x", "authority", organisation_id, region)


def test_a_token_says_what_rfc_9068_asks_and_lives_fifteen_minutes() -> None:
    claims = claims_of(
        holder(),
        issuer="https://skills.example/filing",
        scopes=frozenset({"b", "a"}),
        issued_at=NOON,
        token_id=UUID(int=7),
    )
    assert claims == {
        "iss": "https://skills.example/filing",
        "aud": "skills",
        "sub": "account_00000000000000000000000001",
        "client_id": "client_x",
        "role": "authority",
        "scope": "a b",
        "iat": 1_795_406_400,
        "exp": 1_795_407_300,
        "jti": "00000000-0000-0000-0000-000000000007",
    }


def test_organisation_and_region_stand_in_a_token_only_where_the_account_has_them() -> None:
    said = {"issuer": "i", "scopes": frozenset[str](), "issued_at": NOON, "token_id": UUID(int=7)}
    of_organisation = claims_of(holder(organisation_id=UUID(int=2)), **said)  # type: ignore[arg-type]
    of_region = claims_of(holder(region="320100"), **said)  # type: ignore[arg-type]
    assert of_organisation["org"] == "organisation_00000000000000000000000002"
    assert "region" not in of_organisation
    assert of_region["region"] == "320100"
    assert "org" not in of_region


# ── keys ─────────────────────────────────────────────────────────────────────────────────────
OLD = KeyLife("old", NOON - QUARTER, None)


def test_the_first_key_is_due_at_once() -> None:
    assert is_due([], now=NOON, lifetime=QUARTER)


def test_a_key_is_due_when_the_newest_has_signed_for_its_lifetime() -> None:
    assert not is_due([OLD], now=NOON - SECOND, lifetime=QUARTER)
    assert is_due([OLD], now=NOON, lifetime=QUARTER)


def test_a_new_key_is_known_before_it_signs() -> None:
    new = KeyLife("new", NOON + timedelta(minutes=1), None)
    assert is_published(new, now=NOON)
    assert signing_key([OLD, new], now=NOON + timedelta(seconds=59)) == OLD
    assert signing_key([OLD, new], now=NOON + timedelta(minutes=1)) == new


def test_a_key_stays_published_until_its_last_token_has_expired() -> None:
    """15 minutes of a token's life and five of margin after it signed for the last time."""
    gone = KeyLife("old", NOON - QUARTER, last_use(NOON))
    assert is_published(gone, now=NOON + timedelta(minutes=20))
    assert not is_published(gone, now=NOON + timedelta(minutes=20) + SECOND)
