"""The secrets of one local platform: made at its first start, kept in its data folder, readable by its owner alone."""

import base64
import secrets
from pathlib import Path

from local.private import read_json, write_private

PERSONAL = frozenset({"registration", "audit", "certificate"})
"""Services that may open personal data. The others get keys that open nothing but what they sealed themselves."""


class Keys:
    """Passwords and keys by name: each is made when it is first asked for, and never changes after that."""

    def __init__(self, data: Path) -> None:
        self._file = data / "secrets.json"
        self._known: dict[str, str] = read_json(self._file)

    def password(self, name: str) -> str:
        """A password safe in URLs, statements and configuration files."""
        return self._get(f"password:{name}", secrets.token_hex(24))

    def key(self, name: str) -> str:
        """32 random bytes in base64."""
        return self._get(f"key:{name}", base64.b64encode(secrets.token_bytes(32)).decode())

    def bootstrap_account(self) -> tuple[str, str]:
        """The client id and secret of the authority's first account, from which all other accounts are granted."""
        return "local-authority", self.password("bootstrap")

    def personal_data_keys(self, service: str) -> str:
        """The keyring a service seals personal data with: shared by those that exchange it."""
        return f"local1:{self.key(f'personal:{_circle(service)}')}"

    def blind_index_key(self, service: str) -> str:
        """The key of a service's look-ups and cursors."""
        return self.key(f"blind-index:{_circle(service)}")

    def _get(self, name: str, fresh: str) -> str:
        if name not in self._known:
            self._known[name] = fresh
            write_private(self._file, self._known)
        return self._known[name]


def _circle(service: str) -> str:
    return "shared" if service in PERSONAL else service
