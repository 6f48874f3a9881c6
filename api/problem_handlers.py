"""Every answer that is not a success is problem+json: which problem each exception becomes."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from api.problems import (
    STATUS_OF,
    AddressUnknown,
    BodyUnreadable,
    CursorInvalid,
    FieldError,
    InvalidRequest,
    KeyMissing,
    MethodUnknown,
    Problem,
    problem_of,
    problem_response,
)
from api.validation_messages import message_zh
from bihuan.application.errors import LedgerAway
from bihuan.client.errors import Failure, Refused
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.refusals import Refusal
from bihuan.ledger.errors import CursorUnreadable

ECHO_MAX = 500
"""Characters of a caller's text that an answer repeats."""
ERRORS_MAX = 20
PROBLEM_OF_STATUS: dict[int, type[Problem]] = {
    kind.status: kind for kind in (BodyUnreadable, AddressUnknown, MethodUnknown)
}
"""For what Starlette and FastAPI answer themselves."""


def add_problem_handlers(app: FastAPI) -> None:
    """Register a handler for each kind of exception that a route may raise; any other is an internal error (500)."""
    for kind in (Problem, Refused, *STATUS_OF, Refusal):
        app.add_exception_handler(kind, _failure)
    app.add_exception_handler(SQLAlchemyError, _ledger_away)
    app.add_exception_handler(CursorUnreadable, _cursor_invalid)
    app.add_exception_handler(RequestValidationError, _request_invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal_error)


async def _failure(_request: Request, failure: Exception) -> JSONResponse:
    assert isinstance(failure, Failure | Refusal), "it is registered for these"
    return problem_response(problem_of(failure))


async def _ledger_away(_request: Request, _error: Exception) -> JSONResponse:
    return problem_response(problem_of(LedgerAway()))


async def _cursor_invalid(_request: Request, _error: Exception) -> JSONResponse:
    return problem_response(CursorInvalid())


async def _request_invalid(_request: Request, invalid: Exception) -> JSONResponse:
    assert isinstance(invalid, RequestValidationError), "it is registered for these"
    errors = invalid.errors()
    if any(error["loc"] == ("header", "Idempotency-Key") for error in errors):
        return problem_response(KeyMissing())
    if any(error["type"] == "json_invalid" for error in errors):
        return problem_response(BodyUnreadable())
    return problem_response(InvalidRequest([_field_error(error) for error in errors[:ERRORS_MAX]]))


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "it is registered for these"
    return problem_response(PROBLEM_OF_STATUS.get(error.status_code, Problem)(headers=error.headers))


async def _internal_error(_request: Request, _error: Exception) -> JSONResponse:
    return problem_response(Problem())


def _field_error(error: Mapping[str, Any]) -> FieldError:
    """Where it is and what is wrong; the caller's own text is repeated shortened, and escaped where it is no text."""
    _, *place = error["loc"]
    if len(place) > 1 and place[0] in ACT_ZH:  # pydantic names the act by which it read the body; it is no field
        del place[0]
    pointer = "/" + "/".join(map(str, place))
    return FieldError(_writable(pointer), _writable(message_zh(error)), _writable(str(error["msg"])))


def _writable(text: str) -> str:
    return text[:ECHO_MAX].encode(errors="backslashreplace").decode()
