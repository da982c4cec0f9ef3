"""PostgreSQL refuses to run as root: which user it runs as then, and whether that user can enter a folder."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class User:
    """An ordinary user of the machine."""

    name: str
    uid: int
    gid: int


def server_user() -> User | None:
    """Whom PostgreSQL runs as when we are root; None when we are an ordinary user and it runs as us.

    Raises LookupError when root's machine has no ordinary user to offer.
    """
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("LOCAL_POSTGRES_USER", ""), *CANDIDATES):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(name, entry.pw_uid, entry.pw_gid)
    raise LookupError(f"PostgreSQL does not run as root, and there is no user {' or '.join(CANDIDATES)}")


def can_enter(user: User | None, folder: Path) -> bool:
    """Whether the user can reach what lies in the folder, found out by trying as that user."""
    if user is None:
        return os.access(folder, os.X_OK)
    probe = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        cwd="/",
        check=False,
        stderr=subprocess.DEVNULL,
    )
    return probe.returncode == 0
