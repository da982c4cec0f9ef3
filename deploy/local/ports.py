"""Free ports on loopback."""

import random
import socket
import sys

LOOPBACK = "127.0.0.1"
_RANGE = range(20_000, 30_000)
"""Below what operating systems give to outgoing connections, so that a port stays ours between two starts."""
_claims: dict[int, int] = {}  # port → file descriptor of the claim, open as long as this process lives


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(preferred: int | None = None, *, taken: frozenset[int] = frozenset()) -> int:
    """The preferred port when it is free, else any other outside `taken`; claimed until this process ends."""
    if preferred and preferred not in taken and is_free(preferred) and _claim(preferred):
        return preferred
    for port in random.sample(_RANGE, len(_RANGE)):
        if port not in taken and is_free(port) and _claim(port):
            return port
    raise OSError("no free port on loopback")


def _claim(port: int) -> bool:
    """Keep a port from others who ask here, before anybody listens on it.

    Two copies that start at one moment find the same ports free, and the gateway listens with SO_REUSEPORT: both would,
    each answering half of the other's requests. A name in the abstract namespace is gone with its process, however it
    dies. Where there is none (macOS), the first to listen wins.
    """
    if port in _claims or sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0skill-level-platform-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims[port] = claim.detach()
    return True
