"""Token buckets."""

import pytest

from common.ratelimit import RateLimit, client_key


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_is_let_through_and_the_next_request_is_not() -> None:
    limit = RateLimit(per_second=2, burst=3, clock=Stopwatch())
    verdicts = [limit.take("a") for _ in range(4)]
    assert [verdict.allowed for verdict in verdicts if verdict] == [True, True, True, False]


def test_the_refused_are_told_when_to_come_back_and_then_let_in() -> None:
    watch = Stopwatch()
    limit = RateLimit(per_second=0.5, burst=1, clock=watch)
    limit.take("a")
    refused = limit.take("a")
    assert refused is not None
    assert limit.headers(refused)["Retry-After"] == "2"
    watch.seconds = 2
    allowed = limit.take("a")
    assert allowed is not None
    assert allowed.allowed
    assert "Retry-After" not in limit.headers(allowed)


def test_one_account_does_not_spend_anothers_tokens() -> None:
    limit = RateLimit(per_second=1, burst=1, clock=Stopwatch())
    limit.take("a")
    other = limit.take("b")
    assert other is not None
    assert other.allowed


def test_zero_per_second_means_no_limit() -> None:
    assert RateLimit(per_second=0, burst=1).take("a") is None


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "client:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "client:2001:0db8:0001:0002"),
        ("testclient", "client:unknown"),
        (None, "client:unknown"),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(host: str | None, key: str) -> None:
    assert client_key(host) == key
