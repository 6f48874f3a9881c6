"""Text messages through any HTTP gateway, described by a template; lengths by 3GPP TS 23.038 and 23.040."""

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from activities.channels import layout
from activities.channels.http import Http, Reply, result_by_status
from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict
from activities.channels.robots import JSON_HEADERS, body
from bihuan.notify.addresses import is_number
from bihuan.notify.gateway import PLACEHOLDER, Gateway
from bihuan.notify.kinds import Kind

BYTES_MAX = layout.bytes_max(Kind.SMS)
FORM_HEADERS = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("\f^{}\\[~]|€")
GSM_ONE, GSM_EACH = 160, 153
UCS2_ONE, UCS2_EACH = 70, 67


class Sms(Channel):
    """``address.to``: a telephone number; ``address.secret``: the gateway's key."""

    def __init__(self, http: Http, gateway: Gateway) -> None:
        self._http = http
        self._gateway = gateway

    async def send(self, message: Message, address: Address) -> SendResult:
        text = self._text(message)
        if text is None:
            return layout.too_long(message)
        if not is_number(address.to):
            return SendResult(SendVerdict.REFUSED, detail="the address is not a telephone number")
        values = {"to": address.to, "text": text, "id": message.id, "secret": address.secret}
        reply = await self._exchange(values)
        return reply if isinstance(reply, SendResult) else _result_of(reply, self._gateway)

    def fits(self, message: Message) -> bool:
        return self._text(message) is not None

    def _text(self, message: Message) -> str | None:
        def fits(text: str) -> bool:
            return parts(text) <= self._gateway.parts_max and layout.size(text) <= BYTES_MAX

        return layout.fitted(message, _laid_out, fits)

    async def _exchange(self, values: Mapping[str, str]) -> Reply | SendResult:
        gateway = self._gateway
        url = _text_filled(gateway.url, lambda name: quote(values[name], safe=""))
        headers = {
            name: _text_filled(text, lambda name: _header(values[name])) for name, text in gateway.headers.items()
        }
        filled = _filled(gateway.body, values)
        content = urlencode(filled).encode() if gateway.form else body(filled) if filled else b""
        kind = (FORM_HEADERS if gateway.form else JSON_HEADERS) if content else {}
        return await self._http.exchange(url, content, {**kind, **headers}, method=gateway.method)


def parts(text: str) -> int:
    """Into how many parts the network splits the text."""
    if set(text) <= GSM | GSM_DOUBLE:
        units, one, each = len(text) + sum(sign in GSM_DOUBLE for sign in text), GSM_ONE, GSM_EACH
    else:
        units, one, each = len(text.encode("utf-16-le")) // 2, UCS2_ONE, UCS2_EACH
    return 1 if units <= one else -(-units // each)


def _laid_out(message: Message) -> str:
    """One paragraph. The brackets 【】 are reserved for the signature, which the gateway adds."""
    text = " ".join(layout.plain(message, gap=" ").split())
    return text.replace("【", "［").replace("】", "］")


def _result_of(reply: Reply, gateway: Gateway) -> SendResult:
    answer = result_by_status(reply)
    if not gateway.pointer or answer.verdict is not SendVerdict.DELIVERED:
        return answer
    said = _value_at(reply.json(), gateway.pointer)
    if said == gateway.success:
        return answer
    verdict = SendVerdict.REFUSED if said in gateway.refused else SendVerdict.TRANSIENT
    return SendResult(verdict, reply.status, "the gateway did not take it")


def _value_at(value: object, pointer: str) -> str | None:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        match value:
            case dict() if key in value:
                value = value[key]
            case list() if key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            case _:
                return None
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _filled(template: Mapping[str, object], values: Mapping[str, str]) -> dict[str, object]:
    return {name: _value_filled(value, values) for name, value in template.items()}


def _value_filled(value: object, values: Mapping[str, str]) -> object:
    match value:
        case str():
            return _text_filled(value, values.__getitem__)
        case Mapping():
            return _filled(value, values)
        case list() | tuple():
            return [_value_filled(one, values) for one in value]
        case _:
            return value


def _text_filled(template: str, value_of: Callable[[str], str]) -> str:
    """In one pass: placeholders in the values themselves are left alone."""
    return PLACEHOLDER.sub(lambda found: value_of(found[1]), template)


def _header(value: str) -> str:
    return layout.one_line(value).encode("ascii", "replace").decode()
