"""What the files' check says of a channel and what the worker makes of it are one; and none takes another with it."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from activities.channels.http import Http
from activities.channels.port import Address, Channel, Message, SendVerdict
from activities.channels.sms import Sms
from activities.channels.wecom_app import WeComApp
from bihuan.files.validation import FilesInvalid
from bihuan.notify.addresses import expected_of, is_web_address
from bihuan.notify.channel_settings import check
from bihuan.notify.gateway import Gateway, SettingInvalid
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import ChannelEntry
from tests.support.invalid_files import refused_for
from tests.support.notify_files import FILES, telling
from workers.channels import gates

TO = Address("https://one.example.org/")
MAIL = {"host": "127.0.0.1", "port": 25, "security": "none"}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "channels.yaml",
            "loop@example.org",
            "loop@mailhost",
            "channels.yaml:8: sender: found 'loop@mailhost', expected one mailbox, such as loop@example.org",
        ),
        ("channels.yaml", "loop@example.org", "张三@example.org", "channels.yaml:8: sender: found '张三@example.org'"),
        (
            "channels.yaml",
            "host: 127.0.0.1\n    port: 25\n    sender: loop@example.org\n",
            "host: mail.example.org\n    port: 25\n    sender: loop@example.org\n    user: loop\n",
            "channels.yaml:10: security: found 'none', expected starttls or tls",
        ),
        ("channels.yaml", "host: 127.0.0.1", "host: mail example", "channels.yaml:6: host: found 'mail example'"),
        (
            "channels.yaml",
            "https://sms.example.org/send",
            "https://sms.example.org:99999/",
            "url: found 'https://sms.example.org:99999/', expected an address that begins with https://",
        ),
        (
            "contacts.csv",
            "13800000016",
            "１３８０００００００１",
            "contacts.csv:7: address: found '１３８０００００００１', expected a number",
        ),
        ("contacts.csv", "d16@example.org", "张三@example.org", "contacts.csv:8: address: found '张三@example.org'"),
        ("contacts.csv", "d16@example.org", "d16@mailhost", "contacts.csv:8: address: found 'd16@mailhost', expected"),
        (
            "contacts.csv",
            "unit-head,D16,mail,d16@example.org",
            "unit-head,D16,wecom,@all",
            "contacts.csv:8: address: found '@all', expected the user's id, one, and not @all",
        ),
        (
            "contacts.csv",
            "https://units.example.org/told",
            "https://units.example.org:x/",
            "contacts.csv:12: address: found 'https://units.example.org:x/', expected an address that begins",
        ),
    ],
)
def test_what_a_channel_would_refuse_the_check_refuses(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    assert old in FILES[file]
    with refused_for(said):
        telling(tmp_path, {file: FILES[file].replace(old, new, 1)})


ODD = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[\w.+-]{1,8}@[\w.-]{1,12}", fullmatch=True),
    st.from_regex(r"\+?\d{3,18}", fullmatch=True),
    st.from_regex(r"https?://[\w.:@%-]{1,20}(/[\w?=&#%{}\[\]. ]{0,10})?", fullmatch=True),
)


@given(ODD)
def test_an_address_the_check_takes_is_one_the_channel_uses(text: str) -> None:
    if is_web_address(text):
        httpx.Request("POST", text)  # raises InvalidURL where httpx would refuse it
    if not expected_of(Kind.EMAIL, text):
        check(Kind.EMAIL, {**MAIL, "sender": text})
    else:
        with pytest.raises(SettingInvalid):
            check(Kind.EMAIL, {**MAIL, "sender": text})


@pytest.mark.parametrize(
    ("kind", "channel", "to"),
    [
        (Kind.SMS, lambda http: Sms(http, Gateway("http://127.0.0.1:1/")), "１３８０００００００１"),
        (Kind.WECOM_APP, lambda http: WeComApp(http, "corp", 1, site="http://127.0.0.1:1"), "@all"),
        (Kind.WEBHOOK, None, "http://127.0.0.1:99999/"),
        (Kind.WEBHOOK, None, "http://user:word@127.0.0.1:1/"),
    ],
)
async def test_a_secret_that_is_no_address_is_refused_by_the_same_measure(
    message: Message, kind: Kind, channel: Any, to: str
) -> None:
    """What stands behind a reference is seen only when it is used."""
    assert expected_of(kind, to)
    http = Http(private_allowed=True)
    if channel is None:
        answer = await http.exchange(to, b"", {})
    else:
        its: Channel = channel(http)
        answer = await its.send(message, Address(to))
    assert getattr(answer, "verdict", None) is SendVerdict.REFUSED
    await http.aclose()


async def test_a_channel_that_cannot_start_refuses_alone_and_says_why(message: Message) -> None:
    entries = {
        "mail": ChannelEntry("mail", Kind.EMAIL, 60, {**MAIL, "sender": "loop@mailhost"}),
        "app": ChannelEntry("app", Kind.WECOM_APP, 60, {}),
        "hook": ChannelEntry("hook", Kind.WEBHOOK, 60),
    }
    http = Http(private_allowed=True)
    by_name = gates(entries, http)
    answers = {name: await by_name[name].send(message, TO) for name in ("mail", "app")}
    assert {answer.verdict for answer in answers.values()} == {SendVerdict.REFUSED}
    assert answers["mail"].detail == "the channel could not start: sender"
    assert answers["app"].detail == "the channel could not start: KeyError"
    started = {name: REGISTRY.get_sample_value("bihuan_channel_started", {"channel": name}) for name in entries}
    assert started == {"mail": 0, "app": 0, "hook": 1}
    assert (await by_name["hook"].send(message, Address("no address", "whsec_c2VjcmV0"))).detail.startswith("the addr")
    await http.aclose()


def test_the_check_is_made_of_what_the_worker_is_made_of(tmp_path: Path) -> None:
    """Whatever the check takes, starts."""
    try:
        channels = telling(tmp_path).routing.channels
    except FilesInvalid as invalid:
        raise AssertionError(str(invalid)) from invalid
    http = Http()
    gates(channels, http)
    reached = [name for name, entry in channels.items() if entry.kind is not Kind.INBOX]
    assert all(REGISTRY.get_sample_value("bihuan_channel_started", {"channel": name}) == 1 for name in reached)
