"""WeCom's app message to one person: developer.work.weixin.qq.com/document/path/90236, token …/90665, codes …/90313."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from activities.channels import layout
from activities.channels.http import Http, Reply
from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict
from activities.channels.robots import JSON_HEADERS, body, refused, result_of, transient
from bihuan.notify.addresses import is_person
from bihuan.notify.kinds import Kind

SITE = "https://qyapi.weixin.qq.com"
BYTES_MAX = layout.bytes_max(Kind.WECOM_APP)
STALE = frozenset({40001, 40014, 42001})
EARLY_S = 300
"""A token is renewed this many seconds before it expires."""
SAME_WITHIN_S = 1800
"""WeCom drops a repeated message to the same person within this time, so a retry after a lost answer is not seen."""

TOKEN_CODES = {
    -1: transient("WeCom is busy"),
    45009: transient("too many tokens asked for", 60),
    40001: refused("the app's secret is wrong"),
    40013: refused("the corp id is wrong"),
    60020: refused("our network address is not on the app's list"),
}
SEND_CODES = {
    -1: transient("WeCom is busy"),
    6000: transient("WeCom asks to try again"),
    40001: transient("the token was not taken, a fresh one neither"),
    40014: transient("the token was not taken, a fresh one neither"),
    42001: transient("the token was not taken, a fresh one neither"),
    45009: transient("too many messages", 60),
    45033: transient("too many requests at once", 60),
    40003: refused("the person's id is wrong"),
    40008: refused("the kind of message is not known"),
    40031: refused("the person's id is wrong"),
    40033: refused("a sign is not allowed"),
    40056: refused("the agent id is wrong"),
    40058: refused("a parameter is not allowed"),
    44004: refused("the message is empty"),
    45002: refused("the message is too long"),
    60011: refused("the app may not write to this person"),
    60020: refused("our network address is not on the app's list"),
    60111: refused("there is no such person"),
    81013: refused("the app cannot reach this person"),
    82001: refused("the app cannot reach this person"),
    301002: refused("the secret is not of this app"),
    48002: refused("the app may not send messages"),
}


@dataclass(frozen=True, slots=True)
class _Token:
    secret: str
    value: str
    ends: float


class WeComApp(Channel):
    """``address.to``: the person's user id; ``address.secret``: the app's. The token is kept in memory only."""

    def __init__(
        self,
        http: Http,
        corp_id: str,
        agent_id: int,
        *,
        site: str = SITE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._site = site
        self._clock = clock
        self._token: _Token | None = None
        self._renewing = asyncio.Lock()

    async def send(self, message: Message, address: Address) -> SendResult:
        text = _text(message)
        if text is None:
            return layout.too_long(message)
        if not is_person(address.to):
            return SendResult(SendVerdict.REFUSED, detail="the address is not one person's user id")
        answer = await self._attempt(text, address, spent="")
        if isinstance(answer, _TokenRejected):
            answer = await self._attempt(text, address, spent=answer.token)
        return answer.answer if isinstance(answer, _TokenRejected) else answer

    def fits(self, message: Message) -> bool:
        return _text(message) is not None

    async def _attempt(self, text: str, address: Address, *, spent: str) -> "SendResult | _TokenRejected":
        token = await self._fresh(address.secret, spent)
        if isinstance(token, SendResult):
            return token
        content = {
            "touser": address.to,
            "msgtype": "text",
            "agentid": self._agent_id,
            "text": {"content": text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_WITHIN_S,
        }
        url = f"{self._site}/cgi-bin/message/send?{urlencode({'access_token': token})}"
        reply = await self._http.exchange(url, body(content), JSON_HEADERS)
        if isinstance(reply, SendResult):
            return reply
        answer = result_of(reply, SEND_CODES)
        if answer.status in STALE:
            return _TokenRejected(token, answer)
        return answer if answer.verdict is not SendVerdict.DELIVERED else _unless_left_out(reply, answer)

    async def _fresh(self, secret: str, spent: str) -> str | SendResult:
        """A token other than ``spent``. One request at a time; attempts that waited use the token it brought."""
        async with self._renewing:
            known = self._token
            if known and known.secret == secret and known.value != spent and self._clock() < known.ends:
                return known.value
            self._token = None
            query = urlencode({"corpid": self._corp_id, "corpsecret": secret})
            reply = await self._http.exchange(f"{self._site}/cgi-bin/gettoken?{query}", b"", {}, method="GET")
            if isinstance(reply, SendResult):
                return reply
            answer = result_of(reply, TOKEN_CODES)
            if answer.verdict is not SendVerdict.DELIVERED:
                return answer
            return self._kept(secret, reply)

    def _kept(self, secret: str, reply: Reply) -> str | SendResult:
        match reply.json():
            case {"access_token": str(value), "expires_in": int(seconds)} if value:
                self._token = _Token(secret, value, self._clock() + seconds - EARLY_S)
                return value
            case _:
                return SendResult(SendVerdict.TRANSIENT, reply.status, "an answer without a token")


@dataclass(frozen=True, slots=True)
class _TokenRejected:
    """WeCom refused the token; one more attempt is made with a fresh one."""

    token: str
    answer: SendResult


def _text(message: Message) -> str | None:
    return layout.fitted(message, layout.plain, lambda text: layout.size(text) <= BYTES_MAX)


def _unless_left_out(reply: Reply, answer: SendResult) -> SendResult:
    """Refused where WeCom answers with code 0 but left the person out."""
    content = reply.json()
    if isinstance(content, dict) and (content.get("invaliduser") or content.get("unlicenseduser")):
        return SendResult(SendVerdict.REFUSED, answer.status, "the app cannot reach this person")
    return answer
