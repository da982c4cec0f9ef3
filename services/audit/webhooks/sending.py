"""One delivery over the network: to the very address that was checked, in bounded time, reading little."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from audit.webhooks.addresses import is_public

SECONDS: Final = 15.0
MOST_READ: Final = 64 * 1024
Resolve = Callable[[str], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: a status, or why there is none."""

    status: int | None
    reason: str
    retry_after: int | None = None

    @property
    def is_heard(self) -> bool:
        """Any 2xx. Redirects are failures: they are never followed."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == 410


async def resolve(host: str) -> list[str]:
    """The addresses of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def trusted() -> ssl.SSLContext:
    """TLS 1.2 or newer, certificates of the public authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Sender:
    """Sends deliveries. `allowed` judges resolved addresses; only tests have another than the public's."""

    def __init__(
        self,
        *,
        context: ssl.SSLContext | None = None,
        resolver: Resolve = resolve,
        allowed: Callable[[str], bool] = is_public,
        port: int = 443,
        seconds: float = SECONDS,
    ) -> None:
        self._context = context or trusted()
        self._resolve, self._allowed, self._port, self._seconds = resolver, allowed, port, seconds

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The whole exchange within one time limit; never raises for what the receiver does."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(url, body, headers)
        except TimeoutError:
            return Answer(None, "timeout")
        except (OSError, httpx.HTTPError, ValueError) as error:
            return Answer(None, type(error).__name__)

    async def _exchange(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        addresses = await self._resolve(host)
        if not addresses or not all(self._allowed(address) for address in addresses):
            return Answer(None, "address-refused")
        address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        target = f"https://{address}:{self._port}{parts.path or '/'}" + (
            f"?{parts.query}" if parts.query else ""
        )
        told = {"Host": host, "Content-Type": "application/json", "Accept-Encoding": "identity", **headers}
        async with (
            httpx.AsyncClient(verify=self._context, timeout=self._seconds, trust_env=False) as client,
            client.stream(
                "POST", target, content=body, headers=told, extensions={"sni_hostname": host}
            ) as response,
        ):
            await _read_little(response)
            return Answer(response.status_code, f"{response.status_code}", _retry_after(response))


async def _read_little(response: httpx.Response) -> None:
    """As much as belongs to a polite exchange; nothing is decoded, nothing kept."""
    read = 0
    async for part in response.aiter_raw():
        read += len(part)
        if read >= MOST_READ:
            return


def _retry_after(response: httpx.Response) -> int | None:
    told = response.headers.get("retry-after", "")
    return int(told) if told.isdecimal() and len(told) <= 8 else None
