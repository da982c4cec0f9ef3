"""The area `certificate`, as far as numbers with names and lists are verified: guesses, spellings, bare numbers."""

import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from certificate.verification.guesses import MISSES
from client import certificate as calls
from local.postgres import Postgres
from tests.bad_inputs import certificate_checks
from tests.bad_inputs.certificate_checks import HOLDERS, Counter, issued
from tests.bad_inputs.harness import Answer, Area, BadInput
from tests.service.certificate.world import Person
from tests.support.service import owner_connection
from tests.support.waiting import eventually

AREA = Area("certificate", secrets=[*HOLDERS, "Y0000320000174"])
in_one_loop = pytest.mark.asyncio(loop_scope="module")
UNKNOWN = "Y000032000017463999999"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Callable[[Callable[[], str]], Counter]]:
    folder = tmp_path_factory.mktemp("lookups")
    async for made in certificate_checks.counter(postgres, next(database_names), new_nats_url(), folder):
        yield made


@pytest.fixture
def counter(opened: Callable[[Callable[[], str]], Counter], capsys: pytest.CaptureFixture[str]) -> Counter:
    return opened(lambda: "".join(capsys.readouterr()))


@AREA.case("certificate-036")
async def wrong_name(entry: BadInput, counter: Counter) -> Answer:
    """Byte for byte the answer of an unknown number, and the same question to the register."""
    found = []
    for number, name in (
        (counter.valid.number, entry.input["name"]),
        (UNKNOWN, counter.holder.name),
        ("none of ours", counter.holder.name),
    ):
        with counter.work() as work:
            answer = await counter.looked_up(number, name, address="10.200.0.1")
        found.append((work, answer.status_code, answer.json() | {"request_id": None}, len(answer.content)))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == 2  # the register, and then the older certificates
    return Answer(found[0][1], found[0][2]["type"].removeprefix("/problems/"), {}, found[0][2])


@AREA.case("certificate-039")
async def many_names_from_many_addresses(entry: BadInput, counter: Counter) -> Answer:
    """The number rests after twenty names, whoever asks; its holder's own name opens nothing then, and is told."""
    certificate = await issued(counter.certificates, Person("张三"))
    answers = [
        await counter.looked_up(
            certificate.number, f"王{guess}", address=f"10.201.{guess // 250}.{guess % 250}"
        )
        for guess in range(MISSES + 5)
    ]
    assert [one.status_code for one in answers] == [404] * MISSES + [429] * 5
    own = await counter.looked_up(certificate.number, "张三", address="10.202.0.1")
    assert own.status_code == 429

    async def said() -> bool | None:
        async with owner_connection(counter.served.database_url) as database:
            for table in ("outbox", "journal"):
                rows = await database.scalars(text(f"SELECT t::text FROM {table} t"))
                if any("guessing.noticed" in row and certificate.number in row for row in rows):
                    return True
        return None

    assert await eventually(said)
    other = await counter.looked_up(counter.valid.number, counter.holder.name, address="10.202.0.1")
    assert other.status_code == 200
    return Answer.of(own)


@AREA.case("certificate-041")
async def decomposed_name(entry: BadInput, counter: Counter) -> Answer:
    """é as one character on the certificate, as e and an accent in the question."""
    certificate = await issued(counter.certificates, Person(unicodedata.normalize("NFC", "José·é")))
    answer = await counter.looked_up(
        certificate.number, unicodedata.normalize("NFD", "José·é"), address="10.203.0.1"
    )
    assert answer.json()["verdict"] == "valid"
    return Answer.of(answer)


async def rows_of_jobs(counter: Counter) -> dict[str, int]:
    """What a refused list must not leave; workers write other tables meanwhile."""
    counts = await counter.row_counts()
    return {name: counts[name] for name in ("job", "job_chunk", "upload", "list_check", "idempotency")}


@AREA.case("certificate-044")
async def number_of_two_persons(entry: BadInput, counter: Counter) -> Answer:
    """Old registers gave one number twice: the import says so, and the name decides."""
    number, rows = "0610012003300042", []
    for name, level in (("赵一鸣", 3), ("钱二虎", 3)):
        rows.append(
            {
                "number": number,
                "name": name,
                "item_name": "维修电工",
                "level": level,
                "issuer": "江苏省职业技能鉴定中心",
                "issued_on": "2006-06-30",
            }
        )
    call = calls.import_legacy("2006年鉴定登记簿第3册", "original_register", rows)
    headers = counter.served.as_("authority", idempotency_key="new")
    told = await counter.client.post(call.path, json=call.json, headers=headers)
    assert told.json()["clashes"] == [{"number": number, "persons": 2}]
    answers = [
        await counter.client.post(
            "/certificate/v1/verifications", json={"number": number, "name": row["name"]}
        )
        for row in rows
    ]
    assert [answer.json()["legacy"]["holder"] for answer in answers] == ["赵**", "钱**"]
    return Answer.of(answers[0])


@AREA.case("certificate-045")
async def too_long_a_list(entry: BadInput, counter: Counter) -> Answer:
    before = await rows_of_jobs(counter)
    answer = await counter.certificates.send_list([{"code": "AAAA"}] * entry.input["codes"])
    assert "10,000" in answer.json()["errors"][0]["detail"]
    assert await rows_of_jobs(counter) == before
    return Answer.of(answer)


@AREA.case("certificate-046")
async def numbers_alone(entry: BadInput, counter: Counter) -> Answer:
    before = await rows_of_jobs(counter)
    answer = await counter.certificates.send_list([{"number": counter.valid.number}, {"number": UNKNOWN}])
    assert await rows_of_jobs(counter) == before
    return Answer.of(answer)


MINE = [one for one in AREA.entries if one.op in ("verify.number", "verify.bulk")]


@in_one_loop
@pytest.mark.parametrize("entry", [one for one in MINE if one.id not in AREA.unmapped()], ids=str)
async def test_bad_input(entry: BadInput, counter: Counter) -> None:
    await AREA.run(entry, counter)
