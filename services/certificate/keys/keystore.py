"""The keystore: a private folder of signing keys, each sealed with AES-256-GCM under a key made of the passphrase.

scrypt makes the sealing key once per process, so that a folder of many keys opens as fast as one. A wrong passphrase,
or files that others may read, stop the service at its start.
"""

import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_SALT_FILE = "salt"
_CHECK_FILE = "check"
_CHECK = b"skill level platform keystore"
_NONCE_BYTES = 12
_SCRYPT_COST = 2**15
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeystoreUnusable(Exception):
    """The folder is open to others, the passphrase is wrong, or a key is missing or damaged."""


class Keystore:
    """Open keystores are made with `Keystore.open`. Blocking file work: call it in a thread or at start."""

    def __init__(self, folder: Path, sealing: AESGCM) -> None:
        self._folder = folder
        self._sealing = sealing

    @classmethod
    def open(cls, folder: Path, passphrase: str) -> "Keystore":
        """Open a keystore, making an empty one where there is none. Raises KeystoreUnusable."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (folder, *folder.iterdir()):
            if path.stat().st_mode & _OTHERS:
                raise KeystoreUnusable(f"others may read {path.name}: its mode must be 0700 or 0600")
        salt = _kept(folder / _SALT_FILE, os.urandom(16))
        scrypt = Scrypt(salt=salt, length=32, n=_SCRYPT_COST, r=8, p=1)
        keystore = cls(folder, AESGCM(scrypt.derive(passphrase.encode())))
        check = _kept(folder / _CHECK_FILE, keystore._seal(_CHECK_FILE, _CHECK))
        if keystore._unseal(_CHECK_FILE, check) != _CHECK:
            raise KeystoreUnusable("the passphrase is not that of the keystore")
        return keystore

    def put(self, name: str, private: Private) -> None:
        """Keep a key under a name; a key that is there is never replaced."""
        encoded = private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),  # sealed as a whole below
        )
        self.put_bytes(name, encoded)

    def put_bytes(self, name: str, plain: bytes) -> None:
        """Keep a secret of another form; what is there is never replaced."""
        _kept(self._path(name), self._seal(name, plain))

    def get(self, name: str) -> Private:
        """Raises KeystoreUnusable when the key is missing or does not open."""
        private = serialization.load_der_private_key(self.get_bytes(name), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
            raise KeystoreUnusable(f"{name} is neither an elliptic curve key nor an Ed25519 key")
        return private

    def get_bytes(self, name: str) -> bytes:
        """Raises KeystoreUnusable."""
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError:
            raise KeystoreUnusable(f"the keystore has no key {name}") from None
        return self._unseal(name, sealed)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"

    def _seal(self, name: str, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, plain, name.encode())

    def _unseal(self, name: str, sealed: bytes) -> bytes:
        try:
            return self._sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise KeystoreUnusable(f"{name} does not open: wrong passphrase, or damaged") from None


def _kept(path: Path, fresh: bytes) -> bytes:
    """What a file holds; it is made with `fresh`, whole or not at all, when it is not there yet."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(
                draft, path
            )  # unlike a rename, this never replaces what another process was first to make
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
