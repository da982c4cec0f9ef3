"""PURE: which addresses a webhook may have, and which of them may be connected to: nothing of ours, nothing private.

An address is checked twice: as it is written, when it is registered; and as the network resolves it, at each delivery,
which connects to the very address that was checked.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import ClassVar, Final
from urllib.parse import urlsplit

from common.errors import Bilingual, RuleViolation

LONGEST: Final = 2_000
_HOST: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f\\]|%0[0-9a-f]|%1[0-9a-f]|%7f", re.ASCII | re.IGNORECASE)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL: Final = IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")
_SHARED: Final = (
    IPv4Address("100.64.0.0"),
    IPv4Address("100.127.255.255"),
)  # carriers' own, and clouds' metadata


class AddressRefused(RuleViolation):
    """No webhook goes to such an address."""

    code: ClassVar[str] = "webhook-url-refused"
    title: ClassVar[Bilingual] = Bilingual("回调地址不可用", "Webhook address refused")

    def __init__(self, detail: Bilingual) -> None:
        super().__init__(detail)


_RULE: Final = Bilingual(
    "回调地址须为 https，写明公网域名和默认端口，不含用户名、片段、IP 地址或控制字符，且不指向本平台。",
    "A webhook is https to a public host name at the usual port, without user, fragment, IP address or control "
    "characters, and not this platform.",
)


def checked(url: str, *, own_hosts: Iterable[str]) -> str:
    """The address, if a webhook may have it. Raises AddressRefused, which repeats nothing of it."""
    if len(url) > LONGEST or not url.isascii() or _UNPRINTABLE.search(url) or "#" in url:
        raise AddressRefused(_RULE)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(_RULE) from None
    host = (parts.hostname or "").lower()
    is_plain = parts.scheme == "https" and parts.username is None and parts.password is None
    if not is_plain or port not in (None, 443) or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise AddressRefused(_RULE)
    if host in {own.lower() for own in own_hosts} or host.endswith((".local", ".internal", ".localhost")):
        raise AddressRefused(_RULE)
    return url


def is_public(address: str) -> bool:
    """Whether a resolved IP address is one of the open network; what hides another one is judged by that."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _hidden(found)
        if inner is not None:
            return is_public(str(inner))
        return found.is_global and not found.is_multicast and found not in _NAT64_LOCAL
    return found.is_global and not found.is_multicast and not _SHARED[0] <= found <= _SHARED[1]


def _hidden(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None
