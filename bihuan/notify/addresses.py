"""What a valid address is, by kind of channel: checked when the city's files are read, and again before use."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from bihuan.files.validation import Line
from bihuan.notify.kinds import TRAITS, Kind
from bihuan.notify.secrets import PREFIX, is_reference, looks_like_a_key

MAILBOX = re.compile(r"[\w!#$%&'*+/=?^{|}~-]+(?:\.[\w!#$%&'*+/=?^{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
"""One mailbox in ASCII, without a display name; no list and no line break."""
NUMBER = re.compile(r"\+?[0-9]{5,15}")
PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
"""The id of one user: neither ``@all`` nor several separated by bars."""
HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")
HOST_MAX, LABEL_MAX = 253, 63
PRINTED = re.compile(r"[!-~]{1,2048}")
PORTS = range(1, 65536)

A_MAILBOX = "一个邮箱，如 loop@example.org · one mailbox, such as loop@example.org"
A_NUMBER = "半角数字的电话号码，5 至 15 位 · a number of 5 to 15 ASCII digits"
A_PERSON = "一个用户的 id，不是 @all · the user's id, one, and not @all"
A_WEB_ADDRESS = (
    "https:// 开头的 ASCII 网址，不含密码 · an address that begins with https://, in ASCII, without a password in it"
)
A_REFERENCE = "引用，如 secret:g3-robot，从不写密钥本身 · a reference such as secret:g3-robot, never the key itself"
A_HOST = "主机名或 IP 地址 · the name of a host, or its IP address"


def is_mailbox(text: str) -> bool:
    return MAILBOX.fullmatch(text) is not None


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def is_person(text: str) -> bool:
    return PERSON.fullmatch(text) is not None


def is_host(text: str) -> bool:
    labels = text.removesuffix(".").split(".")
    if HOST.fullmatch(text) and len(text) <= HOST_MAX and max(map(len, labels)) <= LABEL_MAX:
        return not labels[-1].isdecimal() or _is_ip(text)
    return _is_ip(text)


def is_web_address(text: str) -> bool:
    """Whether it is an http(s) URL without user information."""
    if not PRINTED.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    named = "@" not in parts.netloc and "\\" not in parts.netloc and is_host(parts.hostname or "")
    return parts.scheme in ("http", "https") and named and (port is None or port in PORTS)


def expected_of(kind: Kind, address: str) -> str:
    """What an address of this kind should be, in Chinese and English; empty where this one is valid."""
    match kind:
        case Kind.EMAIL:
            return "" if is_mailbox(address) else A_MAILBOX
        case Kind.SMS:
            return "" if is_number(address) else A_NUMBER
        case Kind.WECOM_APP:
            return "" if is_person(address) else A_PERSON
        case _:
            return "" if is_web_address(address) else A_WEB_ADDRESS


def address_of(line: Line, kind: Kind) -> str:
    """The address in a line; what is wrong with it is added to the line's findings.

    The address of a robot holds its key, so it must be a reference to a secret; so must what looks like a key.
    """
    address = line.maybe("address")
    if is_reference(address):
        return address
    if TRAITS[kind].shared or address.startswith(PREFIX) or looks_like_a_key(address):
        line.findings.add(line.at("address"), "address", "…", A_REFERENCE)
    elif expected := expected_of(kind, address):
        line.reject("address", expected)
    return address


def webhook_of(line: Line) -> str:
    """The address of the desk's own webhook in a line; empty where it has none."""
    return address_of(line, Kind.WEBHOOK) if line.maybe("address") else ""


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
