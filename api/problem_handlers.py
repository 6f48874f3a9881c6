"""Every answer that is not a success is problem+json: what each exception becomes on its way out."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from api.problems import (
    MEDIA_TYPE,
    STATUS_OF,
    AddressUnknown,
    BodyUnreadable,
    CursorInvalid,
    KeyMissing,
    MethodUnknown,
    Problem,
    problem_of,
    problem_response,
)
from bihuan.application.errors import LedgerAway
from bihuan.client.errors import Failure, Refused
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.refusals import Refusal
from bihuan.ledger.errors import CursorUnreadable

ECHO_MAX = 500
ERRORS_MAX = 20
PROBLEM_OF_STATUS: dict[int, type[Problem]] = {
    one.status: one for one in (BodyUnreadable, AddressUnknown, MethodUnknown)
}
"""What the framework itself answers."""


def add_problem_handlers(app: FastAPI) -> None:
    """Every answer that is not a success is problem+json."""

    async def _failure(_request: Request, failure: Exception) -> JSONResponse:
        assert isinstance(failure, Failure), "it is registered for these"
        return problem_response(problem_of(failure))

    for kind in (Problem, Refused, *STATUS_OF):
        app.add_exception_handler(kind, _failure)

    @app.exception_handler(Refusal)
    async def _refusal(_request: Request, refusal: Refusal) -> JSONResponse:
        return problem_response(problem_of(refusal))

    @app.exception_handler(SQLAlchemyError)
    async def _ledger(_request: Request, _trouble: SQLAlchemyError) -> JSONResponse:
        return problem_response(problem_of(LedgerAway()))

    @app.exception_handler(CursorUnreadable)
    async def _cursor(_request: Request, _trouble: CursorUnreadable) -> JSONResponse:
        return problem_response(CursorInvalid())

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, invalid: RequestValidationError) -> JSONResponse:
        if any(e["loc"] == ("header", "Idempotency-Key") for e in invalid.errors()):
            return problem_response(KeyMissing())
        if any(e["type"] == "json_invalid" for e in invalid.errors()):
            return problem_response(BodyUnreadable())
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
        return problem_response(PROBLEM_OF_STATUS.get(error.status_code, Problem)(headers=error.headers))

    @app.exception_handler(Exception)
    async def _bug(_request: Request, _error: Exception) -> JSONResponse:
        return problem_response(Problem())


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    """Where it is and what is wrong. What was said is repeated in part at most, and where it is no text, as signs."""
    _, *place = error["loc"]
    if len(place) > 1 and place[0] in ACT_ZH:  # by which act the body was read, which is no place in it
        del place[0]
    pointer, detail = "/" + "/".join(map(str, place)), str(error["msg"])
    return {"pointer": _writable(pointer), "detail": _writable(detail)}


def _writable(text: str) -> str:
    return text[:ECHO_MAX].encode(errors="backslashreplace").decode()
