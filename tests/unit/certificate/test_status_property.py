"""Whatever is decided in whatever order: memory, lists and bundle say what the events, folded, say.

Decisions go through the rules of the domain; what they change is told in any order and more than once.
"""

import gzip
import json
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st
from token_status_list import BitArray

from certificate.issuance.status_index import LIST_PLACES, status_index
from certificate.status import domain, lists
from certificate.status.board import Places, Touched
from certificate.status.domain import WIRE, Measure, Standing, Status, StatusConflict
from certificate.status.lists import StatusList
from common.status_bundle import bundle_of, decode, encode

AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
KEY = bytes(32)
ACTS = ("review", "end_review", "suspend", "lift", "revoke", "annul")
KINDS = {"review": "under_review", "suspend": "suspended", "revoke": "revoked"}
ENDS = {"end_review": "under_review", "lift": "suspended", "annul": "revoked"}
steps = st.lists(
    st.tuples(st.sampled_from((*ACTS, "issue", "correct")), st.integers(0, 3)), min_size=1, max_size=30
)


class Unsigned:
    kid = "0011223344556677"

    def sign(self, _: bytes) -> bytes:
        return bytes(64)


@dataclass
class Certificate:
    """The expectation: flags, set by hand."""

    places: list[int]
    flags: set[str] = field(default_factory=set)
    standing: Standing = field(default_factory=Standing)

    @property
    def expected(self) -> Status:
        for status in ("revoked", "suspended", "under_review"):
            if status in self.flags:
                return status  # type: ignore[return-value]
        return "valid"


@dataclass
class World:
    """Certificates as they were decided about, and what was told of it."""

    certificates: list[Certificate] = field(default_factory=list)
    told: list[tuple[int, Touched]] = field(default_factory=list)
    given: int = 0

    def new_place(self) -> int:
        self.given += 1
        return status_index(KEY, self.given - 1)

    def tell(self, place: int, status: Status) -> None:
        serial = len(self.told) + 1
        self.told.append((place, Touched(status, AT + timedelta(seconds=serial), "cheating", serial)))

    def step(self, act: str, which: int) -> None:
        if act == "issue" or which >= len(self.certificates):
            self.certificates.append(Certificate([self.new_place()]))
        elif act == "correct":
            self.correct(self.certificates[which])
        else:
            self.decide(self.certificates[which], act)

    def correct(self, one: Certificate) -> None:
        """Signed again at a new place; not while revoked. The status goes along."""
        if one.expected == "revoked":
            return
        self.tell(one.places[-1], "superseded")
        one.places.append(self.new_place())
        if one.expected != "valid":
            self.tell(one.places[-1], one.standing.status)

    def decide(self, one: Certificate, act: Any) -> None:
        before = one.expected
        measure = Measure(KINDS.get(act) or ENDS[act], str(len(self.told)), AT, "cheating", "1", "a")  # type: ignore[arg-type]
        try:
            one.standing = domain.decided(one.standing, act, measure)
        except StatusConflict:
            assert not _may_follow(before, act)
            return
        assert _may_follow(before, act)
        if act in KINDS:
            one.flags.add(KINDS[act])
        else:
            one.flags.discard(ENDS[act])
        self.tell(one.places[-1], one.standing.status)

    def expected(self) -> dict[int, Status]:
        """Place → status, by the flags alone."""
        found: dict[int, Status] = {}
        for one in self.certificates:
            found.update(dict.fromkeys(one.places[:-1], "superseded"))
            found[one.places[-1]] = one.expected
        return found


def _may_follow(status: str, act: str) -> bool:
    """As the law has it, in words of its own: a revoked certificate only comes back by an appeal."""
    match act:
        case "revoke":
            return status != "revoked"
        case "suspend":
            return status in ("valid", "under_review")
        case "review":
            return status == "valid"
        case _:
            return status == ENDS[act]


def folded(told: Sequence[tuple[int, Touched]]) -> dict[int, Status]:
    """The events one after the other, in the order of their serials."""
    found: dict[int, Status] = {}
    for place, touched in sorted(told, key=lambda one: one[1].serial):
        found[place] = touched.status
    return found


def in_memory(world: World, told: Sequence[tuple[int, Touched]]) -> Places:
    places = Places()
    for one in world.certificates:
        for place in one.places:
            places.add(place, (place + 1).to_bytes(8, "big"))
    for place, touched in told:
        places.change(place, touched)
    return places


def in_lists(places: Places) -> Iterator[dict[int, int]]:
    """What others read out of each kind of list, by place."""
    touched = places.touched(0)
    listed = StatusList(
        0, {index: one.status for index, one in touched.items() if one.status != "valid"}, AT, "https://a"
    )
    claims = json.loads(_unpacked(lists.token_jwt(listed, Unsigned()).split(b".")[1].decode()))
    jwt = BitArray.load(claims["status_list"])
    payload = cbor2.loads(cbor2.loads(lists.token_cwt(listed, Unsigned())).value[2])
    cwt = BitArray(payload[65533]["bits"], zlib.decompress(payload[65533]["lst"]))
    subject = lists.bitstring_credential(listed, "message")["credentialSubject"]
    bits = gzip.decompress(_unpacked(subject["encodedList"][1:]))
    for read in (jwt.get, cwt.get, lambda place: bits[place // 2] >> (4 if place % 2 == 0 else 0) & 0xF):
        yield {place: read(place) for place in touched}


def _unpacked(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@settings(max_examples=60, deadline=None)
@given(steps, st.randoms(use_true_random=False))
def test_memory_lists_and_bundle_say_what_the_events_say(steps: list[tuple[str, int]], chance: Any) -> None:
    world = World()
    for act, which in steps:
        world.step(act, which)
    told = world.told + chance.sample(world.told, len(world.told) // 2)
    chance.shuffle(told)
    places, expected = in_memory(world, told), world.expected()
    online = {place: standing.status for place in expected if (standing := places.standing(place))}
    assert online == expected
    assert expected | folded(world.told) == expected
    wire = {place: WIRE[status] for place, status in folded(world.told).items()}
    assert list(in_lists(places)) == [wire, wire, wire]
    bundle = decode(encode(bundle_of(wire, serial=places.serial, made_at=AT, places=LIST_PLACES)))
    assert {place: bundle.status_at(place) for place in expected} == {
        place: WIRE[status] for place, status in expected.items()
    }


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(0, 30))
def test_a_delta_from_any_serial_leads_to_the_same_bundle(steps: list[tuple[str, int]], known: int) -> None:
    world = World()
    for act, which in steps:
        world.step(act, which)
    before, after = in_memory(world, world.told[:known]), in_memory(world, world.told)
    older = bundle_of(_wire(before, 0), serial=before.serial, made_at=AT, places=LIST_PLACES)
    delta = bundle_of(
        _wire(after, before.serial), serial=after.serial, made_at=AT, places=LIST_PLACES, base=before.serial
    )
    newest = bundle_of(_wire(after, 0), serial=after.serial, made_at=AT, places=LIST_PLACES)
    assert older.continued(decode(encode(delta))) == newest


def _wire(places: Places, after: int) -> dict[int, int]:
    return {place: WIRE[one.status] for place, one in places.changed_after(after)}
