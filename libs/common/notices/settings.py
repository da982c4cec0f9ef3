"""The variables that choose the way of sending, for services that send notices."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from common.notices.notifier import Nothing, Notifier, Outbox
from common.notices.smtp import SmtpNotifier, is_loopback
from common.notices.webhook import WebhookNotifier
from common.settings import ServiceSettings

Way = Literal["off", "sandbox", "webhook", "smtp"]


class NoticeSettings(ServiceSettings):
    """A service's settings with a way of sending notices."""

    notices: Way | None = Field(
        default=None, description="off, sandbox, webhook or smtp; a sandbox keeps them to be read"
    )
    notice_url: SecretStr | None = Field(
        default=None, description="webhook: https://…; smtp: smtp(s)://user:password@host:port"
    )
    notice_token: SecretStr = Field(default=SecretStr(""), description="webhook: its bearer token")
    notice_sender: str = Field(default="", description="smtp: the address that mail comes from")
    notice_domain: str = Field(
        default="", description="smtp: the gateway's domain, after the telephone number"
    )

    @model_validator(mode="after")
    def _a_way_that_can_be_gone(self) -> Self:
        url = urlsplit(self.notice_url.get_secret_value() if self.notice_url else "")
        if self.way == "sandbox" and not self.sandbox:
            raise ValueError("notices are kept to be read in a sandbox only")
        if self.way == "webhook" and not (
            url.scheme == "https" or (url.scheme == "http" and is_loopback(url.hostname or ""))
        ):
            raise ValueError("notices by webhook need an https URL")
        if self.way == "smtp" and not (
            url.scheme in ("smtp", "smtps") and url.hostname and self.notice_sender and self.notice_domain
        ):
            raise ValueError("notices by mail need an smtp(s) URL, a sender and a domain")
        return self

    @property
    def way(self) -> Way:
        return self.notices or ("sandbox" if self.sandbox else "off")

    def notifier(self) -> Notifier:
        """The way that these settings name."""
        url = self.notice_url.get_secret_value() if self.notice_url else ""
        match self.way:
            case "sandbox":
                return Outbox()
            case "webhook":
                return WebhookNotifier(url, self.notice_token.get_secret_value())
            case "smtp":
                return SmtpNotifier(url, self.notice_sender, self.notice_domain)
            case "off":
                return Nothing()
