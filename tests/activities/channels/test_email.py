"""Mail, against a server that speaks SMTP and can refuse at every step."""

import asyncio
import re
import socket
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from aiosmtplib.email import parse_address
from hypothesis import example, given
from hypothesis import strategies as st

from activities.channels import layout
from activities.channels.email import EmailChannel, _mail
from activities.channels.port import Address, Message, SendResult, SendVerdict
from bihuan.notify.addresses import MAILBOX
from bihuan.notify.gateway import SettingInvalid
from bihuan.notify.mail_server import MailServer, Security
from tests.support.mail_server import PostOffice, client_side, post_office

TO = Address("zhang.san@puyang.test", "mail-password")
SENDER = "loop@puyang.test"
DELIVERED = SendResult(SendVerdict.DELIVERED, 250)


def channel(
    office: PostOffice, security: Security = Security.NONE, user: str = "", seconds: float = 30.0
) -> EmailChannel:
    server = MailServer("127.0.0.1", office.port, SENDER, security=security, user=user)
    return EmailChannel(server, tls=client_side(), seconds=seconds)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())


async def test_a_mail_has_text_and_html_with_id_and_link(message: Message) -> None:
    message = replace(message, html="<html><body><h1>到期</h1></body></html>", items=("甲 <b>", "乙"))
    async with post_office(PostOffice()) as office:
        assert await channel(office).send(message, TO) == DELIVERED
    (mail,) = office.mails
    assert mail.get_content_type() == "multipart/alternative"
    assert (mail["To"], mail["Subject"]) == (TO.to, "【紧急】事项即将超期")
    assert mail["Importance"] == "high"
    for kind in ("plain", "html"):
        told = part(mail, kind)
        assert f"编号 {message.id}" in told
        assert message.link in told
    assert "<h1>到期</h1><ol><li>甲 ＜b＞</li><li>乙</li></ol>" in part(mail, "html")
    assert part(mail, "html").rstrip().endswith("</body></html>")
    assert "请尽快办理。" in part(mail, "plain")


async def test_without_html_of_its_own_the_text_is_shown(message: Message) -> None:
    async with post_office(PostOffice()) as office:
        await channel(office).send(replace(message, text="甲 <script>\n乙"), TO)
    assert "<p>甲 ＜script＞<br>乙</p>" in part(office.mails[0], "html")


async def test_every_copy_has_the_same_message_id_and_body(message: Message) -> None:
    async with post_office(PostOffice(cut=True)) as office:
        lost = await channel(office).send(message, TO)
        office.cut = False
        assert await channel(office).send(message, TO) == DELIVERED
        await channel(office).send(replace(message, id="another"), TO)
    first, copy, other = office.mails
    assert lost.verdict is SendVerdict.TRANSIENT
    assert first["Message-ID"] == copy["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@puyang.test>")
    assert first.as_bytes().partition(b"\n\n")[2] == copy.as_bytes().partition(b"\n\n")[2]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("says", "verdict"),
    [
        ("421 4.3.2 closing", SendVerdict.TRANSIENT),
        ("450 4.2.1 greylisted", SendVerdict.TRANSIENT),
        ("451 4.7.1 try again later", SendVerdict.TRANSIENT),
        ("452 4.2.2 mailbox full", SendVerdict.TRANSIENT),
        ("550 5.1.1 no such user", SendVerdict.REFUSED),
        ("552 5.2.2 over quota", SendVerdict.REFUSED),
        ("554 5.7.1 rejected", SendVerdict.REFUSED),
    ],
)
async def test_4yz_passes_and_5yz_is_refused(message: Message, step: str, says: str, verdict: SendVerdict) -> None:
    async with post_office(PostOffice(says={step: says})) as office:
        answer = await channel(office).send(message, TO)
    assert (answer.verdict, answer.status) == (verdict, int(says[:3]))
    assert "zhang.san" not in answer.detail
    assert office.mails == []


async def test_a_recipient_that_is_refused_is_said_to_be(message: Message) -> None:
    async with post_office(PostOffice(says={"RCPT": "550 5.1.1 unknown"})) as office:
        answer = await channel(office).send(message, TO)
    assert answer == SendResult(SendVerdict.REFUSED, 550, "SMTP 550: the recipient is refused")


async def test_a_server_that_hangs_is_not_waited_for(message: Message) -> None:
    async with post_office(PostOffice(hang=True)) as office:
        answer = await channel(office, seconds=0.3).send(message, TO)
    assert answer.verdict is SendVerdict.TRANSIENT


async def test_nothing_listening_passes(message: Message) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = await channel(PostOffice(port=free.getsockname()[1])).send(message, TO)
    assert answer.verdict is SendVerdict.TRANSIENT
    assert answer.status == 0


async def test_one_that_speaks_no_smtp_passes(message: Message) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    answer = await channel(PostOffice(port=server.sockets[0].getsockname()[1])).send(message, TO)
    server.close()
    assert answer.verdict is SendVerdict.TRANSIENT


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_password_goes_over_a_checked_connection(message: Message, security: Security) -> None:
    tls = security is Security.TLS
    async with post_office(PostOffice(), tls=tls, starttls=not tls) as office:
        assert await channel(office, security, user="loop").send(message, TO) == DELIVERED
    assert len(office.mails) == 1
    assert tls or office.encrypted == [True]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_server_with_a_certificate_nobody_knows_gets_nothing(message: Message, security: Security) -> None:
    tls = security is Security.TLS
    async with post_office(PostOffice(), tls=tls, starttls=not tls) as office:
        server = MailServer("127.0.0.1", office.port, SENDER, security=security, user="loop")
        answer = await EmailChannel(server).send(message, TO)
    assert answer.verdict is SendVerdict.TRANSIENT
    assert office.mails == []


async def test_a_server_that_knows_no_starttls_gets_nothing(message: Message) -> None:
    async with post_office(PostOffice()) as office:
        answer = await channel(office, Security.STARTTLS).send(message, TO)
    assert answer.verdict is SendVerdict.TRANSIENT
    assert office.mails == []


async def test_a_wrong_password_is_refused_and_not_named(message: Message) -> None:
    async with post_office(PostOffice()) as office:
        answer = await channel(office, user="loop").send(message, Address(TO.to, "wrong-password"))
    assert (answer.verdict, answer.status) == (SendVerdict.REFUSED, 535)
    assert "wrong-password" not in answer.detail


@pytest.mark.parametrize(
    "to",
    [
        "",
        "zhang.san",
        "a@b.test, c@d.test",
        "a@b.test\r\nBcc: c@d.test",
        "甲@b.test",
        "张三 <a@b.test>",
        "a@b.test>",
        ".a@b.test",
        "a@b.test\n",
    ],
)
async def test_what_is_not_one_mailbox_is_refused(message: Message, to: str) -> None:
    async with post_office(PostOffice()) as office:
        answer = await channel(office).send(message, Address(to))
    assert answer == SendResult(SendVerdict.REFUSED, detail="the address is not one mailbox")


async def test_no_text_becomes_a_header(message: Message) -> None:
    evil = "甲\r\nBcc: c@d.test\r\n\r\n正文\u2028Bcc: e@f.test"
    async with post_office(PostOffice()) as office:
        await channel(office).send(replace(message, id=evil, title=evil, text=evil, link=evil), TO)
    (mail,) = office.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "【紧急】甲 Bcc: c@d.test 正文 Bcc: e@f.test"
    assert "\n" not in mail["Message-ID"]


@given(st.text(max_size=200), st.text(max_size=200), st.text(min_size=1, max_size=60))
def test_any_text_makes_a_mail_with_the_same_headers(title: str, text: str, id_: str) -> None:
    mail = _mail(Message(id=id_, title=title, text=text), MailServer("mail.test", 25, SENDER), TO.to)
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert names == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version", b"Content-Type",
    ]  # fmt: skip


@given(st.from_regex(MAILBOX, fullmatch=True))
def test_every_mailbox_that_is_taken_can_be_sent_to(to: str) -> None:
    parse_address(to)
    _mail(Message(id="1", title="题", text="文"), MailServer("mail.test", 25, SENDER), to)


def test_a_server_without_a_sender_or_with_an_open_password_is_refused() -> None:
    with pytest.raises(SettingInvalid, match="sender: found no mailbox"):
        MailServer("mail.test", 25, "no mailbox")
    with pytest.raises(ValueError, match="security: found none"):
        MailServer("mail.test", 25, SENDER, security=Security.NONE, user="loop")


SIGNS = st.one_of(st.characters(exclude_categories=("Cs", "Cc")), st.sampled_from("企业用电增容·【】𠮷🏭 =?_"))


@given(title=st.one_of(st.text(SIGNS, max_size=90), st.sampled_from(("=?utf-8?q?Bcc?=", "增容 =?utf-8?b?5LyB?= 办结"))))
@example(title="关于解决濮阳经济技术开发区企业用电增容困难并尽快恢复生产的紧急请示 " * 3)
def test_an_encoded_word_has_75_signs_at_most_and_says_the_subject(title: str) -> None:
    message = Message(id="BH-1:2:unit:D16", title=title, text="正文", html="", link="", urgent=True, data="")
    sent = _mail(message, MailServer("mail.test", 25, SENDER, sender_name="闭环" * 20), TO.to).as_bytes()
    head = sent.partition(b"\r\n\r\n")[0]
    words = re.findall(rb"=\?[^\s?]+\?[BbQq]\?[^\s?]*\?=", head)
    assert max(map(len, words)) <= 75
    (subject,) = re.findall(rb"^Subject: ([^\r]*(?:\r\n [^\r]*)*)", head, re.MULTILINE)
    decoded = str(make_header(decode_header(subject.decode("ascii"))))
    assert decoded == layout.title(message)
    assert message_from_bytes(sent, policy=SMTP)["Subject"] == layout.title(message)
