"""A text message through anybody's HTTP gateway, described by a template; lengths by 3GPP TS 23.038 and 23.040."""

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
    """``address.to``: a number; its secret: the gateway's key."""

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
        said = {name: _text_filled(told, lambda name: _header(values[name])) for name, told in gateway.headers.items()}
        filled = _filled(gateway.body, values)
        content = urlencode(filled).encode() if gateway.form else body(filled) if filled else b""
        kind = (FORM_HEADERS if gateway.form else JSON_HEADERS) if content else {}
        return await self._http.exchange(url, content, {**kind, **said}, method=gateway.method)


def parts(text: str) -> int:
    """How many parts the network makes of it."""
    if set(text) <= GSM | GSM_DOUBLE:
        units, one, each = len(text) + sum(sign in GSM_DOUBLE for sign in text), GSM_ONE, GSM_EACH
    else:
        units, one, each = len(text.encode("utf-16-le")) // 2, UCS2_ONE, UCS2_EACH
    return 1 if units <= one else -(-units // each)


def _laid_out(message: Message) -> str:
    """One paragraph; the black brackets are the signature's, which the gateway sets."""
    text = " ".join(layout.plain(message, gap=" ").split())
    return text.replace("【", "［").replace("】", "］")


def _result_of(reply: Reply, gateway: Gateway) -> SendResult:
    answer = result_by_status(reply)
    if not gateway.pointer or answer.verdict is not SendVerdict.DELIVERED:
        return answer
    said = _value_at(reply.json(), gateway.pointer)
    if said == gateway.success:
        return answer
    verdict = SendVerdict.REFUSED if said in gateway.refused else SendVerdict.PASSING
    return SendResult(verdict, reply.status, "the gateway did not take it")


def _value_at(told: object, pointer: str) -> str | None:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        match told:
            case dict() if key in told:
                told = told[key]
            case list() if key.isdecimal() and int(key) < len(told):
                told = told[int(key)]
            case _:
                return None
    return ("true" if told else "false") if isinstance(told, bool) else str(told)


def _filled(told: Mapping[str, object], values: Mapping[str, str]) -> dict[str, object]:
    return {name: _value_filled(value, values) for name, value in told.items()}


def _value_filled(told: object, values: Mapping[str, str]) -> object:
    match told:
        case str():
            return _text_filled(told, values.__getitem__)
        case Mapping():
            return _filled(told, values)
        case list() | tuple():
            return [_value_filled(one, values) for one in told]
        case _:
            return told


def _text_filled(told: str, value: Callable[[str], str]) -> str:
    """In one pass: what is filled in is not looked at for placeholders again."""
    return PLACEHOLDER.sub(lambda found: value(found[1]), told)


def _header(value: str) -> str:
    return layout.one_line(value).encode("ascii", "replace").decode()
