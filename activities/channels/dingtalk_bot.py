"""DingTalk's group robot, signed: open.dingtalk.com/document/orgapp/custom-robot-access (signature, codes)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

from activities.channels import layout
from activities.channels.http import Http
from activities.channels.port import Address, Channel, Message, SendResult
from activities.channels.robots import JSON_HEADERS, body, refused, result_of, transient
from bihuan.notify.kinds import Kind

BYTES_MAX = layout.bytes_max(Kind.DINGTALK_BOT)
BLOCKED_S = 600
"""After more than twenty messages a minute the robot is blocked for ten minutes."""
LINK_SAFE = ":/?#@!$&*+,;=%~._-"

CODES = {
    -1: transient("DingTalk is busy"),
    130101: transient("more than twenty messages a minute", BLOCKED_S),
    410100: transient("messages too fast", BLOCKED_S),
    90030: transient("more messages than the day's allowance", 3600),
    88: refused("the robot's token is missing"),
    300001: refused("the robot's token is not known"),
    300005: refused("the robot's token is not known"),
    310000: refused("the robot's security settings refuse it: signature, keyword or network address"),
    400013: refused("the group was dissolved"),
    400101: refused("the robot's token is not known"),
    400102: refused("the robot is switched off"),
    400105: refused("the kind of message is not known"),
    400106: refused("the robot is not in the group"),
    40035: refused("a parameter is missing"),
    430101: refused("a link is not allowed"),
    430102: refused("a text is not allowed"),
    430103: refused("an image is not allowed"),
    430104: refused("the content is not allowed"),
    460101: refused("the message is too long"),
}


class DingTalkBot(Channel):
    """``address.to``: the robot's URL with its token; ``address.secret``: ``SEC…``, empty where none is asked for."""

    def __init__(self, http: Http, *, clock: Callable[[], float] = time.time) -> None:
        self._http = http
        self._clock = clock

    async def send(self, message: Message, address: Address) -> SendResult:
        content = _body(message)
        if content is None:
            return layout.too_long(message)
        reply = await self._http.exchange(self._signed(address), content, JSON_HEADERS)
        return reply if isinstance(reply, SendResult) else result_of(reply, CODES)

    def fits(self, message: Message) -> bool:
        return _body(message) is not None

    def _signed(self, address: Address) -> str:
        if not address.secret:
            return address.to
        timestamp = str(int(self._clock() * 1000))
        text = f"{timestamp}\n{address.secret}".encode()
        sign = base64.b64encode(hmac.digest(address.secret.encode(), text, hashlib.sha256)).decode()
        query = urlencode({"timestamp": timestamp, "sign": sign})
        return f"{address.to}{'&' if '?' in address.to else '?'}{query}"


def _body(message: Message) -> bytes | None:
    return layout.fitted(message, _laid_out, lambda content: len(content) <= BYTES_MAX)


def _laid_out(message: Message) -> bytes:
    link = layout.one_line(message.link)

    def safe(text: str) -> str:
        return layout.neutralized_markdown(text, link)

    title = safe(layout.title(message))
    items = "\n".join(f"{number}. {safe(layout.one_line(item))}" for number, item in enumerate(message.items, 1))
    look = f"[查看]({quote(link, safe=LINK_SAFE)})" if link else ""
    parts = (f"#### {title}", safe(message.text).replace("\n", "  \n"), items, look, f"###### {layout.footer(message)}")
    text = "\n\n".join(part for part in parts if part)
    return body({"msgtype": "markdown", "markdown": {"title": title, "text": text}, "at": {"isAtAll": False}})
