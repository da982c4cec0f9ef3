"""Two verifiers, written independently of one another, agree on what is genuine, and why what is not is not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.certificate_code import REFUSALS, KeySet, Refusal, Verified, code_url, encode_text, verify_code
from tests.unit.certificate.codes import code, key_set, signer
from tests.unit.certificate.mutations import GENUINE, OTHER_BODY, mutated
from tests.unit.certificate.node import VERIFIER, answers

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "code_vectors.json").read_text())
SPECIFICATION = (Path(__file__).parents[3] / "docs" / "certificate-code.md").read_text()


@pytest.fixture(scope="module")
def of_vectors() -> list[dict[str, Any]]:
    texts = [vector["text"] for vector in VECTORS["valid"] + VECTORS["refused"]]
    return answers(texts, VECTORS["keys"])


def test_the_second_verifier_reads_every_published_vector(of_vectors: list[dict[str, Any]]) -> None:
    read = [
        {
            "number": found["number"],
            "item_code": found["itemCode"],
            "name": found["name"],
            "issued_on": found["issuedOn"],
            "status_index": found["statusIndex"],
            "kind": found["kind"],
            "level": found["level"],
        }
        for found in of_vectors
        if found["genuine"]
    ]
    assert read == [vector["says"] for vector in VECTORS["valid"]]


def test_the_second_verifier_refuses_every_published_vector_for_its_reason(
    of_vectors: list[dict[str, Any]],
) -> None:
    reasons = [found["reason"] for found in of_vectors if not found["genuine"]]
    assert reasons == [vector["reason"] for vector in VECTORS["refused"]]


def test_the_example_of_the_specification_is_genuine_in_both() -> None:
    text = next(line for line in SPECIFICATION.splitlines() if line.startswith("HTTPS://SKILLS"))
    assert verify_code(text, VECTORS["keys"])
    assert answers([text], VECTORS["keys"])[0]["number"] == "Y000032000017263000042"


def test_ten_thousand_mutated_codes_are_refused_by_both_for_the_same_reason() -> None:
    keys = key_set(signer(), OTHER_BODY)
    texts = list(mutated(10_000))
    ours = KeySet.parse(keys)
    first = [verify_code(text, ours) for text in texts]
    second = answers(texts, keys)
    passed = [text for text, found in zip(texts, first, strict=True) if isinstance(found, Verified)]
    assert passed == []
    reasons = [found.reason for found in first if isinstance(found, Refusal)]
    assert [found.get("reason") for found in second] == reasons
    assert set(reasons) == set(REFUSALS) - {"not-yet-issued", "compromised-key"}


def test_spellings_that_scanners_and_people_make_are_read_by_both() -> None:
    url = code_url("https://skills.example.org", GENUINE)
    spellings = [url, url.lower(), f" {url}", " ".join(encode_text(GENUINE)), f"{encode_text(GENUINE)}\r\n"]
    assert [bool(verify_code(text, key_set(signer()))) for text in spellings] == [True] * 5
    assert [found["genuine"] for found in answers(spellings, key_set(signer()))] == [True] * 5


def test_both_read_a_code_that_carries_a_second_signature() -> None:
    text = encode_text(code(second=bytes(range(64))))
    found = verify_code(text, key_set(signer()))
    assert isinstance(found, Verified)
    assert found.claims.second == bytes(range(64))
    assert answers([text], key_set(signer()))[0]["isTwiceSigned"] is True


def test_both_refuse_a_day_to_come_where_a_clock_is_given() -> None:
    text, eve = encode_text(GENUINE), datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    found = verify_code(text, key_set(signer()), at=eve)
    assert isinstance(found, Refusal)
    second = answers([text], key_set(signer()), at=int(eve.timestamp()))
    assert second == [{"genuine": False, "reason": found.reason}]
    assert found.reason == "not-yet-issued"


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("2026-11-20", "2026-11-22", None),
        ("2026-11-20", "2026-11-23", "compromised-key"),
        ("2026-11-23", "2026-11-30", "compromised-key"),
        ("2026-11-24", "2026-11-30", None),
    ],
)
def test_both_refuse_what_was_issued_while_a_key_was_compromised(
    first: str, last: str, reason: str | None
) -> None:
    keys = key_set(signer())
    keys["keys"][0]["compromised"] = {
        "from": int(datetime.fromisoformat(f"{first}T09:00:00+08:00").timestamp()),
        "to": int(datetime.fromisoformat(f"{last}T17:00:00+08:00").timestamp()),
    }
    found = verify_code(encode_text(GENUINE), keys)
    assert (found.reason if isinstance(found, Refusal) else None) == reason
    assert answers([encode_text(GENUINE)], keys)[0].get("reason") == reason


def test_both_say_the_same_to_people() -> None:
    script = VERIFIER.read_text()
    for refusal in REFUSALS.values():
        assert f'"{refusal.detail.zh}"' in script
        assert f'"{refusal.detail.en}"' in script
