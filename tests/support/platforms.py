"""The other sides as documented: they check signatures, shapes and sizes, and limit what comes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.endpoints import ID, Request

Answered = tuple[int, object]
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Taken:
    """One message as the group or person got it."""

    id: str
    text: str
    at: float


@dataclass
class Robot:
    """``per_minute``: the limit; ``over``: how many came beyond it. ``blocked_s``: how long it is then deaf."""

    per_minute: int = 20
    blocked_s: float = 0
    clock: Callable[[], float] = time.monotonic
    taken: list[Taken] = field(default_factory=list)
    over: int = 0
    _deaf_until: float = float("-inf")
    _window: list[float] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.taken]

    def _limited(self) -> bool:
        now = self.clock()
        self._window = [at for at in self._window if now - at < 60]
        if now >= self._deaf_until and len(self._window) < self.per_minute:
            self._window.append(now)
            return False
        self.over += 1
        if self.blocked_s and now >= self._deaf_until:
            self._deaf_until = now + self.blocked_s
        return True

    def _shown(self, text: str) -> None:
        found = ID.search(text)
        self.taken.append(Taken(found[1] if found else "", text, self.clock()))


@dataclass
class WeComRobot(Robot):
    """POST /cgi-bin/webhook/send?key=…"""

    key: str = "wecom-robot-key"

    def url(self, site: str) -> str:
        return f"{site}/cgi-bin/webhook/send?key={self.key}"

    def take(self, request: Request) -> Answered:
        if request.path != "/cgi-bin/webhook/send" or request.query.get("key") != self.key:
            return _wecom(93000, f"invalid webhook url, hint: [1], from ip: 127.0.0.1, key {self.key}")
        if (wrong := _wrong_text(request)) is not None:
            return wrong
        if self._limited():
            return _wecom(45009, "api freq out of limit")
        self._shown(_content(request))
        return _wecom(0, "ok")


@dataclass
class DingTalkRobot(Robot):
    """POST /robot/send?access_token=…&timestamp=…&sign=…"""

    blocked_s: float = 600
    token: str = "ding-robot-token"
    secret: str = "SEC-ding-secret"
    now: Callable[[], float] = time.time

    def url(self, site: str) -> str:
        return f"{site}/robot/send?access_token={self.token}"

    def take(self, request: Request) -> Answered:
        if request.path != "/robot/send" or request.query.get("access_token") != self.token:
            return _ding(300005, f"token is not exist: {self.token}")
        if self.secret and not self._signed(request.query):
            return _ding(310000, "sign not match, more: [https://ding-doc.dingtalk.com]")
        told = request.json()
        match told:
            case {"msgtype": "markdown", "markdown": {"title": str(), "text": str(text)}} if text:
                pass
            case _:
                return _ding(400105, "unsupported message type")
        if len(request.body) > 20_000:
            return _ding(460101, "message too long, exceed 20000 bytes")
        if self._limited():
            return _ding(130101, "send too fast, exceed 20 times per minute")
        self._shown(text)
        return _ding(0, "ok")

    def _signed(self, query: dict[str, str]) -> bool:
        timestamp = query.get("timestamp", "0")
        if abs(self.now() - int(timestamp) / 1000) > HOUR_S:
            return False
        mac = hmac.new(self.secret.encode(), digestmod=hashlib.sha256)
        mac.update(timestamp.encode() + b"\n" + self.secret.encode())
        return hmac.compare_digest(base64.b64encode(mac.digest()).decode(), query.get("sign", ""))


@dataclass
class FeishuRobot(Robot):
    """POST /open-apis/bot/v2/hook/…, signed inside the body."""

    per_minute: int = 100
    token: str = "feishu-hook-token"
    secret: str = "feishu-secret"
    now: Callable[[], float] = time.time

    def url(self, site: str) -> str:
        return f"{site}/open-apis/bot/v2/hook/{self.token}"

    def take(self, request: Request) -> Answered:
        if request.path != f"/open-apis/bot/v2/hook/{self.token}":
            return 400, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        told = request.json()
        if self.secret and not self._signed(told):
            wrong = "sign match fail or timestamp is not within one hour from current time"
            return 200, {"code": 19021, "msg": wrong, "data": {}}
        text = _feishu_text(told)
        if text is None or len(request.body) > 20 * 1024:
            return 400, {"code": 9499, "msg": "Bad Request", "data": {}}
        if self._limited():
            return 200, {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]", "data": {}}
        self._shown(text)
        return 200, {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}

    def _signed(self, told: dict[str, object]) -> bool:
        timestamp = str(told.get("timestamp", "0"))
        if abs(self.now() - int(timestamp)) > HOUR_S:
            return False
        mac = hmac.new(timestamp.encode() + b"\n" + self.secret.encode(), digestmod=hashlib.sha256)
        return hmac.compare_digest(base64.b64encode(mac.digest()).decode(), str(told.get("sign", "")))


@dataclass
class WeComSite(Robot):
    """GET /cgi-bin/gettoken and POST /cgi-bin/message/send, for one app of one corporation."""

    per_minute: int = 10_000
    corp_id: str = "ww-corp"
    agent_id: int = 1000002
    secret: str = "wecom-app-secret"
    people: frozenset[str] = frozenset({"zhang.san", "li.si"})
    tokens: int = 0
    token: str = ""
    dropped: int = 0
    refuse_with: int = 40014
    _bodies: set[bytes] = field(default_factory=set)

    def expire(self, code: int = 42001) -> None:
        """The token is taken back before its time, as another process that asks for one may cause."""
        self.token, self.refuse_with = "", code

    def take(self, request: Request) -> Answered:
        match request.method, request.path:
            case "GET", "/cgi-bin/gettoken":
                return self._give_token(request.query)
            case "POST", "/cgi-bin/message/send":
                return self._send(request)
            case _:
                return 404, {}

    def _give_token(self, query: dict[str, str]) -> Answered:
        if query.get("corpid") != self.corp_id:
            return _wecom(40013, "invalid corpid")
        if query.get("corpsecret") != self.secret:
            return _wecom(40001, f"invalid credential {query.get('corpsecret')}")
        self.tokens += 1
        self.token = f"wecom-token-{self.tokens}"
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": self.token, "expires_in": 7200}

    def _send(self, request: Request) -> Answered:
        if not self.token or request.query.get("access_token") != self.token:
            return _wecom(self.refuse_with, f"invalid access_token {request.query.get('access_token')}")
        told = request.json()
        if told.get("agentid") != self.agent_id:
            return _wecom(40056, "invalid agentid")
        if (wrong := _wrong_text(request)) is not None:
            return wrong
        if told.get("touser") not in self.people:
            return 200, {
                "errcode": 81013,
                "errmsg": "user & party & tag all invalid",
                "invaliduser": told.get("touser"),
            }
        if self._limited():
            return _wecom(45009, "api freq out of limit")
        if told.get("enable_duplicate_check") == 1 and request.body in self._bodies:
            self.dropped += 1
        else:
            self._shown(_content(request))
        self._bodies.add(request.body)
        return 200, {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "1"}


@dataclass
class Hook(Robot):
    """A receiver of signed webhooks; ``secret`` is what follows ``whsec_``, decoded."""

    secret: bytes = b"a key of twenty-four byte"
    status: int = 204

    @property
    def key(self) -> str:
        return "whsec_" + base64.b64encode(self.secret).decode()

    def take(self, request: Request) -> Answered:
        id_, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        if abs(time.time() - int(timestamp)) > 300:
            return 400, {}
        mac = hmac.new(self.secret, f"{id_}.{timestamp}.".encode() + request.body, hashlib.sha256)
        if f"v1,{base64.b64encode(mac.digest()).decode()}" not in request.headers["webhook-signature"].split(" "):
            return 401, {}
        self.taken.append(Taken(id_, request.body.decode(), self.clock()))
        return self.status, {}


@dataclass
class SmsSite(Robot):
    """A gateway that takes JSON and answers 200 with a code of its own."""

    key: str = "sms-key"
    code: str = "OK"

    def take(self, request: Request) -> Answered:
        told = request.json()
        if told.get("key") != self.key:
            return 200, {"result": {"code": "InvalidKey"}}
        if self.code == "OK":
            self._shown(str(told["content"]))
        return 200, {"result": {"code": self.code}}


def _wecom(code: int, words: str) -> Answered:
    return 200, {"errcode": code, "errmsg": words}


_ding = _wecom


def _content(request: Request) -> str:
    text = request.json()["text"]
    assert isinstance(text, dict)
    return str(text["content"])


def _wrong_text(request: Request) -> Answered | None:
    """None where it is a text message as WeCom takes it."""
    if b"\\u" in request.body:
        return _wecom(40033, "invalid charset")
    match json.loads(request.body):
        case {"msgtype": "text", "text": {"content": str(content)}}:
            if not content:
                return _wecom(44004, "empty content")
            return _wecom(40058, "content exceed max length") if len(content.encode()) > 2048 else None
        case _:
            return _wecom(40008, "invalid message type")


def _feishu_text(told: dict[str, object]) -> str | None:
    """What the group reads of a text, a post or a card; None where the shape is wrong."""
    match told:
        case {"msg_type": "text", "content": {"text": str(text)}}:
            return text
        case {"msg_type": "post", "content": {"post": dict(post)}}:
            return json.dumps(post, ensure_ascii=False)
        case {"msg_type": "interactive", "card": {"header": {"title": dict(head)}, "elements": list(elements)}}:
            return "\n".join([head["content"], *map(_element_text, elements)])
        case _:
            return None


def _element_text(element: dict[str, object]) -> str:
    match element:
        case {"tag": "div", "text": {"tag": "plain_text", "content": str(text)}}:
            return text
        case {"tag": "action", "actions": [{"tag": "button", "url": str(url)}]}:
            return url
        case {"tag": "note", "elements": [{"tag": "plain_text", "content": str(text)}]}:
            return text
        case _:
            raise AssertionError(element)
