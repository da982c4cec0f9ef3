"""Who may do what on one machine: each service its own database and its own stream, strangers nothing."""

import asyncio
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import asyncpg
import httpx
import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js.errors import Error as JetStreamError

from tests.service.local.conftest import Launcher

Environment = Callable[[str], dict[str, str]]


@pytest.fixture
def told(platform: Launcher) -> Environment:
    """Call it for the variables that a service was started with."""
    url = platform.state["gateway_url"]
    return lambda service: dict(httpx.get(f"{url}/{service}/environment").json())


def plain(url: str) -> str:
    return url.replace("postgresql+asyncpg:", "postgresql:")


async def test_the_owner_makes_tables_and_the_service_may_do_what_it_was_granted(told: Environment) -> None:
    variables = told("filing")
    owner = await asyncpg.connect(plain(variables["FILING_MIGRATION_URL"]))
    await owner.execute("CREATE TABLE plan (name text); CREATE TABLE sealed (name text)")
    await owner.execute("GRANT SELECT, INSERT ON plan TO filing")
    await owner.close()

    service = await asyncpg.connect(plain(variables["FILING_DATABASE_URL"]))
    await service.execute("INSERT INTO plan VALUES ('one')")
    assert await service.fetchval("SELECT name FROM plan") == "one"
    for forbidden in ("DELETE FROM plan", "DROP TABLE plan", "TABLE sealed", "CREATE TABLE mine (name text)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(forbidden)
    await service.close()


@pytest.mark.parametrize("other", ["catalog", "registration", "audit", "certificate"])
async def test_a_service_cannot_enter_another_ones_database(told: Environment, other: str) -> None:
    url = plain(told("filing")["FILING_DATABASE_URL"]).removesuffix("filing") + other
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url)


async def test_the_database_asks_for_a_password(platform: Launcher) -> None:
    port = platform.state["postgres"]["port"]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://postgres:guess@127.0.0.1:{port}/postgres")


def test_only_services_with_personal_data_share_its_keys(told: Environment) -> None:
    keys = {
        name: told(name)["PERSONAL_DATA_KEYS"]
        for name in ("catalog", "filing", "registration", "audit", "certificate")
    }
    assert keys["registration"] == keys["audit"] == keys["certificate"]
    assert len(set(keys.values())) == 3


def test_secrets_of_one_service_are_told_to_no_other(told: Environment) -> None:
    assert "CERTIFICATE_KEYSTORE_PASSPHRASE" in told("certificate")
    assert "FILING_BOOTSTRAP_CLIENT_SECRET" in told("filing")
    for name in ("catalog", "registration", "audit"):
        variables = told(name)
        others = [variable for variable in variables if variable.startswith(("CERTIFICATE_", "FILING_"))]
        assert others == []


async def connected(url: str) -> tuple[Client, list[Exception]]:
    """A client and the refusals that the broker sends it."""
    refusals: list[Exception] = []

    async def note(error: Exception) -> None:
        refusals.append(error)

    prefix = f"_INBOX.{urlsplit(url).username}"
    client = await nats.connect(url, allow_reconnect=False, error_cb=note, inbox_prefix=prefix)
    return client, refusals


async def refused(client: Client, refusals: list[Exception]) -> bool:
    """Whether the broker refused what was sent before."""
    await client.flush()
    await asyncio.sleep(0.05)
    return any("permissions violation" in str(refusal).lower() for refusal in refusals)


def test_a_stranger_cannot_reach_the_broker(platform: Launcher) -> None:
    """Spoken by hand: without a name and password the first command ends the conversation."""
    with socket.create_connection(("127.0.0.1", platform.state["nats"]["port"]), timeout=10) as stranger:
        conversation = stranger.makefile("rwb", buffering=0)
        assert conversation.readline().startswith(b"INFO ")
        conversation.write(b'CONNECT {"verbose":false}\r\nPING\r\n')
        assert conversation.readline() == b"-ERR 'Authorization Violation'\r\n"
        conversation.close()


async def test_a_service_keeps_its_stream_and_others_read_it(told: Environment) -> None:
    filing, _ = await connected(told("filing")["NATS_URL"])
    audit, _ = await connected(told("audit")["NATS_URL"])
    await filing.jetstream().add_stream(name="filing", subjects=["skills.filing.>"])
    await filing.jetstream().publish("skills.filing.plan.accepted.v1", b"one")

    assert (await audit.jetstream().get_msg("filing", 1)).data == b"one"
    subscription = await audit.jetstream().pull_subscribe("skills.filing.>", stream="filing")
    assert [message.data for message in await subscription.fetch(1)] == [b"one"]
    await filing.close()
    await audit.close()


@pytest.mark.parametrize(
    "subject",
    [
        "skills.filing.plan.accepted.v1",
        "$JS.API.STREAM.DELETE.filing",
        "$JS.API.STREAM.PURGE.filing",
        "$JS.API.STREAM.UPDATE.filing",
        "$JS.API.STREAM.CREATE.filing",
        "$JS.API.STREAM.MSG.DELETE.filing",
        "$SYS.REQ.SERVER.PING",
    ],
)
async def test_a_service_cannot_write_what_is_anothers(told: Environment, subject: str) -> None:
    audit, refusals = await connected(told("audit")["NATS_URL"])
    await audit.publish(subject, b"{}")
    assert await refused(audit, refusals)
    await audit.close()


async def test_a_service_answers_for_its_own_journal_only(told: Environment) -> None:
    filing, refusals = await connected(told("filing")["NATS_URL"])
    audit, _ = await connected(told("audit")["NATS_URL"])

    async def answer(message: Msg) -> None:
        await message.respond(b"rows")

    await filing.subscribe("journal.filing", cb=answer)
    await filing.flush()
    assert (await audit.request("journal.filing", b"{}")).data == b"rows"

    await filing.subscribe("journal.catalog", cb=answer)
    assert await refused(filing, refusals)
    with pytest.raises(NoRespondersError):
        await audit.request("journal.catalog", b"{}", timeout=2)
    await filing.close()
    await audit.close()


@pytest.mark.parametrize("inbox", ["_INBOX.>", "_INBOX.filing.>"])
async def test_a_service_cannot_read_what_another_one_is_answered(told: Environment, inbox: str) -> None:
    audit, refusals = await connected(told("audit")["NATS_URL"])
    await audit.subscribe(inbox)
    assert await refused(audit, refusals)
    await audit.close()


async def test_a_foreign_stream_cannot_be_deleted_through_the_api(told: Environment) -> None:
    filing, _ = await connected(told("filing")["NATS_URL"])
    await filing.jetstream().add_stream(name="filing", subjects=["skills.filing.>"])
    audit, _ = await connected(told("audit")["NATS_URL"])
    with pytest.raises((JetStreamError, nats.errors.TimeoutError)):
        await audit.jetstream(timeout=0.5).delete_stream("filing")
    assert (await filing.jetstream().stream_info("filing")).config.name == "filing"
    await filing.close()
    await audit.close()
