"""What the city may set of a channel, by its kind, and how each setting is checked."""

import re
from collections.abc import Mapping

from bihuan.faults import Line
from bihuan.notify.kinds import Kind
from bihuan.notify.secrets import looks_like_a_key

Settings = Mapping[str, bool]
"""By name: whether it must be given. ``secret`` is a reference, of what signs or opens the channel."""
OF_KIND: Mapping[Kind, Settings] = {
    Kind.WEBHOOK: {"secret": False},
    Kind.WECOM_BOT: {},
    Kind.WECOM_APP: {"corp": True, "agent": True, "secret": True, "site": False},
    Kind.DINGTALK_BOT: {"secret": False},
    Kind.FEISHU_BOT: {"secret": False},
    Kind.EMAIL: {
        "host": True,
        "port": True,
        "sender": True,
        "sender_name": False,
        "security": False,
        "user": False,
        "secret": False,
    },
    Kind.SMS: {
        "url": True,
        "method": False,
        "headers": False,
        "body": False,
        "form": False,
        "pointer": False,
        "success": False,
        "refused": False,
        "parts_max": False,
        "secret": False,
    },
    Kind.INBOX: {},
}
assert set(OF_KIND) == set(Kind)
MAILBOX = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
URL = re.compile(r"https?://[^\s/@]+(/\S*)?")
NUMBERS = {"port": 65535, "agent": 2**31, "parts_max": 20}
"""The highest of each; the lowest is one."""
CHOICES = {"security": ("starttls", "tls", "none"), "method": ("GET", "POST", "PUT")}
FORMS = {
    "sender": (MAILBOX, "one mailbox, such as loop@example.org"),
    "url": (URL, "an address that begins with https://, without a password in it"),
    "site": (URL, "an address that begins with https://, without a password in it"),
    "pointer": (re.compile(r"/.*"), "a JSON pointer such as /code"),
}


def setting(line: Line, name: str) -> object:
    """The setting as it is to be used; what is wrong with it becomes a fault. No value may be a secret itself."""
    value = line.values.get(name)
    if _holds_a_key(value):
        line.faults.add(line.place, name, "…", "no key; put it into a file and refer to it by secret: secret:<name>")
        return value
    if name in NUMBERS:
        return int(line.number(name, 1, NUMBERS[name]))
    if name in CHOICES:
        return line.one_of(name, CHOICES[name], "one of " + ", ".join(CHOICES[name]))
    if name in FORMS:
        return _matched(line, name, *FORMS[name])
    match name:
        case "headers" | "body":
            return _mapping(line, name)
        case "form":
            return _yes(line, name)
        case "refused":
            return _texts(line, name)
        case _:
            return line.text(name)


def _matched(line: Line, name: str, form: re.Pattern[str], expected: str) -> str:
    value = line.maybe(name)
    if not form.fullmatch(value):
        line.fault(name, expected)
    return value


def _mapping(line: Line, name: str) -> Mapping[str, object]:
    value = line.values.get(name)
    if not isinstance(value, Mapping):
        line.fault(name, "a mapping")
        return {}
    return {str(key): _plain(one) for key, one in value.items()}


def _plain(value: object) -> object:
    """Without the reader's marks, so that it may go anywhere."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _yes(line: Line, name: str) -> bool:
    value = line.values.get(name)
    if not isinstance(value, bool):
        line.fault(name, "true or false")
    return value is True


def _texts(line: Line, name: str) -> frozenset[str]:
    value = line.values.get(name)
    if not isinstance(value, list):
        line.fault(name, "a list")
        return frozenset()
    return frozenset(str(one) for one in value)


def _holds_a_key(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_a_key(one) for one in value.values())
    if isinstance(value, list):
        return any(_holds_a_key(one) for one in value)
    return isinstance(value, str) and looks_like_a_key(value)
