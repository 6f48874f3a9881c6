"""What the chat platforms have in common: the code in the body decides, not the HTTP status."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from activities.channels.http import Reply, result_by_status
from activities.channels.port import SendResult, SendVerdict

JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
CODE = ("errcode",)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a platform means by one of its codes. ``wait_s``: for how many seconds to wait; 0: it does not say."""

    verdict: SendVerdict
    words: str
    wait_s: int = 0


def transient(words: str, wait_s: int = 0) -> Meaning:
    return Meaning(SendVerdict.TRANSIENT, words, wait_s)


def refused(words: str) -> Meaning:
    return Meaning(SendVerdict.REFUSED, words)


def body(content: Mapping[str, object]) -> bytes:
    """JSON with Chinese unescaped: it takes half the bytes, and WeCom refuses escapes (code 40033)."""
    return json.dumps(content, ensure_ascii=False).encode()


def result_of(reply: Reply, codes: Mapping[int, Meaning], fields: Sequence[str] = CODE) -> SendResult:
    """By the code where there is one. The platform's own text is left out, because it may repeat what was sent."""
    code = code_of(reply, fields)
    if not code:
        unread = code is None and reply.succeeded
        return (
            SendResult(SendVerdict.TRANSIENT, reply.status, "an answer that cannot be read")
            if unread
            else result_by_status(reply)
        )
    meaning = codes.get(code)
    if meaning is None:
        verdict = SendVerdict.TRANSIENT if reply.succeeded else result_by_status(reply).verdict
        meaning = Meaning(verdict, "a code that is not known here")
    wait = reply.wait or (timedelta(seconds=meaning.wait_s) if meaning.wait_s else None)
    return SendResult(meaning.verdict, code, f"code {code}: {meaning.words}", wait if _is_transient(meaning) else None)


def code_of(reply: Reply, fields: Sequence[str] = CODE) -> int | None:
    content = reply.json()
    if not isinstance(content, dict):
        return None
    for field in fields:
        code = content.get(field)
        if isinstance(code, str) and code.lstrip("-").isdecimal():
            return int(code)
        if isinstance(code, int) and not isinstance(code, bool):
            return code
    return None


def _is_transient(meaning: Meaning) -> bool:
    return meaning.verdict is SendVerdict.TRANSIENT
