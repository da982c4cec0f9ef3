"""Notices by mail: to a gateway that turns `number@domain` into a short message, which every operator offers."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from common.notices.notifier import NotSent

SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpNotifier:
    """Sends through `smtp://user:password@host:port` (STARTTLS) or `smtps://…`; in clear only to loopback.

    `domain`: what follows the telephone number; `sender`: the address that mail comes from.
    """

    url: str
    sender: str
    domain: str

    async def send(self, address: str, text: str) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, f"{address}@{self.domain}"
        message["Subject"] = "技能等级服务平台"
        message.set_content(text)
        try:
            await asyncio.to_thread(self._deliver, message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(type(error).__name__) from None  # the reply may repeat the number

    def _deliver(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        tls = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS)
        with server:
            if parts.scheme == "smtp" and not is_loopback(host):
                server.starttls(context=tls)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
