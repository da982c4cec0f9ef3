"""Notices by HTTP: `POST {"address": …, "text": …}` with a bearer token, for a province's own message platform."""

from dataclasses import dataclass, field

import httpx

from common.notices.notifier import NotSent

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class WebhookNotifier:
    """Any answer but a 2xx is a failure; redirects are not followed."""

    url: str
    token: str = field(repr=False)

    async def send(self, address: str, text: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            async with httpx.AsyncClient(timeout=SECONDS) as client:
                answer = await client.post(self.url, json={"address": address, "text": text}, headers=headers)
        except httpx.HTTPError as error:
            raise NotSent(type(error).__name__) from None
        if not answer.is_success:
            raise NotSent(f"answered {answer.status_code}")
