"""The area `certificate`, as far as sheets are printed: long and rare names, those of others, a thousand at once."""

import hashlib
import io
import secrets
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pypdfium2
import pytest
import pytest_asyncio

from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.clock import Clock
from common.events.registration import CandidateSessionOpened
from common.ids import encode_id, uuid7
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served, built
from tests.service.certificate.world import BODY, NOW, PASSPHRASE, Certificates, Person
from tests.support.service import RunningService, running_service

AREA = Area("certificate", secrets=["王𬭩·买买提", "王王王王王王", "欧阳静姝", "32010219900101"])
in_one_loop = pytest.mark.asyncio(loop_scope="module")


class Press(Served):
    """A certificate service, and what its sheets say."""

    def __init__(self, certificates: Certificates, read: Callable[[], str]) -> None:
        super().__init__(read=read)
        self.certificates = certificates

    @property
    def served(self) -> RunningService:
        return self.certificates.service

    async def printed(self, person: Person) -> httpx.Response:
        """The sheet of a certificate of this holder, asked for by the holder."""
        (certificate,) = await self.certificates.issued(1, await self.certificates.recognised_batch([person]))
        return await self.client.post(
            "/certificate/v1/prints",
            json={"number": certificate.number, "name": person.name, "id_number": person.id_number},
        )

    async def signed_in(self, person: Person) -> str:
        token = secrets.token_urlsafe(32)
        await self.certificates.hear(
            CandidateSessionOpened(
                session_id=uuid7(),
                person_id=person.person_id,
                token_sha256=hashlib.sha256(token.encode()).hexdigest(),
                expires_at=Clock.real_now() + timedelta(minutes=30),
            )
        )
        return token


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def certificates(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Certificates]:
    name, keystore = next(database_names), tmp_path_factory.mktemp("sheets") / "keystore"
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        keystore_dir=Path(keystore),
        keystore_passphrase=PASSPHRASE,
    ) as service:
        running = Certificates(service)
        await running.be_at(NOW)
        yield running
    postgres.drop_database(name)


@pytest.fixture
def press(certificates: Certificates, capsys: pytest.CaptureFixture[str]) -> Press:
    return Press(certificates, lambda: "".join(capsys.readouterr()))


def text_of(pdf: bytes) -> str:
    (page,) = pypdfium2.PdfDocument(pdf)
    return "".join(str(page.get_textpage().get_text_range()).split())


@AREA.case("certificate-063", "certificate-064")
async def names_on_the_sheet(entry: BadInput, press: Press) -> Answer:
    """Every character of the name can be taken from the sheet again."""
    name = built(entry.input, {})["name"]
    sheet = await press.printed(Person(name))
    assert sheet.status_code == 200, sheet.text
    assert name in text_of(sheet.content)
    return Answer.of(sheet)


@AREA.case("certificate-066")
async def of_another(entry: BadInput, press: Press) -> Answer:
    """Signed in as one candidate; the other's number is answered like a number that none has."""
    mine, theirs = await press.certificates.one("张三"), await press.certificates.one("欧阳静姝")
    headers = {"Candidate-Token": await press.signed_in(mine[1])}
    own = await press.client.get(f"/certificate/v1/me/certificates/{mine[0].number}/pdf", headers=headers)
    assert own.status_code == 200
    answers = [
        await press.client.get(f"/certificate/v1/me/certificates/{number}/pdf", headers=headers)
        for number in (theirs[0].number, "Y000032000017463999999")
    ]
    told = [one.json() | {"request_id": None} for one in answers]
    assert told[0] == told[1]
    return Answer.of(answers[0])


@AREA.case("certificate-067")
async def all_of_a_batch(entry: BadInput, press: Press) -> Answer:
    """A job for the whole batch; tests/service/certificate/test_print_size.py prints more and looks at the memory."""
    people = [Person(f"欧阳{number}") for number in range(5)]
    batch = await press.certificates.recognised_batch(people)
    await press.certificates.issued(len(people), batch)
    headers = press.served.as_("organisation_reader", organisation_id=BODY, idempotency_key="new")
    sent = await press.client.post(
        f"/certificate/v1/batches/{encode_id('batch', batch)}/prints", json={}, headers=headers
    )
    job = await press.certificates.ended(sent.json()["id"], headers)
    made = await press.client.get(f"/certificate/v1/jobs/{job}/prints", headers=headers)
    assert len(zipfile.ZipFile(io.BytesIO(made.content)).namelist()) == len(people)
    return Answer.of(sent)


@in_one_loop
@pytest.mark.parametrize("entry", [one for one in AREA.entries if one.op == "print"], ids=str)
async def test_bad_input(entry: BadInput, press: Press) -> None:
    await AREA.run(entry, press)


def test_every_entry_of_prints_is_mapped() -> None:
    mapped = {entry.id for entry in AREA.entries} - set(AREA.unmapped())
    assert {entry.id for entry in AREA.entries if entry.op == "print"} <= mapped
