"""The whole way in: facts said by other services, through their journals and NATS, become certificates."""

from collections.abc import Callable
from pathlib import Path

from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.ids import uuid7
from tests.service.certificate.world import (
    NOW,
    PASSPHRASE,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
    results_of,
)
from tests.support.publishing import publishing
from tests.support.service import running_service


async def test_facts_that_arrive_through_journals_become_certificates(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> None:
    people = (Person("张三"), Person("王𬭩"))
    persons, batch_id = [person.person_id for person in people], uuid7()
    async with (
        publishing("filing", database(), nats_url) as filing,
        publishing("registration", database(), nats_url) as registration,
        publishing("audit", database(), nats_url) as audit,
        running_service(
            create_app,
            CertificateSettings,
            database_url=database(),
            nats_url=nats_url,
            keystore_dir=tmp_path / "keystore",
            keystore_passphrase=PASSPHRASE,
        ) as service,
    ):
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        await audit.say(
            recognised(batch_id, rows=2)
        )  # the later fact first: services do not wait for one another
        keys = await registration.keys(persons)
        await registration.say(results_of(people, keys, batch_id=batch_id), persons=persons)
        await registration.say(recorded(batch_id, rows=2))
        await filing.say(organisation(), plan())
        issued = await certificates.issued(2, batch_id)
        assert [one.holder for one in issued] == ["张*", "王*"]
        assert (await certificates.verify(code=issued[1].code)).json()["verdict"] == "valid"
        journal = await service.row_counts()
        assert journal["person_key"] == 2
