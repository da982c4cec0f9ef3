"""Reading a stream: an ephemeral consumer and one open request, which the broker fills as events come in.

nats-py's `fetch` waits for a full batch up to its timeout, or asks twice; here whatever has arrived is taken at once.
No acknowledgements: there is no timer that could redeliver, and nothing to go stale; the cursor is in our database.
"""

import time

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext, api

from common.bus import Mailbox, open_mailbox

BATCH = 200
BATCH_BYTES = 8_000_000
EXPIRES_SECONDS = 5
OVERDUE_SECONDS = 8.0  # the broker tells when a request's time is up; one that it forgot is made again
INACTIVE_SECONDS = 60.0
# 404: nothing there, 408: the request's time is up, 409: no more fits into it, or the consumer is gone.
_ENDS = {"404", "408", "409"}


class Pull:
    """An open request on a consumer of one stream."""

    def __init__(self, broker: Client, mailbox: Mailbox, stream: str, consumer: str) -> None:
        self.stream, self.consumer = stream, consumer
        self._broker, self._mailbox = broker, mailbox
        self._open = 0  # messages that the broker may still send for the present request
        self._requests = 0
        self._asked_at = 0.0

    async def take(self, seconds: float) -> list[Msg]:
        """What has arrived, in order; nothing when nothing came. Raises OSError when the consumer is gone."""
        if self._open <= 0 or time.monotonic() - self._asked_at > OVERDUE_SECONDS:
            await self._ask()
        try:
            arrived = await self._mailbox.take(seconds)
        except TimeoutError:
            if self._broker.is_closed:
                raise OSError("connection to NATS closed") from None
            return []
        return [message for message in arrived if self._is_event(message)]

    async def _ask(self) -> None:
        self._requests += 1
        self._open, self._asked_at = BATCH, time.monotonic()
        asked = {"batch": BATCH, "max_bytes": BATCH_BYTES, "expires": EXPIRES_SECONDS * 10**9}
        await self._broker.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.consumer}",
            orjson.dumps(asked),
            reply=f"{self._mailbox.subject}.{self._requests}",
        )

    def _is_event(self, message: Msg) -> bool:
        """Whether it is an event; notes of the broker about the request are taken in."""
        status = (message.headers or {}).get("Status")
        if status is None:
            self._open -= 1
            return True
        if status in _ENDS and "Consumer" not in (message.headers or {}).get("Description", ""):
            self._open = 0
        elif status != "100":
            raise OSError(f"stream {self.stream}: no consumer any more ({status})")
        return False


async def follow_stream(broker: Client, stream: JetStreamContext, name: str, *, after: int) -> Pull:
    """Read a stream from behind a position on."""
    consumer = await stream.add_consumer(
        name,
        api.ConsumerConfig(
            deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            ack_policy=api.AckPolicy.NONE,
            inactive_threshold=INACTIVE_SECONDS,
            mem_storage=True,
        ),
    )
    return Pull(broker, await open_mailbox(broker), name, consumer.name)
