"""WeCom's group robot: developer.work.weixin.qq.com/document/path/91770, codes of …/path/90313."""

from activities.channels import layout
from activities.channels.http import Http
from activities.channels.port import Address, Channel, Message, SendResult
from activities.channels.robots import JSON_HEADERS, body, refused, result_of, transient
from bihuan.notify.kinds import Kind

BYTES_MAX = layout.bytes_max(Kind.WECOM_BOT)

CODES = {
    -1: transient("WeCom is busy"),
    6000: transient("WeCom asks to try again"),
    45009: transient("more than twenty messages a minute", 60),
    45033: transient("too many requests at once", 60),
    40008: refused("the kind of message is not known"),
    40033: refused("a sign is not allowed"),
    40058: refused("a parameter is not allowed"),
    44004: refused("the message is empty"),
    45002: refused("the message is too long"),
    60020: refused("our network address is not on the robot's list"),
    93000: refused("the key is wrong, or the robot was taken out of the group"),
    93004: refused("the robot is switched off"),
    93008: refused("the robot is not in the group"),
}


class WeComBot(Channel):
    """``address.to``: the robot's URL with its key. Plain text, since in markdown parts of it could act as markup."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def send(self, message: Message, address: Address) -> SendResult:
        text = _text(message)
        if text is None:
            return layout.too_long(message)
        content = {"msgtype": "text", "text": {"content": text}}
        reply = await self._http.exchange(address.to, body(content), JSON_HEADERS)
        return reply if isinstance(reply, SendResult) else result_of(reply, CODES)

    def fits(self, message: Message) -> bool:
        return _text(message) is not None


def _text(message: Message) -> str | None:
    return layout.fitted(message, layout.plain, lambda text: layout.size(text) <= BYTES_MAX)
