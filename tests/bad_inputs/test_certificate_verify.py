"""The area `certificate`, as far as codes are verified: forged, mistyped, oversized, stolen, and those that stand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, timedelta

import cbor2
import pytest
import pytest_asyncio

from certificate.status import changes
from certificate.status.changes import Decision
from common.certificate_code import decode_text, encode_text, split
from common.ids import uuid7
from local.postgres import Postgres
from tests.bad_inputs import certificate_checks
from tests.bad_inputs.certificate_checks import HOLDERS, Counter, issued
from tests.bad_inputs.harness import Answer, Area, BadInput
from tests.service.certificate.world import Person
from tests.unit.certificate.codes import signed, signer

AREA = Area("certificate", secrets=HOLDERS)
in_one_loop = pytest.mark.asyncio(loop_scope="module")
STATES = {
    "valid": {"valid"},
    "not-genuine": {"not_genuine", "not_issued"},
    "revoked": {"revoked"},
    "suspended": {"suspended"},
    "expired": {"expired"},
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
NOT_MADE = 900_000
"""A place that no certificate was given."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Callable[[Callable[[], str]], Counter]]:
    folder = tmp_path_factory.mktemp("checks")
    async for made in certificate_checks.counter(postgres, next(database_names), new_nats_url(), folder):
        yield made


@pytest.fixture
def counter(opened: Callable[[Callable[[], str]], Counter], capsys: pytest.CaptureFixture[str]) -> Counter:
    return opened(lambda: "".join(capsys.readouterr()))


async def told(entry: BadInput, counter: Counter, code: str) -> Answer:
    """The verdict that the list has, and nothing of what a forged code claims."""
    answer = await counter.verdict(code)
    found = answer.json()
    assert found["state"] in STATES[entry.expect["verdict"]], found
    if entry.expect["verdict"] == "not-genuine":
        assert found["verdict"] == "not_valid"
        assert "certificate" not in found
    return Answer.of(answer)


@AREA.case("certificate-001")
async def flipped_bits(entry: BadInput, counter: Counter) -> Answer:
    """The JavaScript verifier refuses the same, see tests/unit/certificate/test_second_verifier.py."""
    cose = decode_text(counter.valid.code)
    texts = []
    for at in range(len(cose) * 8):
        changed = bytearray(cose)
        changed[at // 8] ^= 1 << at % 8
        texts.append(encode_text(bytes(changed)))
    answers = await asyncio.gather(*(told(entry, counter, text) for text in texts))
    return answers[0]


@AREA.case("certificate-002")
async def swapped_signature(entry: BadInput, counter: Counter) -> Answer:
    mine, other = (decode_text(one.code) for one in (counter.valid, counter.old))
    return await told(entry, counter, encode_text(mine[:-64] + other[-64:]))


@AREA.case("certificate-003", "certificate-009")
async def foreign_key(entry: BadInput, counter: Counter) -> Answer:
    """Of a sandbox, too, whose keys are its own."""
    payload = split(decode_text(counter.valid.code))[1]
    return await told(entry, counter, encode_text(signed(payload, signer(secret=99))))


@AREA.case("certificate-004")
async def old_paper(entry: BadInput, counter: Counter) -> Answer:
    key = counter.key_of(counter.old).key
    assert key.valid_to < counter.served.platform.clock.now()
    return await told(entry, counter, counter.old.code)


@AREA.case("certificate-005")
async def retired_key_used_again(entry: BadInput, counter: Counter) -> Answer:
    claims = counter.claims_of(counter.old, issued_on=date(2046, 11, 20), status_index=NOT_MADE)
    return await told(entry, counter, counter.forged(counter.old, claims.payload()))


@AREA.case("certificate-006")
async def before_the_compromise(entry: BadInput, counter: Counter) -> Answer:
    """What was issued outside of the window stands: the place in the register decides, not the key alone."""
    window = {"window_from": "2046-11-21T00:00:00+08:00", "window_to": "2046-11-22T23:59:59+08:00"}
    kid = split(decode_text(counter.valid.code))[0].hex()
    declared = await counter.client.post(
        f"/certificate/v1/signing-keys/{kid}/compromises",
        json=window | {"measure": "reissue", "decision_document": "苏人社撤〔2046〕15号"},
        headers=counter.served.as_("authority", idempotency_key="new"),
    )
    assert declared.status_code == 201, declared.text
    return await told(entry, counter, counter.valid.code)


@AREA.case("certificate-007")
async def stolen_key(entry: BadInput, counter: Counter) -> Answer:
    """A new place, the place of another, and the number of another: none of them was ever issued so."""
    answers = []
    for changed in (
        {"status_index": NOT_MADE},
        {"name": "张三"},
        {"number": counter.valid.number[:-1] + "9"},
    ):
        claims = counter.claims_of(counter.valid, **changed)
        answers.append(await told(entry, counter, counter.forged(counter.valid, claims.payload())))
    return answers[0]


@AREA.case("certificate-010")
async def revoked(entry: BadInput, counter: Counter) -> Answer:
    certificate = await issued(counter.certificates, Person("张三"))
    assert (await counter.certificates.revoke(certificate.number)).status_code == 201
    await counter.state(certificate.code, "revoked")
    return await told(entry, counter, certificate.code)


@AREA.case("certificate-011")
async def suspended(entry: BadInput, counter: Counter) -> Answer:
    """The class of the reason is shown; the decision and its document are not."""
    certificate = await issued(counter.certificates, Person("张三"))
    now = counter.served.platform.clock.now()
    decision = Decision(
        id=uuid7(),
        act="suspend",
        ground="appeal",
        origin="hand",
        reason_code="cheating",
        decision_document="苏人社停〔2046〕7号",
        decided_by="account",
        decided_at=now,
    )
    async with counter.certificates.unit_of_work() as uow:
        await changes.change(uow, decision, [certificate.number])
        await uow.commit()
    answer = await counter.state(certificate.code, "suspended")
    assert "暂停使用" in answer.text
    assert "评价中舞弊" in answer.text
    assert "停〔2046〕7号" not in answer.text
    return await told(entry, counter, certificate.code)


@AREA.case("certificate-013")
async def expired(entry: BadInput, counter: Counter) -> Answer:
    return await told(entry, counter, counter.limited.code)


@AREA.case("certificate-015")
async def of_tomorrow(entry: BadInput, counter: Counter) -> Answer:
    tomorrow = counter.served.platform.clock.today() + timedelta(days=1)
    claims = counter.claims_of(counter.valid, issued_on=tomorrow, status_index=NOT_MADE)
    return await told(entry, counter, counter.forged(counter.valid, claims.payload()))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "certificate-016": str.lower,
    "certificate-017": lambda text: text.rpartition("/")[2].replace("O", "0").replace("I", "1"),
    "certificate-018": lambda text: " - ".join(
        text.rpartition("/")[2][at : at + 7] for at in range(0, 300, 7)
    ),
    "certificate-020": lambda text: f"{text}ABC",
    "certificate-021": lambda text: f"{text} {text}",
}


@AREA.case(*SPELLINGS)
async def spelt(entry: BadInput, counter: Counter) -> Answer:
    text = SPELLINGS[entry.id](counter.valid.code).strip(" -")
    assert text != counter.valid.code
    return await told(entry, counter, text)


def _outer(counter: Counter) -> dict[int, object]:
    outer: dict[int, object] = cbor2.loads(split(decode_text(counter.valid.code))[1])
    return outer


@AREA.case("certificate-022", "certificate-023", "certificate-024")
async def other_forms(entry: BadInput, counter: Counter) -> Answer:
    """Signed with the very key, and refused for its form alone."""
    payload = split(decode_text(counter.valid.code))[1]
    number = counter.valid.number.encode()
    forms = {
        "certificate-022": b"\xa4" + payload[1:] + b"\x02\x60",
        "certificate-023": payload.replace(b"\x02\x76" + number, b"\x02\x78\x16" + number, 1),
        "certificate-024": payload.replace(b"\x02\x76", b"\x02\x7b\x80" + bytes(7), 1),
    }
    assert forms[entry.id] != payload
    return await told(entry, counter, counter.forged(counter.valid, forms[entry.id]))


@AREA.case("certificate-026", "certificate-027")
async def other_algorithms(entry: BadInput, counter: Counter) -> Answer:
    """HS256 (5) where ES256 (-7) belongs; then no algorithm that is signed, and one beside it that is not."""
    tag = cbor2.loads(decode_text(counter.valid.code))
    kid = cbor2.loads(tag.value[0])[4]
    heads = {
        "certificate-026": (cbor2.dumps({1: 5, 4: kid}), {}),
        "certificate-027": (b"", {1: -7, 4: kid}),
    }
    protected, unprotected = heads[entry.id]
    changed = cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, *tag.value[2:]]))
    return await told(entry, counter, encode_text(changed))


@AREA.case("certificate-029", "certificate-030")
async def scalars_outside(entry: BadInput, counter: Counter) -> Answer:
    """The signature that counts is ES256; a second one of SM2 is inside of what it signs, so it cannot be changed."""
    cose = decode_text(counter.valid.code)
    zero, above = bytes(32), (ORDER + 1).to_bytes(32, "big")
    changed = cose[:-64] + zero + cose[-32:] if entry.id == "certificate-029" else cose[:-32] + above
    return await told(entry, counter, encode_text(changed))


@AREA.case("certificate-031")
async def of_a_newer_version(entry: BadInput, counter: Counter) -> Answer:
    outer = _outer(counter)
    inner = outer[-65537]
    assert isinstance(inner, dict)
    code = counter.forged(counter.valid, cbor2.dumps(outer | {-65537: inner | {1: 99}}))
    answer = await told(entry, counter, code)
    assert [reason["code"] for reason in answer.body["reasons"]] == ["newer-version"]
    return answer


@AREA.case("certificate-032")
async def of_ten_megabytes(entry: BadInput, counter: Counter) -> Answer:
    """As a server would hand it on: client libraries do not send it."""
    path = "/certificate/v1/verifications/" + "A" * 10_000_000
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    messages: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        messages.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    await counter.served.app(scope, receive, send)  # type: ignore[arg-type]
    status, body = messages[0]["status"], b"".join(bytes(one.get("body", b"")) for one in messages[1:])  # type: ignore[call-overload]
    assert isinstance(status, int)
    assert b"AAAA" not in body
    return Answer(status, "uri-too-long" if b"/problems/uri-too-long" in body else None)


@AREA.case("certificate-034")
async def framed(entry: BadInput, counter: Counter) -> Answer:
    code = counter.valid.code.rpartition("/")[2]
    page = await counter.client.get(f"/V/{code}", headers=entry.input["headers"])
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    return Answer.of(page)


@in_one_loop
@pytest.mark.parametrize("entry", [one for one in AREA.entries if one.op == "verify.code"], ids=str)
async def test_bad_input(entry: BadInput, counter: Counter) -> None:
    await AREA.run(entry, counter)


def test_every_entry_of_codes_is_mapped() -> None:
    mapped = {entry.id for entry in AREA.entries} - set(AREA.unmapped())
    assert {entry.id for entry in AREA.entries if entry.op == "verify.code"} <= mapped
