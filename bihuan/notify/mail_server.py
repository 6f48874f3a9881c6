"""The mail server, checked when the city's files are read and when the worker starts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from bihuan.notify.addresses import A_MAILBOX, is_mailbox
from bihuan.notify.gateway import SettingInvalid

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class Security(StrEnum):
    """How the connection to the server is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The password comes with each address. ``user`` empty: no login. Raises SettingInvalid."""

    host: str
    port: int
    sender: str
    sender_name: str = "闭环"
    security: Security = Security.STARTTLS
    user: str = ""

    def __post_init__(self) -> None:
        if not is_mailbox(self.sender):
            raise SettingInvalid("sender", self.sender, A_MAILBOX)
        if self.user and self.security is Security.NONE and self.host not in LOCAL:
            raise SettingInvalid(
                "security",
                self.security.value,
                "starttls 或 tls：密码不明文发送 · starttls or tls: a password is sent only over these",
            )

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "MailServer":
        """From the settings of a channel."""
        given = {field.name: settings[field.name] for field in fields(cls) if field.name in settings}
        return cls(**{**given, "security": Security(given.get("security", Security.STARTTLS))})
