"""Keys: sealed on disk, private to their user, of one life, signing deterministically."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certificate.keys.domain import KeyExpired, KeyLife, check_may_sign, key_to_sign_with, new_life
from certificate.keys.keystore import Keystore, KeystoreUnusable
from certificate.keys.signer import Es256Signer
from certificate.keys.vault import FileHand
from common.certificate_code import is_low
from tests.unit.certificate.codes import signer

PASSPHRASE = "correct horse battery staple"


def _numbers(private: object) -> ec.EllipticCurvePrivateNumbers:
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private.private_numbers()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestKeystore:
    def test_a_key_is_found_again_by_another_process(self, tmp_path: Path) -> None:
        private = ec.generate_private_key(ec.SECP256R1())
        Keystore.open(tmp_path / "keys", PASSPHRASE).put("b0715e66934906cc", private)
        again = Keystore.open(tmp_path / "keys", PASSPHRASE).get("b0715e66934906cc")
        assert _numbers(again) == _numbers(private)

    def test_a_wrong_passphrase_stops_the_start(self, tmp_path: Path) -> None:
        Keystore.open(tmp_path / "keys", PASSPHRASE)
        with pytest.raises(KeystoreUnusable, match="wrong passphrase"):
            Keystore.open(tmp_path / "keys", PASSPHRASE + "r")

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
    def test_a_key_that_others_may_read_stops_the_start(self, tmp_path: Path, mode: int) -> None:
        keystore = Keystore.open(tmp_path / "keys", PASSPHRASE)
        keystore.put("one", ec.generate_private_key(ec.SECP256R1()))
        (tmp_path / "keys" / "one.key").chmod(mode)
        with pytest.raises(KeystoreUnusable, match="0600"):
            Keystore.open(tmp_path / "keys", PASSPHRASE)

    def test_what_it_writes_is_private(self, tmp_path: Path) -> None:
        Keystore.open(tmp_path / "keys", PASSPHRASE).put("one", ec.generate_private_key(ec.SECP256R1()))
        assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
        assert {path.name for path in (tmp_path / "keys").iterdir()} == {"salt", "check", "one.key"}

    def test_a_key_is_never_replaced(self, tmp_path: Path) -> None:
        keystore = Keystore.open(tmp_path / "keys", PASSPHRASE)
        first = ec.generate_private_key(ec.SECP256R1())
        keystore.put("one", first)
        keystore.put("one", ec.generate_private_key(ec.SECP256R1()))
        assert _numbers(keystore.get("one")) == _numbers(first)

    def test_a_file_under_another_name_does_not_open(self, tmp_path: Path) -> None:
        keystore = Keystore.open(tmp_path / "keys", PASSPHRASE)
        keystore.put("one", ec.generate_private_key(ec.SECP256R1()))
        (tmp_path / "keys" / "one.key").rename(tmp_path / "keys" / "two.key")
        with pytest.raises(KeystoreUnusable, match="damaged"):
            keystore.get("two")
        with pytest.raises(KeystoreUnusable, match="no key"):
            keystore.get("one")


class TestLife:
    DAY = date(2026, 11, 20)
    NOW = moment("2026-11-23T10:00:00+08:00")
    FIRST, END = new_life(issued_on=DAY, now=NOW, lifetime=timedelta(days=365))

    def test_it_begins_with_the_day_of_issue_that_needed_it(self) -> None:
        assert moment("2026-11-20T00:00:00+08:00") == self.FIRST
        assert moment("2027-11-23T10:00:00+08:00") == self.END

    def test_a_key_signs_until_30_days_before_its_end(self) -> None:
        life = KeyLife("one", self.FIRST, self.END)
        last, after = self.END - timedelta(days=30, seconds=1), self.END - timedelta(days=30)
        assert key_to_sign_with([life], issued_on=self.DAY, now=last) == life
        assert key_to_sign_with([life], issued_on=self.DAY, now=after) is None

    def test_a_key_does_not_sign_for_days_before_it(self) -> None:
        life = KeyLife("one", self.FIRST, self.END)
        assert key_to_sign_with([life], issued_on=date(2026, 11, 19), now=self.NOW) is None

    def test_of_two_the_newer_signs(self) -> None:
        old = KeyLife("old", self.FIRST, self.END)
        new = KeyLife("new", self.FIRST, self.END + timedelta(days=100))
        assert key_to_sign_with([old, new], issued_on=self.DAY, now=self.NOW) == new

    def test_nothing_is_signed_outside_of_its_validity(self) -> None:
        life = KeyLife("one", self.FIRST, self.END)
        check_may_sign(life, self.END)
        with pytest.raises(KeyExpired):
            check_may_sign(life, self.END + timedelta(microseconds=1))
        with pytest.raises(KeyExpired):
            check_may_sign(life, self.FIRST - timedelta(microseconds=1))


def test_a_message_has_one_signature_with_a_low_s() -> None:
    by = signer()
    for message in (b"", b"one", b"another", b"a third"):
        signature = by.sign(message)
        assert signature == Es256Signer(by.key, by.hand).sign(message)
        assert len(signature) == 64
        assert is_low(int.from_bytes(signature[32:], "big"))


def test_a_published_vector_of_rfc_6979_is_signed_as_it_says() -> None:
    """A.2.5: P-256, SHA-256, message "sample"; its s is the larger one of the pair, so ours is n - s."""
    private = ec.derive_private_key(
        0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, ec.SECP256R1()
    )
    r = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    s = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    signed = Es256Signer(signer().key, FileHand(private)).sign(b"sample")
    assert signed == r.to_bytes(32, "big") + (order - s).to_bytes(32, "big")
