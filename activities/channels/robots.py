"""What the chat platforms have in common: HTTP 200 says nothing, a code in the body does."""

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
    """What a platform means by one of its codes. ``wait_s``: how long it wants to be left alone; 0: it does not say."""

    verdict: SendVerdict
    words: str
    wait_s: int = 0


def transient(words: str, wait_s: int = 0) -> Meaning:
    return Meaning(SendVerdict.PASSING, words, wait_s)


def refused(words: str) -> Meaning:
    return Meaning(SendVerdict.REFUSED, words)


def body(told: Mapping[str, object]) -> bytes:
    """Chinese as itself: three bytes a sign count less than six, and WeCom refuses escapes (40033)."""
    return json.dumps(told, ensure_ascii=False).encode()


def result_of(reply: Reply, codes: Mapping[int, Meaning], fields: Sequence[str] = CODE) -> SendResult:
    """By the code where there is one; the platform's own words are left out, for they may repeat what was sent."""
    code = code_of(reply, fields)
    if not code:
        unread = code is None and reply.succeeded
        return (
            SendResult(SendVerdict.PASSING, reply.status, "an answer that cannot be read")
            if unread
            else result_by_status(reply)
        )
    meaning = codes.get(code)
    if meaning is None:
        verdict = SendVerdict.PASSING if reply.succeeded else result_by_status(reply).verdict
        meaning = Meaning(verdict, "a code that is not known here")
    wait = reply.wait or (timedelta(seconds=meaning.wait_s) if meaning.wait_s else None)
    return SendResult(meaning.verdict, code, f"code {code}: {meaning.words}", wait if _is_transient(meaning) else None)


def code_of(reply: Reply, fields: Sequence[str] = CODE) -> int | None:
    told = reply.json()
    if not isinstance(told, dict):
        return None
    for field in fields:
        code = told.get(field)
        if isinstance(code, str) and code.lstrip("-").isdecimal():
            return int(code)
        if isinstance(code, int) and not isinstance(code, bool):
            return code
    return None


def _is_transient(meaning: Meaning) -> bool:
    return meaning.verdict is SendVerdict.PASSING
