"""Addresses that webhooks may have, and when a delivery is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.webhooks.addresses import AddressRefused, checked, is_public
from audit.webhooks.domain import PAUSES, is_to_be_disabled, next_try, payload, signature

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url", ["https://hr.example.org/hook", "https://hr.example.org:443/a?b=c", "https://a-b.example.cn"]
)
def test_a_public_https_address_is_taken(url: str) -> None:
    assert checked(url, own_hosts=["skills.example.org"]) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://skills.example.org/v1/plans",
        "https://SKILLS.example.org/",
        "https://hr.example.org:8443/",
        "https://localhost/",
        "https://db.internal/",
        "https://hr.example.org./",
        "https://[::1]/",
        "https://hr.example.org/" + "a" * 2_000,
    ],
)
def test_our_own_host_other_ports_and_inner_names_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked(url, own_hosts=["skills.example.org"])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_open_network_are_connected_to(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "not an address",
    ],
)  # fmt: skip
def test_what_a_name_resolves_to_is_checked_as_well(address: str) -> None:
    assert not is_public(address)


def test_failures_are_tried_again_over_days_and_a_receiver_s_own_wish_counts() -> None:
    assert next_try(1, NOW, None) == NOW + timedelta(seconds=5)
    assert next_try(1, NOW, 3600) == NOW + timedelta(hours=1)
    assert next_try(1, NOW, 10**9) == NOW + timedelta(hours=24)
    assert next_try(5, NOW, 60) == NOW + timedelta(hours=5)
    assert next_try(len(PAUSES) + 1, NOW, None) is None
    assert sum(PAUSES) > timedelta(days=3).total_seconds()


def test_an_endpoint_where_nobody_listens_for_five_days_is_disabled() -> None:
    assert not is_to_be_disabled(NOW - timedelta(days=5), NOW)
    assert is_to_be_disabled(NOW - timedelta(days=5, seconds=1), NOW)
    assert not is_to_be_disabled(None, NOW)


def test_the_signature_is_that_of_the_standard_s_own_example() -> None:
    # Standard Webhooks specification, section on signatures: secret, id, time and body of its example.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    told = signature(secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_payload_is_thin() -> None:
    data = {"plan_id": "plan_x", "organisation_name": "某公司", "examiners": ["王建国"], "number": "JS-1"}
    told = payload("skills.filing.plan.accepted.v1", data, NOW)
    assert (told["type"], told["data"]) == ("plan.accepted", {"plan_id": "plan_x", "number": "JS-1"})
