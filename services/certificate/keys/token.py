"""Private keys in a token behind PKCS#11: made in it, used in it, never read out of it.

One session for the process, one signature at a time. When the token is taken away nothing is signed; the next attempt
opens it anew, so that issuing goes on by itself when it returns. `python-pkcs11` is only there where it is used.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certificate.keys.domain import thumbprint
from certificate.keys.keystore import KeystoreUnusable
from certificate.keys.models import Algorithm
from certificate.keys.vault import Hand, Public
from common.certificate_code import canonical_signature
from common.ids import uuid7

if TYPE_CHECKING:
    pass

T = TypeVar("T")
# EC_PARAMS (DER): the object identifier of the curve.
_P256: Final = bytes.fromhex("06082a8648ce3d030107")
_ED25519: Final = bytes.fromhex("06032b6570")


class TokenAway(OSError):
    """The token does not answer: nothing was signed, and the work is done again when it returns."""


class TokenVault:
    """Keys in one token; found by their labels, which are their key ids."""

    def __init__(self, module: str, token: str, pin: str) -> None:
        """Opens the token. Raises KeystoreUnusable."""
        try:
            import pkcs11  # noqa: PLC0415  # the extra `hsm`: only where a token is used
        except ImportError:
            raise KeystoreUnusable(
                "a token needs the extra hsm: pip install skill-level-platform[hsm]"
            ) from None
        self._pkcs11: Any = pkcs11
        self._module, self._token, self._pin = module, token, pin
        self._turn = Lock()
        self._session: pkcs11.Session | None = None
        self._was_away = True  # whatever the process did with the library before
        try:
            self._with(lambda session: session)
        except TokenAway as away:
            raise KeystoreUnusable(str(away)) from None

    def make(self, algorithm: Algorithm) -> Public:
        return self._with(lambda session: self._made(session, algorithm))

    def hand(self, kid: str) -> Hand:
        try:
            return self._with(lambda session: TokenHand(self, kid, _is_edwards(self._found(session, kid))))
        except TokenAway as away:
            if isinstance(away.__cause__, self._pkcs11.NoSuchKey):
                raise KeystoreUnusable(f"the token has no key {kid}") from None
            raise

    def make_second(self, kid: str) -> bytes:
        """No token at hand could be tried with SM2. Raises KeystoreUnusable."""
        raise KeystoreUnusable(
            f"a second signature beside {kid} needs the keystore: tokens sign with one algorithm"
        )

    def second_hand(self, kid: str) -> Hand:
        """Raises KeystoreUnusable."""
        raise KeystoreUnusable(f"the token has no SM2 key beside {kid}")

    def sign(self, kid: str, message: bytes, *, edwards: bool) -> bytes:
        """The token's signature. Raises TokenAway."""
        mechanism = self._pkcs11.Mechanism
        if edwards:
            return self._with(
                lambda session: bytes(self._found(session, kid).sign(message, mechanism=mechanism.EDDSA))
            )
        digest = sha256(message).digest()
        raw = self._with(
            lambda session: bytes(self._found(session, kid).sign(digest, mechanism=mechanism.ECDSA))
        )
        return canonical_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    def _with(self, use: Callable[[Any], T]) -> T:
        """Use the session; one that broke is let go, and the next use opens another."""
        with self._turn:
            try:
                return use(self._open())
            except self._pkcs11.PKCS11Error as error:
                self._let_go()
                raise TokenAway(f"the token does not answer: {type(error).__name__}") from error

    def _open(self) -> Any:
        if self._session is None:
            library = self._pkcs11.lib(self._module)
            if self._was_away:  # a library may know only the tokens that were there when it was initialised
                library.reinitialize()
            token = library.get_token(token_label=self._token)
            self._session = token.open(user_pin=self._pin, rw=True)
            self._was_away = False
        return self._session

    def _let_go(self) -> None:
        """Close what is open, before the library is initialised anew: nothing of an old session may outlive it."""
        session, self._session, self._was_away = self._session, None, True
        if session is not None:
            with suppress(self._pkcs11.PKCS11Error):
                session.close()

    def _made(self, session: Any, algorithm: Algorithm) -> Public:
        """Made under a label of its own until its key id is known; one without is never used."""
        attribute, kind = self._pkcs11.Attribute, self._pkcs11.KeyType
        label, edwards = str(uuid7()), algorithm == "EdDSA"
        parameters = session.create_domain_parameters(
            kind.EC_EDWARDS if edwards else kind.EC,
            {attribute.EC_PARAMS: _ED25519 if edwards else _P256},
            local=True,
        )
        how = {"mechanism": self._pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN} if edwards else {}
        public_half, private_half = parameters.generate_keypair(store=True, label=label, **how)
        public = _read_point(bytes(public_half[attribute.EC_POINT]), edwards=edwards)
        kid, _ = thumbprint(public)
        private_half[attribute.LABEL] = kid
        public_half[attribute.LABEL] = kid
        return public

    def _found(self, session: Any, kid: str) -> Any:
        return session.get_key(object_class=self._pkcs11.ObjectClass.PRIVATE_KEY, label=kid)


@dataclass(frozen=True, slots=True)
class TokenHand:
    """A key in the token."""

    vault: TokenVault
    kid: str
    is_edwards: bool

    def sign(self, message: bytes) -> bytes:
        return self.vault.sign(self.kid, message, edwards=self.is_edwards)


def _is_edwards(key: Any) -> bool:
    return bool(key.key_type.name == "EC_EDWARDS")


def _read_point(encoded: bytes, *, edwards: bool) -> Public:
    """CKA_EC_POINT: the point in a DER OCTET STRING of less than 128 bytes."""
    point = encoded[2:]
    if edwards:
        return ed25519.Ed25519PublicKey.from_public_bytes(point)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
