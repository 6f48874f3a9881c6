"""Problem details by RFC 9457: the one file that maps failures and refusals to HTTP statuses."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fastapi.responses import JSONResponse

from bihuan.application import errors
from bihuan.client.errors import (
    Failure,
    IssueNotRunning,
    OutcomeUnknown,
    ReceiptInLedgerOnly,
    Refused,
    TemporalAway,
)
from bihuan.domain.refusals import BY_NAME, LedgerTooFarBehind, NotPermitted, NotValid, Refusal

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = "1"
TEXT_MAX = 1_000
"""Characters of the list of errors in ``title`` and ``detail``."""
TEXT = {"type": "string"}
SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "name"],
    "properties": {
        "type": TEXT,
        "title": {**TEXT, "description": "一句话说明 · the sentence in Chinese"},
        "status": {"type": "integer"},
        "detail": {**TEXT, "description": "英文说明 · the sentence in English"},
        "name": {**TEXT, "description": "理由名称，不随版本变化 · the reason's name; it never changes"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {**TEXT, "description": "字段 · the field"},
                    "title": {**TEXT, "description": "中文说明 · in Chinese"},
                    "detail": {**TEXT, "description": "英文说明 · in English"},
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field (``pointer``, a JSON pointer), in Chinese (``title``) and English (``detail``)."""

    pointer: str
    title: str
    detail: str


class Problem(Failure):
    """An answer that is not a success: an HTTP status, a stable name, a sentence in Chinese and in English.

    ``errors``: what is wrong, field by field.
    """

    status = 500
    name = "internal-error"
    zh = "系统内部错误。"
    en = "An internal error; it has been logged."
    errors: Sequence[FieldError] = ()

    def __init__(self, *, field: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.headers = dict(headers or {})
        super().__init__(field=field)


class AddressUnknown(Problem):
    status, name = 404, "not-found"
    zh = "没有这个地址。"
    en = "Nothing is found at this address."


class MethodUnknown(Problem):
    status, name = 405, "method-not-allowed"
    zh = "该地址不接受这种请求方法。"
    en = "This address does not accept the request method."


class BodyUnreadable(Problem):
    status, name = 400, "body-unreadable"
    zh = "请求内容不是可读的 JSON（UTF-8 编码）。"
    en = "The body is not readable JSON in UTF-8."


class BodyTooLarge(Problem):
    status, name = 413, "body-too-large"
    zh = "请求内容超过 1,000,000 字节。"
    en = "The body is larger than 1,000,000 bytes."


class KeyMissing(Problem):
    status, name = 400, "idempotency-key-missing"
    zh = "缺少 Idempotency-Key 请求头（1–200 个可见 ASCII 字符）。"
    en = "The header Idempotency-Key is required (1 to 200 visible ASCII characters)."


class InvalidRequest(Problem):
    """A request that does not match its schema. ``errors``: at least one."""

    status, name = 422, "invalid-request"
    zh = "请求内容有误。"
    en = "The request does not match its schema."

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = errors
        self.zh = "请求内容有误：" + "；".join(f"{one.pointer} {one.title}" for one in errors)[:TEXT_MAX] + "。"
        self.en = "; ".join(f"{one.pointer}: {one.detail}" for one in errors)[:TEXT_MAX]


class Unauthenticated(Problem):
    status, name = 401, "unauthenticated"
    zh = "缺少或无效的访问密钥。"
    en = "The bearer key is missing or unknown."


class MayNotStandIn(Problem):
    status, name = 403, "may-not-stand-in"
    zh = "该密钥不能代表他人操作。"
    en = "This key may not act for others."


class StandInUnclear(Problem):
    status, name = 422, "stand-in-unclear"
    zh = '“as”须为 JSON，如 {"unit": "D16", "person": "张三"}。'
    en = '\'as\' must be JSON, such as {"unit": "D16", "person": "zhangsan"}.'


class CursorInvalid(Problem):
    status, name = 400, "cursor"
    zh = "分页游标无效。"
    en = "The cursor is invalid."


class MomentUnclear(Problem):
    status, name = 422, "moment-unclear"
    zh = "时刻须为带时区偏移的 ISO 8601 时间，如 2021-09-30T10:00:00+08:00。"
    en = "The moment must be an ISO 8601 time with its offset, such as 2021-09-30T10:00:00+08:00."


class LinkMalformed(Problem):
    status, name = 400, "link-malformed"
    zh = "链接不完整，请从通知中重新打开，或表明身份。"
    en = "The link is incomplete; open it from the message again, or identify yourself."


class LinkForged(Problem):
    status, name = 403, "link-forged"
    zh = "链接无效。"
    en = "The link is invalid."


class LinkOfAnotherNotice(Problem):
    status, name = 403, "link-of-another-notice"
    zh = "该链接属于另一条通知。"
    en = "The link belongs to another notice."


class LinkExpired(Problem):
    status, name = 410, "link-expired"
    zh = "链接已过期，请表明身份后确认。"
    en = "The link has expired; identify yourself to acknowledge."


class AcknowledgementUnavailable(Problem):
    status, name = 503, "not-acknowledged-yet"
    zh = "暂时无法登记，请稍后再点一次。"
    en = "It cannot be recorded at the moment; click again shortly."


STATUS_OF: Mapping[type[Failure], int] = {
    errors.IssueUnknown: 404,
    errors.NotReceivedYet: 404,
    errors.NoticeUnknown: 404,
    errors.NotYourNotice: 403,
    errors.IssueArchived: 409,
    errors.NoticeUnderWay: 409,
    errors.NoticeRecalled: 409,
    errors.ReportGone: 410,
    errors.TargetUnknown: 422,
    errors.MomentAhead: 422,
    errors.LedgerAway: 503,
    errors.NotRecordedYet: 504,
    TemporalAway: 503,
    IssueNotRunning: 503,
    ReceiptInLedgerOnly: 503,
    OutcomeUnknown: 504,
}
"""What use cases and client may raise while a request is served. Any other failure is an internal error: 500."""


def problem_of(failure: Failure | Refusal) -> Problem:
    """The problem for a failure or a refusal, whether it was raised here or by a workflow (``Refused``)."""
    if isinstance(failure, Problem):
        return failure
    if isinstance(failure, Refusal):
        status = _status_of(type(failure))
        return _problem(status, failure.name, failure.sentence_zh, failure.sentence_en, failure.field)
    refused = isinstance(failure, Refused)
    status = _status_of(BY_NAME.get(failure.name, Refusal)) if refused else STATUS_OF[type(failure)]
    return _problem(status, failure.name, failure.zh, failure.en, failure.field)


def _problem(status: int, name: str, zh: str, en: str, field: str) -> Problem:
    problem = Problem(field=field)
    problem.status, problem.name, problem.zh, problem.en = status, name, zh, en
    return problem


def _status_of(refusal: type[Refusal]) -> int:
    if refusal is LedgerTooFarBehind:
        return 503
    if refusal.__name__ == "CommandIdReused" or issubclass(refusal, NotValid):
        return 422
    return 403 if issubclass(refusal, NotPermitted) else 409


def problem_response(problem: Problem) -> JSONResponse:
    """The answer for a problem. 503 and 504 carry Retry-After."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.name}",
        "title": problem.zh,
        "status": problem.status,
        "detail": problem.en,
        "name": problem.name,
    }
    errors = problem.errors or ([FieldError(f"/{problem.field}", problem.zh, problem.en)] if problem.field else ())
    if errors:
        body["errors"] = [asdict(error) for error in errors]
    headers = dict(problem.headers)
    if problem.status in (503, 504):
        headers.setdefault("Retry-After", RETRY_AFTER_S)
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)


def problem_documentation(description: str, example: Problem) -> dict[str, Any]:
    """A family of problems for the OpenAPI document."""
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": SCHEMA, "example": json.loads(bytes(problem_response(example).body))}},
    }


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": problem_documentation(
        "拒绝，附理由（400 401 403 404 409 422） · refused, with the reason", problem_of(errors.IssueUnknown())
    ),
    "5XX": problem_documentation(
        "请以同一幂等键重试（503 504） · repeat with the same key", problem_of(TemporalAway())
    ),
}


def explanations() -> dict[str, dict[str, str]]:
    """The sentences of every problem and refusal by name, for the page that ``type`` points to."""
    ours = {cls.name: {"zh": cls.zh, "en": cls.en} for cls in (*Problem.__subclasses__(), *STATUS_OF)}
    return ours | {name: {"zh": refusal.zh, "en": refusal.en} for name, refusal in BY_NAME.items()}
