"""The settings of channels, by kind, and how each is checked."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bihuan.files.validation import Line
from bihuan.notify.addresses import (
    A_HOST,
    A_MAILBOX,
    A_WEB_ADDRESS,
    is_host,
    is_mailbox,
    is_web_address,
)
from bihuan.notify.gateway import Gateway
from bihuan.notify.kinds import Kind
from bihuan.notify.mail_server import MailServer, Security
from bihuan.notify.secrets import looks_like_a_key

Settings = Mapping[str, bool]
"""By name: whether it is required. ``secret``: a reference to what signs messages or grants access."""
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
POINTER = re.compile(r"/.*")
NO_KEY = (
    "没有密钥；密钥放进文件，以 secret: secret:<名> 引用 · "
    "no key; put it into a file and refer to it by secret: secret:<name>"
)
NUMBERS = {"port": 65535, "agent": 2**31, "parts_max": 20}
"""The highest value of each; the lowest is one."""
CHOICES = {"security": tuple(Security), "method": ("GET", "POST", "PUT")}
FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "host": (is_host, A_HOST),
    "sender": (is_mailbox, A_MAILBOX),
    "url": (is_web_address, A_WEB_ADDRESS),
    "site": (is_web_address, A_WEB_ADDRESS),
    "pointer": (POINTER.fullmatch, "JSON 指针，如 /code · a JSON pointer such as /code"),
}


def setting(line: Line, name: str) -> object:
    """The value of a setting, converted; what is wrong with it is added to the line's findings.

    No value may be a secret itself.
    """
    value = line.values.get(name)
    if _holds_a_key(value):
        line.findings.add(line.at(name), name, "…", NO_KEY)
        return value
    if name in NUMBERS:
        return int(line.number(name, 1, NUMBERS[name]))
    if name in CHOICES:
        return line.one_of(name, CHOICES[name])
    if name in FORMS:
        return _matched(line, name, *FORMS[name])
    match name:
        case "headers" | "body":
            return _mapping(line, name)
        case "form":
            return line.flag(name)
        case "refused":
            return frozenset(map(str, line.listing(name, "一个列表 · a list")))
        case _:
            return line.text(name)


def check(kind: Kind, settings: Mapping[str, Any]) -> None:
    """Check that the settings fit together, by the worker's own rules. Raises SettingInvalid."""
    if kind is Kind.SMS:
        Gateway(**settings)
    elif kind is Kind.EMAIL:
        MailServer.of(settings)


def _matched(line: Line, name: str, fits: Callable[[str], object], expected: str) -> str:
    value = line.maybe(name)
    if not fits(value):
        line.reject(name, expected)
    return value


def _mapping(line: Line, name: str) -> Mapping[str, object]:
    value = line.values.get(name)
    if not isinstance(value, Mapping):
        line.reject(name, "一组“名称: 值” · a mapping")
        return {}
    return {str(key): _plain(one) for key, one in value.items()}


def _plain(value: object) -> object:
    """The same with plain types, instead of the YAML reader's own."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _holds_a_key(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_a_key(one) for one in value.values())
    if isinstance(value, list):
        return any(_holds_a_key(one) for one in value)
    return isinstance(value, str) and looks_like_a_key(value)
