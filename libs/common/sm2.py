"""SM2 signatures with SM3 (GB/T 32918.2, GB/T 32905), by the OpenSSL 3 of the operating system.

Its EVP interface is called through ctypes: no package of Python does it both fast and maintained (decision record 50).
Where there is no such library `is_available()` says so. The distinguishing identifier is the standard's own default.
"""

import ctypes
import ctypes.util
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

IDENTIFIER: Final = b"1234567812345678"
SIGNATURE_BYTES: Final = 64
POINT_BYTES: Final = 64
_LARGEST_DER: Final = 128
# SubjectPublicKeyInfo (RFC 5480) of an uncompressed point on sm2p256v1, 1.2.156.10197.1.301.
_SPKI_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


class Unavailable(Exception):
    """The machine has no OpenSSL 3 with SM2."""


class Refused(Exception):
    """OpenSSL refused: the key is not one, or it ran out of memory."""


@cache
def _library() -> Any:
    """Raises Unavailable."""
    name = ctypes.util.find_library("crypto")
    try:
        library = ctypes.CDLL(name or "libcrypto.so.3")
        for function, result in _FUNCTIONS.items():
            getattr(library, function).restype = result
    except (OSError, AttributeError) as error:
        raise Unavailable from error
    return library


_FUNCTIONS: Final[dict[str, type[Any] | None]] = {
    "EVP_PKEY_Q_keygen": ctypes.c_void_p,
    "EVP_sm3": ctypes.c_void_p,
    "EVP_MD_CTX_new": ctypes.c_void_p,
    "EVP_MD_CTX_free": None,
    "EVP_MD_CTX_set_pkey_ctx": None,
    "EVP_PKEY_CTX_new": ctypes.c_void_p,
    "EVP_PKEY_CTX_free": None,
    "EVP_PKEY_CTX_set1_id": ctypes.c_int,
    "EVP_DigestSignInit": ctypes.c_int,
    "EVP_DigestSign": ctypes.c_int,
    "EVP_DigestVerifyInit": ctypes.c_int,
    "EVP_DigestVerify": ctypes.c_int,
    "EVP_PKEY_free": None,
    "d2i_AutoPrivateKey": ctypes.c_void_p,
    "d2i_PUBKEY": ctypes.c_void_p,
    "i2d_PrivateKey": ctypes.c_int,
    "i2d_PUBKEY": ctypes.c_int,
}


def is_available() -> bool:
    try:
        _library()
    except Unavailable:
        return False
    return True


class _Key:
    """An EVP_PKEY, freed with the object."""

    def __init__(self, handle: int | None) -> None:
        if not handle:
            raise Refused("not an SM2 key")
        self.handle = ctypes.c_void_p(handle)

    def __del__(self) -> None:
        if handle := getattr(self, "handle", None):
            _library().EVP_PKEY_free(handle)

    def public(self) -> bytes:
        return _written("i2d_PUBKEY", self)[-POINT_BYTES:]


class _Context:
    """A digest context with the key and the identifier; `with` frees both halves."""

    def __init__(self, key: _Key) -> None:
        self._key = key

    def __enter__(self) -> ctypes.c_void_p:
        library = _library()
        self._digest = ctypes.c_void_p(library.EVP_MD_CTX_new())
        self._of_key = ctypes.c_void_p(library.EVP_PKEY_CTX_new(self._key.handle, None))
        _check(library.EVP_PKEY_CTX_set1_id(self._of_key, IDENTIFIER, ctypes.c_int(len(IDENTIFIER))))
        library.EVP_MD_CTX_set_pkey_ctx(self._digest, self._of_key)
        return self._digest

    def __exit__(self, *_: object) -> None:
        library = _library()
        library.EVP_MD_CTX_free(self._digest)
        library.EVP_PKEY_CTX_free(self._of_key)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key that signs; `der`: SEC 1, to be kept sealed."""

    der: bytes = field(repr=False)
    public: bytes
    _key: _Key = field(repr=False, compare=False)

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Raises Unavailable."""
        key = _Key(_library().EVP_PKEY_Q_keygen(None, None, b"SM2"))
        return cls(_written("i2d_PrivateKey", key), key.public(), key)

    @classmethod
    def read(cls, der: bytes) -> "PrivateKey":
        """Raises Refused, Unavailable."""
        start = ctypes.c_char_p(der)
        key = _Key(_library().d2i_AutoPrivateKey(None, ctypes.byref(start), ctypes.c_long(len(der))))
        return cls(der, key.public(), key)

    def sign(self, message: bytes) -> bytes:
        """R ‖ s, 64 bytes; the nonce is random."""
        library = _library()
        with _Context(self._key) as context:
            _check(
                library.EVP_DigestSignInit(
                    context, None, ctypes.c_void_p(library.EVP_sm3()), None, self._key.handle
                )
            )
            signature = ctypes.create_string_buffer(_LARGEST_DER)
            length = ctypes.c_size_t(_LARGEST_DER)
            _check(
                library.EVP_DigestSign(
                    context, signature, ctypes.byref(length), message, ctypes.c_size_t(len(message))
                )
            )
        r, s = decode_dss_signature(signature.raw[: length.value])
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of 64 bytes is that of the key x ‖ y. Raises Refused for no point, Unavailable."""
    library = _library()
    key = _public_key(public)
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    with _Context(key) as context:
        _check(
            library.EVP_DigestVerifyInit(context, None, ctypes.c_void_p(library.EVP_sm3()), None, key.handle)
        )
        answer = library.EVP_DigestVerify(
            context, der, ctypes.c_size_t(len(der)), message, ctypes.c_size_t(len(message))
        )
    return bool(answer == 1)


def _public_key(public: bytes) -> _Key:
    der = _SPKI_HEAD + public
    start = ctypes.c_char_p(der)
    return _Key(_library().d2i_PUBKEY(None, ctypes.byref(start), ctypes.c_long(len(der))))


def _written(function: str, key: _Key) -> bytes:
    write = getattr(_library(), function)
    length = write(key.handle, None)
    if length <= 0:
        raise Refused("not an SM2 key")
    room = ctypes.create_string_buffer(length)
    start = ctypes.cast(room, ctypes.c_char_p)
    write(key.handle, ctypes.byref(start))
    return room.raw


def _check(answer: int) -> None:
    if answer != 1:
        raise Refused("OpenSSL refused")
