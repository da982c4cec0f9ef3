"""Free ports on loopback."""

import random
import socket

LOOPBACK = "127.0.0.1"
_RANGE = range(20_000, 30_000)
"""Below what operating systems give to outgoing connections, so that a port stays ours between two starts."""


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
    """The preferred port when it is free, else any other outside `taken`."""
    if preferred and preferred not in taken and is_free(preferred):
        return preferred
    for port in random.sample(_RANGE, len(_RANGE)):
        if port not in taken and is_free(port):
            return port
    raise OSError("no free port on loopback")
