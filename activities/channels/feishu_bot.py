"""Feishu's and Lark's group robot, signed: open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable

from activities.channels import layout
from activities.channels.http import Http
from activities.channels.port import Address, Channel, Message, SendResult
from activities.channels.robots import JSON_HEADERS, body, refused, result_of, transient
from bihuan.notify.kinds import Kind

BYTES_MAX = layout.bytes_max(Kind.FEISHU_BOT)
FIELDS = ("code", "StatusCode")
SIGNED_BYTES = 100
"""What timestamp and signature add to the body, whose whole length is limited."""

CODES = {
    9499: transient("too many messages", 60),
    11232: transient("too many messages for this moment", 60),
    11233: transient("too many messages in this group", 60),
    99991400: transient("too many messages", 60),
    19001: refused("the robot's address is not known: it was taken out of the group"),
    19002: refused("a parameter is not allowed"),
    19021: refused("the signature does not match, or our clock is an hour wrong"),
    19022: refused("our network address is not on the robot's list"),
    19024: refused("the robot's keyword is not in the message"),
    19036: refused("the robot's address is not complete"),
    11246: refused("the card is not well formed"),
}
"""9499 is "bad request" in the documentation and "too many requests" under load; our bodies are well formed."""


class FeishuBot(Channel):
    """``address.to``: the robot's URL; ``address.secret`` signs, empty where the robot needs no signature.

    A card of plain-text elements, with a coloured header and a button; mentions and markdown have no effect in it.
    """

    def __init__(self, http: Http, *, clock: Callable[[], float] = time.time) -> None:
        self._http = http
        self._clock = clock

    async def send(self, message: Message, address: Address) -> SendResult:
        card = _card(message)
        if card is None:
            return layout.too_long(message)
        content = self._signature(address.secret) | {"msg_type": "interactive", "card": card}
        reply = await self._http.exchange(address.to, body(content), JSON_HEADERS)
        return reply if isinstance(reply, SendResult) else result_of(reply, CODES, FIELDS)

    def fits(self, message: Message) -> bool:
        return _card(message) is not None

    def _signature(self, secret: str) -> dict[str, object]:
        """As documented, timestamp and secret are the key, and the signed text is empty."""
        if not secret:
            return {}
        timestamp = str(int(self._clock()))
        sign = hmac.digest(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
        return {"timestamp": timestamp, "sign": base64.b64encode(sign).decode()}


def _card(message: Message) -> dict[str, object] | None:
    def fits(card: dict[str, object]) -> bool:
        return len(body({"msg_type": "interactive", "card": card})) + SIGNED_BYTES <= BYTES_MAX

    return layout.fitted(message, _laid_out, fits)


def _laid_out(message: Message) -> dict[str, object]:
    link = layout.one_line(message.link)
    said = (layout.neutralized(message.text, link), layout.neutralized("\n".join(layout.numbered(message)), link))
    elements: list[dict[str, object]] = [{"tag": "div", "text": _plain(part)} for part in said if part]
    if link:
        button = {"tag": "button", "text": _plain("查看"), "url": link, "type": "primary"}
        elements.append({"tag": "action", "actions": [button]})
    elements.append({"tag": "note", "elements": [_plain(layout.footer(message))]})
    header = {
        "title": _plain(layout.neutralized(layout.title(message), link)),
        "template": "red" if message.urgent else "blue",
    }
    return {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}


def _plain(text: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": text}
