"""Without a network: one file answers, in three values, with the age of what it rests on; and so in both languages."""

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common.certificate_code import encode_text
from common.offline import REASONS, Bundle, NotABundle, verify_offline
from tests.unit.certificate.bundles import (
    MADE_AT,
    NAMES,
    PLATFORM_KEYS,
    STATUS,
    Platform,
    bundle,
)
from tests.unit.certificate.codes import claims, code, key_set, signed, signer
from tests.unit.certificate.node import ASK, NODE, VERIFIER

GENUINE = encode_text(code())
PLACE = 123_456
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    about: str
    expected: tuple[str, str, list[str]]
    text: str = GENUINE
    bundle: bytes = bundle()
    at: datetime = MADE_AT + HOUR


CASES = [
    Case("valid", ("valid", "valid", ["signature-holds", "valid"])),
    Case("revoked", ("not_valid", "revoked", ["signature-holds", "revoked"]), bundle=bundle({PLACE: 1})),
    Case(
        "suspended", ("not_valid", "suspended", ["signature-holds", "suspended"]), bundle=bundle({PLACE: 2})
    ),
    Case(
        "under review",
        ("unprovable", "under_review", ["signature-holds", "under_review"]),
        bundle=bundle({PLACE: 3}),
    ),
    Case(
        "superseded",
        ("not_valid", "superseded", ["signature-holds", "superseded"]),
        bundle=bundle({PLACE: 11}),
    ),
    Case(
        "neighbours are not meant",
        ("valid", "valid", ["signature-holds", "valid"]),
        bundle=bundle(dict.fromkeys([0, PLACE - 1, PLACE + 1, 2**20 - 1], 1) | {5: 2, 77_777: 3}),
    ),
    Case(
        "a meaning to come",
        ("unprovable", "unknown", ["signature-holds", "status-unknown"]),
        bundle=bundle({PLACE: 9}),
    ),
    Case(
        "no statuses",
        ("unprovable", "unknown", ["signature-holds", "status-missing"]),
        bundle=bundle(with_status=False),
    ),
    Case(
        "a day old",
        ("valid", "valid", ["signature-holds", "valid"]),
        at=MADE_AT + timedelta(hours=24),
    ),
    Case(
        "over a day old",
        ("valid", "valid", ["signature-holds", "valid", "status-old"]),
        at=MADE_AT + timedelta(hours=24, seconds=1),
    ),
    Case(
        "over a week old",
        ("unprovable", "unknown", ["signature-holds", "status-too-old"]),
        at=MADE_AT + timedelta(days=7, seconds=1),
    ),
    Case(
        "over a week old and superseded for good",
        ("not_valid", "superseded", ["signature-holds", "superseded", "status-old"]),
        bundle=bundle({PLACE: 11}),
        at=MADE_AT + timedelta(days=70),
    ),
    Case(
        "issued after the bundle",
        ("unprovable", "unknown", ["signature-holds", "newer-than-bundle"]),
        text=encode_text(code(status_index=2**20)),
    ),
    Case(
        "a key that is not in it",
        ("unprovable", "unknown", ["key-not-in-bundle"]),
        text=encode_text(code(signer(secret=99))),
    ),
    Case(
        "a newer version",
        ("unprovable", "unknown", ["newer-version"]),
        text=encode_text(signed(claims().payload().replace(b"\xa4\x01\x01", b"\xa4\x01\x02"))),
    ),
    Case(
        "changed",
        ("not_valid", "not_genuine", ["signature"]),
        text=encode_text(code().replace(b"6-31-01-03", b"6-31-01-04")),
    ),
    Case("no code", ("not_valid", "not_genuine", ["malformed"]), text="https://example.org/1"),
    Case(
        "a clock that stands still since long ago",
        ("valid", "valid", ["signature-holds", "valid"]),
        at=MADE_AT - timedelta(days=300),
    ),
]


def _unsigned(document: dict[str, Any]) -> None:
    document["names"] = document["names"][:-4] + "AAAA"


def _swapped(document: dict[str, Any]) -> None:
    document["names"], document["keys"] = document["keys"], document["names"]


def _cut(document: dict[str, Any]) -> None:
    document["status"] = document["status"][:-8]


def _older_program(document: dict[str, Any]) -> None:
    document["version"] = 2


def _left_out(document: dict[str, Any]) -> None:
    del document["keys"]


def _foreign_key(document: dict[str, Any]) -> None:
    document["platform_keys"] = {"keys": [Platform(6666, "names").document, STATUS.document]}


def _other_purpose(document: dict[str, Any]) -> None:
    document["platform_keys"]["keys"][0]["purpose"] = "status"


def _other_key_under_this_id(document: dict[str, Any]) -> None:
    document["platform_keys"]["keys"][0] |= {"x": STATUS.document["x"], "y": STATUS.document["y"]}


BROKEN = {
    "a name changed": bundle(change=_unsigned),
    "parts swapped": bundle(change=_swapped),
    "cut off": bundle(change=_cut),
    "a version to come": bundle(change=_older_program),
    "a part left out": bundle(change=_left_out),
    "a key of somebody else": bundle(change=_foreign_key),
    "a key of another purpose": bundle(change=_other_purpose),
    "another key under its id": bundle(change=_other_key_under_this_id),
    "statuses signed with the key of names": bundle(signs_status=NAMES),
    "made outside of its keys' time": bundle(made_at=MADE_AT + timedelta(days=3650)),
    "no JSON": b"d2844da20126",
    "a list": b"[]",
}


def ask(questions: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """The answers of the JavaScript verifier, None where it took no bundle."""
    done = subprocess.run(
        [NODE, "--no-warnings", ASK.with_name("offline_verifier.mjs"), VERIFIER.with_name("bundle.js")],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[dict[str, Any] | None] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_a_bundle_answers_in_three_values(case: Case) -> None:
    found = verify_offline(case.text, Bundle.parse(case.bundle), at=case.at)
    assert (found.verdict, found.state, list(found.reasons)) == case.expected
    assert len(found.details) == len(found.reasons)


def test_the_second_verifier_gives_the_same_answers() -> None:
    asked = [
        {"text": case.text, "bundle": case.bundle.decode(), "at": int(case.at.timestamp())} for case in CASES
    ]
    for case, found in zip(CASES, ask(asked), strict=True):
        assert found is not None, case.about
        assert (found["verdict"], found["state"], found["reasons"]) == case.expected, case.about
        ours = verify_offline(case.text, Bundle.parse(case.bundle), at=case.at)
        assert [(one["name"], one["state"]) for one in found["inputs"]] == [
            (one.name, one.state) for one in ours.inputs
        ]
        assert found.get("itemName") == ours.item_name
        assert found.get("organisationName") == ours.organisation_name


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_a_bundle_that_is_not_whole_is_not_read(raw: bytes) -> None:
    with pytest.raises(NotABundle):
        Bundle.parse(raw)


def test_the_second_verifier_takes_none_of_those_either() -> None:
    asked = [{"text": GENUINE, "bundle": raw.decode(), "at": 0} for raw in BROKEN.values()]
    assert ask(asked) == [None] * len(BROKEN)


def test_the_published_vectors_hold_in_both() -> None:
    vectors = json.loads((Path(__file__).parents[2] / "data" / "bundle_vectors.json").read_text())
    bundle_ = Bundle.parse(vectors["bundle"].encode())
    asked = [case | {"bundle": vectors["bundle"]} for case in vectors["cases"]]
    for case, second in zip(vectors["cases"], ask(asked), strict=True):
        first = verify_offline(case["text"], bundle_, at=datetime.fromtimestamp(case["at"], UTC))
        expected = (case["verdict"], case["state"], case["reasons"])
        assert (first.verdict, first.state, list(first.reasons)) == expected, case["about"]
        assert second is not None
        assert (second["verdict"], second["state"], second["reasons"]) == expected, case["about"]


def test_names_come_from_the_bundle_and_every_input_says_its_age() -> None:
    found = verify_offline(GENUINE, Bundle.parse(bundle()), at=MADE_AT + timedelta(hours=30))
    assert (found.item_name, found.organisation_name) == ("电工", "江苏长江机械有限公司")
    assert [(one.name, one.state, one.made_at) for one in found.inputs] == [
        ("keys", "old", MADE_AT),
        ("status", "old", MADE_AT),
        ("names", "old", MADE_AT),
    ]


def test_keys_known_from_elsewhere_are_believed_rather_than_those_in_the_file() -> None:
    assert Bundle.parse(bundle(), trusted=PLATFORM_KEYS).signed_by == (NAMES.kid, STATUS.kid)
    stranger = {"keys": [Platform(6666, "names").document, Platform(7777, "status").document]}
    with pytest.raises(NotABundle):
        Bundle.parse(bundle(), trusted=stranger)
    assert ask([{"text": GENUINE, "bundle": bundle().decode(), "at": 0, "trusted": stranger}]) == [None]


def test_a_key_that_was_compromised_is_told_by_the_bundle() -> None:
    keys = key_set(signer())
    day = int(datetime.fromisoformat("2026-11-23T12:00:00+08:00").timestamp())
    keys["keys"][0]["compromised"] = {"from": day, "to": day}
    found = verify_offline(GENUINE, Bundle.parse(bundle(keys=keys)), at=MADE_AT)
    assert (found.verdict, found.reasons) == ("not_valid", ("compromised-key",))


def test_both_say_the_same_reasons_to_people() -> None:
    script = VERIFIER.with_name("bundle.js").read_text()
    for reason in REASONS.values():
        assert f'"{reason.zh}"' in script
        assert f'"{reason.en}"' in script
