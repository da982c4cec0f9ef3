"""One-time codes against the vectors of RFC 4226 and RFC 6238; passwords and locks at their borders."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.people.domain import digest_of, is_password, locked_until, password_problems
from filing.people.totp import STEP_SECONDS, code_at, matched_step, provisioning_uri

SECRET = b"12345678901234567890"  # of both RFCs
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


RFC_4226 = (
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
)


@pytest.mark.parametrize(("count", "code"), list(enumerate(RFC_4226)))
def test_codes_are_those_of_rfc_4226(count: int, code: str) -> None:
    assert code_at(SECRET, count) == code


@pytest.mark.parametrize(
    ("seconds", "sha1", "sha256", "sha512"),
    [  # RFC 6238 appendix B
        (59, "94287082", "46119246", "90693936"),
        (1111111109, "07081804", "68084774", "25091201"),
        (1111111111, "14050471", "67062674", "99943326"),
        (1234567890, "89005924", "91819424", "93441116"),
        (2000000000, "69279037", "90698825", "38618901"),
        (20000000000, "65353130", "77737706", "47863826"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    step = seconds // STEP_SECONDS
    for digest, size, code in (("sha1", 20, sha1), ("sha256", 32, sha256), ("sha512", 64, sha512)):
        secret = (SECRET * 4)[:size]
        assert code_at(secret, step, digits=8, digest=digest) == code


@given(st.integers(4, 10**8), st.integers(-3, 3))
def test_a_clock_may_be_off_by_one_step_and_a_code_opens_once(step: int, off: int) -> None:
    seconds = step * STEP_SECONDS + 7
    code = code_at(SECRET, step + off)
    found = matched_step(SECRET, code, seconds=seconds, last_step=None)
    if abs(off) <= 1:
        assert found is not None
        assert matched_step(SECRET, code, seconds=seconds, last_step=found) is None
    else:
        assert found is None or code_at(SECRET, found) == code  # one in a million by chance


def test_an_app_reads_account_and_issuer() -> None:
    uri = provisioning_uri(SECRET, account="client_1", issuer="http://127.0.0.1/filing")
    assert uri.startswith("otpauth://totp/http%3A//127.0.0.1/filing:client_1?secret=GEZDGNBVGY3TQOJQ")


def test_a_password_is_known_by_its_slow_digest() -> None:
    digest = digest_of("正确 电池 回形针 马", b"s" * 16)
    assert is_password("正确 电池 回形针 马", b"s" * 16, digest)
    assert not is_password("正确 电池 回形针 牛", b"s" * 16, digest)
    assert not is_password("正确 电池 回形针 马", b"t" * 16, digest)


@pytest.mark.parametrize(
    ("password", "guessable"),
    [
        ("aaaaaaaaaaaa", True),
        ("Password2026!!", True),
        ("123password456", True),
        ("my client_1 pass", True),
        ("correct horse battery", False),
        ("正确 电池 回形针 马 2026", False),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, guessable: bool) -> None:
    found = [problem.code for problem in password_problems(password, "client_1")]
    assert found == (["password-guessable"] if guessable else [])


def test_five_failures_lock_for_a_quarter_of_an_hour() -> None:
    assert locked_until(4, NOW) is None
    assert locked_until(5, NOW) == NOW + timedelta(minutes=15)
