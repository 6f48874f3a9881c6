"""A mail server (aiosmtpd) that can go wrong at every step, and the certificate that both sides of a test know."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("certificate.pem")
"""Self-signed for 127.0.0.1, with its key; it protects nothing."""


@dataclass
class PostOffice:
    """``says``: an answer in place of the usual one, by command. ``cut``: the connection ends after DATA was taken."""

    says: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: bool = False
    password: str = "mail-password"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.says:
            return f"{self.says['RCPT']} <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hang:
            await asyncio.Event().wait()
        if "DATA" in self.says:
            return self.says["DATA"]
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, EmailMessage, policy=default))
        self.encrypted.append(session.ssl is not None)
        if self.cut:
            _cut(server)
        return "250 OK"

    def authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=given.password == self.password.encode(), handled=False)


def server_side() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    return tls


def client_side() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@asynccontextmanager
async def post_office(office: PostOffice, *, tls: bool = False, starttls: bool = False) -> AsyncIterator[PostOffice]:
    protocols: list[SMTP] = []

    def one() -> SMTP:
        protocol = SMTP(
            office,
            hostname="mail.test",
            tls_context=server_side() if starttls else None,
            require_starttls=starttls,
            auth_require_tls=False,
            authenticator=office.authenticated,
            loop=asyncio.get_running_loop(),
        )
        protocols.append(protocol)
        return protocol

    loop = asyncio.get_running_loop()
    server = await loop.create_server(one, "127.0.0.1", 0, ssl=server_side() if tls else None)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for protocol in protocols:
            _cut(protocol)


def _cut(protocol: SMTP) -> None:
    if isinstance(protocol.transport, asyncio.Transport):
        protocol.transport.abort()
