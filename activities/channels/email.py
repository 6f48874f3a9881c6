"""Mail over SMTP (RFC 5321, 5322): 4yz is transient, 5yz permanent; every copy has the same Message-ID."""

import asyncio
import hashlib
import html
import ssl
from contextlib import suppress
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import aiosmtplib

from activities.channels import layout
from activities.channels.port import EXCHANGE_MAX_S, Address, Channel, Message, SendResult, SendVerdict
from bihuan.notify.addresses import is_mailbox
from bihuan.notify.mail_server import MailServer, Security

BUTTON = (
    "display: inline-block; padding: 8px 24px; border-radius: 8px; "
    "background: #0b57d0; color: #fff; text-decoration: none"
)
LINE_MAX = 76
"""Characters of a header line with encoded words, each of which may have 75 (RFC 2047, section 2)."""
WIRE = SMTP.clone(max_line_length=LINE_MAX, cte_type="7bit")
"""Every server takes seven bits; left to fold the headers again, a client would make the words longer."""
REFUSED_FROM = 500
QUIT_S = 2.0


class EmailChannel(Channel):
    """``address.to``: one mailbox; ``address.secret``: the server's password."""

    def __init__(
        self, server: MailServer, *, tls: ssl.SSLContext | None = None, seconds: float = EXCHANGE_MAX_S
    ) -> None:
        self._server = server
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    async def send(self, message: Message, address: Address) -> SendResult:
        if not is_mailbox(address.to):
            return SendResult(SendVerdict.REFUSED, detail="the address is not one mailbox")
        mail = _mail(message, self._server, address.to)
        client = self._client(address.secret)
        try:
            async with asyncio.timeout(self._seconds):
                await client.connect()
                await client.sendmail(self._server.sender, [address.to], mail.as_bytes())
        except (aiosmtplib.SMTPException, OSError) as trouble:
            return _answer(trouble)
        else:
            await _quit(client)
            return SendResult(SendVerdict.DELIVERED, 250)
        finally:
            client.close()

    def _client(self, password: str) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=password if server.user else None,
            use_tls=server.security is Security.TLS,
            start_tls=server.security is Security.STARTTLS,
            tls_context=self._tls,
            timeout=self._seconds,
            local_hostname=server.sender.partition("@")[2],
        )


async def _quit(client: aiosmtplib.SMTP) -> None:
    """The mail was accepted, so a failure here changes nothing."""
    with suppress(aiosmtplib.SMTPException, OSError):
        async with asyncio.timeout(QUIT_S):
            await client.quit()


def _answer(trouble: Exception) -> SendResult:
    """By the code alone: the server's text may repeat the mailbox."""
    match trouble:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _by_code(first.code, "the recipient is refused")
        case aiosmtplib.SMTPAuthenticationError(code=code):
            return _by_code(code, "the user or the password is refused")
        case aiosmtplib.SMTPSenderRefused(code=code):
            return _by_code(code, "the sender is refused")
        case aiosmtplib.SMTPResponseException(code=code):
            return _by_code(code, "the server refuses")
        case _:
            return SendResult(SendVerdict.TRANSIENT, detail=f"no answer: {type(trouble).__name__}")


def _by_code(code: int, words: str) -> SendResult:
    verdict = SendVerdict.REFUSED if code >= REFUSED_FROM else SendVerdict.TRANSIENT
    return SendResult(verdict, code, f"SMTP {code}: {words}")


def _mail(message: Message, server: MailServer, to: str) -> EmailMessage:
    mail = EmailMessage(policy=WIRE)
    mail["From"] = Mailbox(layout.one_line(server.sender_name), addr_spec=server.sender)
    mail["To"] = to
    mail.set_raw("Subject", _subject(layout.title(message)))
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = _message_id(message.id, server.sender)
    mail["Auto-Submitted"] = "auto-generated"
    if message.urgent:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    mail.set_content(layout.plain(message))
    mail.add_alternative(_html(message), subtype="html")
    mail.set_boundary(f"part-{_digest(message.id)}")
    return mail


def _subject(title: str) -> str:
    """Encoded as a whole, so that a title which looks like an encoded word is shown as it is."""
    return Header(title, "utf-8", maxlinelen=LINE_MAX, header_name="Subject").encode(linesep="\r\n")


def _message_id(id_: str, sender: str) -> str:
    """Made from the notice's id alone, so that mail servers recognise a copy."""
    return f"<{_digest(id_)}@{sender.partition('@')[2]}>"


def _digest(id_: str) -> str:
    return hashlib.sha256(id_.encode()).hexdigest()[:32]


def _html(message: Message) -> str:
    """The template's HTML, or the text as HTML, then items, link and id, inside its body if it has one."""
    own = message.html or _paragraph(layout.neutralized(message.text, message.link))
    quieted = (layout.neutralized(layout.one_line(item), message.link) for item in message.items)
    items = "".join(f"<li>{html.escape(item)}</li>" for item in quieted)
    link = html.escape(layout.one_line(message.link))
    end = (
        f"<ol>{items}</ol>" if items else "",
        f'<p><a href="{link}" style="{BUTTON}">查看 · Open</a></p>' if link else "",
        f'<p style="color: #57606a"><small>{html.escape(layout.footer(message))}</small></p>',
    )
    head, close, rest = own.rpartition("</body>")
    return f"{head if close else own}{''.join(end)}{close}{rest if close else ''}"


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>"
