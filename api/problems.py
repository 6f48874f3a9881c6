"""Problems as RFC 9457 tells them: the one file that knows both the reasons of the rules and the codes of HTTP."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from bihuan.domain.commands import ACT_ZH
from bihuan.domain.refusals import BY_NAME, LedgerTooFarBehind, NotPermitted, NotValid, Refusal
from bihuan.ledger.errors import CursorUnreadable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = "1"
ECHO_MAX = 500
ERRORS_MAX = 20
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
        "errors": {"type": "array", "items": {"type": "object", "properties": {"pointer": TEXT, "detail": TEXT}}},
    },
}


class Problem(Exception):
    """Something to tell the caller: a status, a stable name, a sentence in each language."""

    status = 500
    name = "internal-error"
    zh = "系统内部错误。"
    en = "Something went wrong inside; it has been logged."

    def __init__(self, *, field: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.field = field
        self.headers = dict(headers or {})
        super().__init__(self.en)


class TemporalAway(Problem):
    status, name = 503, "temporal-away"
    zh = "流程引擎暂不可用，请以同一幂等键重试。"
    en = "The workflow engine is away; repeat with the same key."


class LedgerAway(Problem):
    status, name = 503, "ledger-away"
    zh = "台账暂不可用，请稍后重试。"
    en = "The ledger is away; try again."


class OutcomeUnknown(Problem):
    status, name = 504, "outcome-unknown"
    zh = "规定时间内未得出结果，请以同一幂等键重试。"
    en = "Not decided in time; repeat with the same key to learn the outcome."


class NotRecordedYet(Problem):
    status, name = 504, "not-recorded-yet"
    zh = "台账尚未登记到所要求的版本，请稍后重试。"
    en = "The ledger has not reached the revision asked for; try again."


class IssueUnknown(Problem):
    status, name = 404, "issue-unknown"
    zh = "没有这个问题。"
    en = "There is no such issue."


class TargetUnknown(Problem):
    status, name = 422, "target-unknown"
    zh = "“into”所写的问题不存在。"
    en = "There is no issue of the number given as 'into'."


class IssueNotRunning(Problem):
    status, name = 503, "issue-not-running"
    zh = "该问题的流程未在运行，请联系运维恢复。"
    en = "This issue's workflow is not running; operations must revive it."


class IssueArchived(Problem):
    status, name = 409, "issue-archived"
    zh = "问题已归档。"
    en = "The issue is archived."


class AnsweredBefore(Problem):
    status, name = 503, "answered-before"
    zh = "该操作早已办理，台账暂不可用，请稍后重试以取得回执。"
    en = "This was done before; its receipt is in the ledger, so try again."


class AddressUnknown(Problem):
    status, name = 404, "not-found"
    zh = "没有这个地址。"
    en = "There is nothing at this address."


class MethodUnknown(Problem):
    status, name = 405, "method-not-allowed"
    zh = "该地址不接受这种请求方法。"
    en = "This address does not take requests of this method."


class BodyUnreadable(Problem):
    status, name = 400, "body-unreadable"
    zh = "请求内容不是可读的 JSON（UTF-8 编码）。"
    en = "The body is not JSON in UTF-8 that can be read."


class BodyTooLarge(Problem):
    status, name = 413, "body-too-large"
    zh = "请求内容超过 1,000,000 字节。"
    en = "The body is larger than 1,000,000 bytes."


class KeyMissing(Problem):
    status, name = 400, "idempotency-key-missing"
    zh = "缺少 Idempotency-Key 请求头（1–200 个可见 ASCII 字符）。"
    en = "The header Idempotency-Key is required (1 to 200 visible ASCII characters)."


class Unauthenticated(Problem):
    status, name = 401, "unauthenticated"
    zh = "缺少或无效的访问密钥。"
    en = "The bearer key is missing or unknown."


class MayNotStandIn(Problem):
    status, name = 403, "may-not-stand-in"
    zh = "该密钥不能代表他人操作。"
    en = "This key may not stand in for others."


class StandInUnclear(Problem):
    status, name = 422, "stand-in-unclear"
    zh = '“as”须为 JSON，如 {"unit": "D16", "person": "张三"}。'
    en = '\'as\' must be JSON, such as {"unit": "D16", "person": "zhangsan"}.'


class CursorInvalid(Problem):
    status, name = 400, "cursor"
    zh = "分页游标无效。"
    en = "The cursor is not one of ours."


class MomentUnclear(Problem):
    status, name = 422, "moment-unclear"
    zh = "时刻须为带时区偏移的 ISO 8601 时间，如 2021-09-30T10:00:00+08:00。"
    en = "The moment must be an ISO 8601 time with its offset, such as 2021-09-30T10:00:00+08:00."


class MomentAhead(Problem):
    status, name = 422, "moment-ahead"
    zh = "所问时刻尚未到来。"
    en = "The moment asked about has not come yet."


class NotReceivedYet(Problem):
    status, name = 404, "not-received-yet"
    zh = "所问时刻该问题尚未登记。"
    en = "At the moment asked about the issue had not been received yet."


class NoticeUnknown(Problem):
    status, name = 404, "notice-unknown"
    zh = "没有这条通知。"
    en = "There is no such notice."


class NotYourNotice(Problem):
    status, name = 403, "not-your-notice"
    zh = "这条通知不是发给您的，由收件的单位或人员确认。"
    en = "This notice was not sent to you; whoever it was sent to acknowledges it."


class NoticeUnderWay(Problem):
    status, name = 409, "notice-under-way"
    zh = "通知正在发送，不能重发。"
    en = "The notice is under way already, so it cannot be sent again."


class NoticeRecalled(Problem):
    status, name = 409, "notice-recalled"
    zh = "通知已撤回：所催事项在发出前已了结。"
    en = "The notice was recalled: what it pressed for was over before it was sent."


class ReportGone(Problem):
    status, name = 410, "report-gone"
    zh = "报告原文已过保存期，不能重发。"
    en = "What the report said is kept no longer, so it cannot be sent again."


class LinkMalformed(Problem):
    status, name = 400, "link-malformed"
    zh = "链接不完整，请从通知中重新打开，或表明身份。"
    en = "The link is not whole; open it from the message again, or say who you are."


class LinkForged(Problem):
    status, name = 403, "link-forged"
    zh = "链接无效。"
    en = "The link is not one of ours."


class LinkOfAnotherNotice(Problem):
    status, name = 403, "link-of-another-notice"
    zh = "该链接属于另一条通知。"
    en = "The link belongs to another notice."


class LinkExpired(Problem):
    status, name = 410, "link-expired"
    zh = "链接已过期，请表明身份后确认。"
    en = "The link has expired; say who you are to acknowledge."


class NotHeardYet(Problem):
    status, name = 503, "not-heard-yet"
    zh = "暂时无法登记，请稍后再点一次。"
    en = "It cannot be recorded just now; click again in a moment."


class Refused(Problem):
    """A refusal of the rules, by its name: of this process, or come back over Temporal."""

    def __init__(self, name: str, zh: str, en: str, field: str) -> None:
        self.refusal = name
        self.status = _status_of(BY_NAME.get(name, Refusal))
        self.name, self.zh, self.en = name, zh, en
        super().__init__(field=field)

    @classmethod
    def of(cls, refusal: Refusal) -> "Refused":
        """A refusal of this very process."""
        return cls(refusal.name, refusal.sentence_zh, refusal.sentence_en, refusal.field)


def _status_of(refusal: type[Refusal]) -> int:
    if refusal is LedgerTooFarBehind:
        return 503
    if refusal.__name__ == "CommandIdReused" or issubclass(refusal, NotValid):
        return 422
    return 403 if issubclass(refusal, NotPermitted) else 409


def told(problem: Problem) -> JSONResponse:
    """One problem as the answer to a request."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.name}",
        "title": problem.zh,
        "status": problem.status,
        "detail": problem.en,
        "name": problem.name,
    }
    if problem.field:
        body["errors"] = [{"pointer": f"/{problem.field}", "detail": problem.en}]
    headers = dict(problem.headers)
    if problem.status in (503, 504):
        headers.setdefault("Retry-After", RETRY_AFTER_S)
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)


def documented(description: str, example: Problem) -> dict[str, Any]:
    """A family of problems as the documentation of the API shows it."""
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": SCHEMA, "example": json.loads(bytes(told(example).body))}},
    }


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": documented("拒绝，附理由（400 401 403 404 409 422） · refused, with the reason", IssueUnknown()),
    "5XX": documented("请以同一幂等键重试（503 504） · repeat with the same key", TemporalAway()),
}


OF_HTTP: dict[int, type[Problem]] = {one.status: one for one in (BodyUnreadable, AddressUnknown, MethodUnknown)}
"""What the framework itself answers."""


def install(app: FastAPI) -> None:
    """Every answer that is not a success is problem+json."""

    @app.exception_handler(Problem)
    async def _problem(_request: Request, problem: Problem) -> JSONResponse:
        return told(problem)

    @app.exception_handler(Refusal)
    async def _refusal(_request: Request, refusal: Refusal) -> JSONResponse:
        return told(Refused.of(refusal))

    @app.exception_handler(SQLAlchemyError)
    async def _ledger(_request: Request, _trouble: SQLAlchemyError) -> JSONResponse:
        return told(LedgerAway())

    @app.exception_handler(CursorUnreadable)
    async def _cursor(_request: Request, _trouble: CursorUnreadable) -> JSONResponse:
        return told(CursorInvalid())

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, invalid: RequestValidationError) -> JSONResponse:
        if any(e["loc"] == ("header", "Idempotency-Key") for e in invalid.errors()):
            return told(KeyMissing())
        if any(e["type"] == "json_invalid" for e in invalid.errors()):
            return told(BodyUnreadable())
        errors = [_fault(error) for error in invalid.errors()[:ERRORS_MAX]]
        body = {
            "type": "/problems/invalid-request",
            "title": "请求内容有误。",
            "status": 422,
            "detail": "; ".join(f"{e['pointer']}: {e['detail']}" for e in errors)[:1000],
            "name": "invalid-request",
            "errors": errors,
        }
        return JSONResponse(body, 422, media_type=MEDIA_TYPE)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        return told(OF_HTTP.get(error.status_code, Problem)(headers=error.headers))

    @app.exception_handler(Exception)
    async def _bug(_request: Request, _error: Exception) -> JSONResponse:
        return told(Problem())


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    """Where it is and what is wrong. What was said is repeated in part at most, and where it is no text, as signs."""
    _, *place = error["loc"]
    if len(place) > 1 and place[0] in ACT_ZH:  # by which act the body was read, which is no place in it
        del place[0]
    pointer, detail = "/" + "/".join(map(str, place)), str(error["msg"])
    return {"pointer": _writable(pointer), "detail": _writable(detail)}


def _writable(text: str) -> str:
    return text[:ECHO_MAX].encode(errors="backslashreplace").decode()


def explanations() -> dict[str, dict[str, str]]:
    """Every problem by name, for the page its ``type`` points to."""
    ours = {cls.name: {"zh": cls.zh, "en": cls.en} for cls in Problem.__subclasses__() if cls is not Refused}
    return ours | {name: {"zh": refusal.zh, "en": refusal.en} for name, refusal in BY_NAME.items()}
