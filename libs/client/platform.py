"""Sending calls: `Platform` for ordinary code, `AsyncPlatform` for asyncio. Same behaviour, two ways to wait."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from client.calls import Call
from client.problems import Problem, Unreachable
from client.receipts import ReceiptFolder
from client.retries import ATTEMPTS, is_transient, pause_before
from client.tokens import TOKEN_PATH, AnyCredentials

T = TypeVar("T")
TIMEOUT = httpx.Timeout(60.0, connect=5.0)


def _headers(call: Call[Any], token: str | None, language: str) -> dict[str, str]:
    headers = {"Accept-Language": language, **call.headers}
    if token and "Authorization" not in headers:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _request(
    client: httpx.Client | httpx.AsyncClient, call: Call[Any], token: str | None, language: str
) -> httpx.Request:
    return client.build_request(
        call.method,
        call.path,
        params=dict(call.query),
        json=call.json,
        content=call.content,
        headers=_headers(call, token, language),
    )


class _Attempts:
    """The decision after each attempt, the same for both senders: the answer, another try, or an exception."""

    def __init__(self, call: Call[Any], credentials: AnyCredentials | None) -> None:
        self._call, self._credentials, self._count = call, credentials, 0

    def after(self, outcome: httpx.Response | httpx.TransportError) -> httpx.Response | float:
        """A response to use, or seconds to wait before the next attempt. Raises Problem, Unreachable."""
        self._count += 1
        last = self._count >= ATTEMPTS
        if isinstance(outcome, httpx.TransportError):
            refused = isinstance(outcome, httpx.ConnectError)
            if last or not (refused or self._call.may_repeat):
                raise Unreachable(
                    f"{self._call.method} {self._call.path}: {type(outcome).__name__}"
                ) from outcome
            return pause_before(self._count, None)
        if outcome.is_success or outcome.status_code == 304:
            return outcome
        if (
            outcome.status_code == 401
            and self._credentials
            and self._count == 1
            and self._call.path != TOKEN_PATH
        ):
            self._credentials.forget()
            return 0.0
        if (
            is_transient(outcome)
            and not last
            and (self._call.may_repeat or outcome.status_code in {429, 503})
        ):
            return pause_before(self._count, outcome)
        raise Problem(outcome)


class Platform:
    """A running platform, seen by one account (or by the public). Close it, or use it in a `with`.

    `receipts`: where the receipts of accepted writes are kept, to be checked later (`skills log receipts check`).
    """

    def __init__(
        self,
        url: str,
        credentials: AnyCredentials | None = None,
        *,
        language: str = "zh-CN",
        connections: httpx.Client | None = None,
        receipts: ReceiptFolder | None = None,
    ) -> None:
        self.receipts = receipts
        self.url, self.credentials, self.language = url.rstrip("/"), credentials, language
        self._client = connections or httpx.Client(base_url=self.url, timeout=TIMEOUT)

    def send(self, call: Call[T]) -> T:
        """Send a call and read its answer. Raises Problem when it is refused, Unreachable without an answer."""
        attempts = _Attempts(call, self.credentials)
        while True:
            token = self._token() if call.path != TOKEN_PATH else None
            try:
                decision = attempts.after(
                    self._client.send(_request(self._client, call, token, self.language))
                )
            except httpx.TransportError as error:
                decision = attempts.after(error)
            if isinstance(decision, httpx.Response):
                if self.receipts is not None:
                    self.receipts.keep(decision)
                return call.read(decision)
            time.sleep(decision)

    def acting_as(self, credentials: AnyCredentials | None) -> "Platform":
        """The same platform for another account, over the same connections."""
        return Platform(
            self.url, credentials, language=self.language, connections=self._client, receipts=self.receipts
        )

    def _token(self) -> str | None:
        if self.credentials is None:
            return None
        return self.credentials.token or self.credentials.keep(self.send(self.credentials.request()))

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncPlatform:
    """As `Platform`, for asyncio."""

    def __init__(
        self,
        url: str,
        credentials: AnyCredentials | None = None,
        *,
        language: str = "zh-CN",
        connections: httpx.AsyncClient | None = None,
        receipts: ReceiptFolder | None = None,
    ) -> None:
        self.receipts = receipts
        self.url, self.credentials, self.language = url.rstrip("/"), credentials, language
        self._client = connections or httpx.AsyncClient(base_url=self.url, timeout=TIMEOUT)

    async def send(self, call: Call[T]) -> T:
        """Send a call and read its answer. Raises Problem when it is refused, Unreachable without an answer."""
        attempts = _Attempts(call, self.credentials)
        while True:
            token = await self._token() if call.path != TOKEN_PATH else None
            try:
                response = await self._client.send(_request(self._client, call, token, self.language))
                decision = attempts.after(response)
            except httpx.TransportError as error:
                decision = attempts.after(error)
            if isinstance(decision, httpx.Response):
                if self.receipts is not None:
                    self.receipts.keep(decision)
                return call.read(decision)
            await asyncio.sleep(decision)

    def acting_as(self, credentials: AnyCredentials | None) -> "AsyncPlatform":
        """The same platform for another account, over the same connections."""
        return AsyncPlatform(
            self.url, credentials, language=self.language, connections=self._client, receipts=self.receipts
        )

    async def _token(self) -> str | None:
        if self.credentials is None:
            return None
        return self.credentials.token or self.credentials.keep(await self.send(self.credentials.request()))

    async def close(self) -> None:
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
