"""Bad inputs of issuing: facts told twice, kills, years, keys, and rows changed behind the service's back."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text

from certificate.certificates.models import Certificate
from certificate.keys.keystore import KeystoreUnusable
from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.certificate_code import code_url
from common.ids import encode_id, uuid7
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.certificate import test_issue, test_issue_kills
from tests.service.certificate.world import (
    NOW,
    PASSPHRASE,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.support.service import RunningService, owner_connection, running_service, settings_for

in_one_loop = pytest.mark.asyncio(loop_scope="module")
AREA = Area("certificate", secrets=["王小明"])
NOTHING_SENT = Answer(None, None)
PROVED_BY = {
    "certificate-049": test_issue_kills.test_each_result_becomes_one_certificate_whatever_is_killed,
    "certificate-052": test_issue.test_recognised_in_the_old_year_is_numbered_in_the_old_year,
    "certificate-054": test_issue.test_a_chunk_that_breaks_off_leaves_nothing_and_is_done_again,
}
"""Entries whose proof is a test of its own; with a real token that is taken away: tests/outside/test_hsm.py."""


@dataclass
class Office(Served):
    """A running certificate service."""

    certificates: Certificates

    @property
    def served(self) -> RunningService:
        return self.certificates.service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office_open(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    name = next(database_names)
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        keystore_dir=tmp_path_factory.mktemp("office") / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        yield Office(certificates)
    postgres.drop_database(name)


@pytest.fixture
def office(office_open: Office, capsys: pytest.CaptureFixture[str]) -> Office:
    office_open.read = lambda: "".join(capsys.readouterr())
    return office_open


@AREA.case("certificate-047")
async def issue_asked_for_by_http(_: BadInput, office: Office) -> Answer:
    batch_id = uuid7()
    await office.certificates.hear(
        organisation(),
        plan(),
        await office.certificates.results([Person("王小明")], batch_id=batch_id),
        recorded(batch_id, rows=1),
    )
    before = await issued_so_far(office)
    answer = await office.client.post(
        f"/certificate/v1/batches/{encode_id('batch', batch_id)}/issuance",
        headers=office.served.as_("authority", idempotency_key="new"),
    )
    assert await issued_so_far(office) == before
    return Answer.of(answer)


async def issued_so_far(office: Office) -> list[int]:
    counts = await office.row_counts()
    return [counts[table] for table in ("to_be_signed", "certificate", "series", "signing_key")]


@AREA.case("certificate-048")
async def recognised_twice(_: BadInput, office: Office) -> Answer:
    batch_id = await office.certificates.recognised_batch([Person("王小明")])
    for _twice in range(2):
        await office.certificates.hear(recognised(batch_id, rows=1))
    await office.certificates.issued(1, batch_id)
    await office.certificates.hear(recognised(batch_id, rows=1))
    await office.certificates.one("王小明")  # what is issued after it finds nothing left of the first
    async with office.certificates.unit_of_work() as uow:
        count = select(func.count()).select_from(Certificate).where(Certificate.batch_id == batch_id)
        assert await uow.session.scalar(count) == 1
    return NOTHING_SENT


@AREA.case("certificate-055")
async def a_key_that_others_may_read(_: BadInput, office: Office) -> Answer:
    settings = office.served.settings
    assert isinstance(settings, CertificateSettings)
    assert settings.keystore_dir is not None
    await office.certificates.one("王小明")
    key = next(settings.keystore_dir.glob("*.key"))
    key.chmod(0o644)
    try:
        with pytest.raises(KeystoreUnusable, match="0600"):
            create_app(
                settings_for(
                    CertificateSettings,
                    database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
                    nats_url="nats://127.0.0.1:1",
                    keystore_dir=Path(settings.keystore_dir),
                    keystore_passphrase=PASSPHRASE,
                )
            )
    finally:
        key.chmod(0o600)
    return NOTHING_SENT


@AREA.case("certificate-057")
async def a_level_changed_by_the_database_owner(_: BadInput, office: Office) -> Answer:
    """The table refuses; with its guard taken off, number and code in the row prove nothing without the key."""
    certificate, _person = await office.certificates.one("王小明")
    changes = "UPDATE certificate SET level = 1, code = :code WHERE number = :number"
    async with office.certificates.unit_of_work() as uow:
        kept = (await uow.session.get_one(Certificate, certificate.number)).code
    raised = certificate.number[:15] + "1" + certificate.number[16:]
    forged = kept.replace(certificate.number.encode(), raised.encode())
    assert forged != kept
    async with owner_connection(office.served.database_url) as connection:
        with pytest.raises(Exception, match="never changed or deleted"):
            await connection.execute(text(changes), {"code": forged, "number": certificate.number})
    async with owner_connection(office.served.database_url) as connection:
        await connection.execute(text("ALTER TABLE certificate DISABLE TRIGGER USER"))
        await connection.execute(text(changes), {"code": forged, "number": certificate.number})
        await connection.execute(text("ALTER TABLE certificate ENABLE TRIGGER USER"))
    verdict = (await office.certificates.verify(code=code_url("http://127.0.0.1", forged))).json()
    assert (verdict["verdict"], verdict["state"]) == ("not_valid", "not_genuine")
    return NOTHING_SENT


ENTRIES = [one for one in AREA.entries if one.op == "issue"]


@in_one_loop
@pytest.mark.parametrize("bad", [one for one in ENTRIES if one.id not in PROVED_BY], ids=str)
async def test_bad_inputs_of_issuing(bad: BadInput, office: Office) -> None:
    await AREA.run(bad, office)


def test_every_entry_of_issuing_is_mapped() -> None:
    unmapped = set(AREA.unmapped()) & {one.id for one in ENTRIES}
    assert unmapped == set(PROVED_BY)
