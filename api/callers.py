"""Who is asking: a bearer key names a principal, and a demo key may stand in for others of its role."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import KeyMissing, MayNotStandIn, MomentUnclear, Unauthenticated
from api.schemas import StandIn
from bihuan.domain.bounds import CODE, NAME, READABLE, check_text
from bihuan.domain.people import Actor
from bihuan.keys import Principal

MOMENT = "2021-09-30T10:00:00+08:00"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
NUMBER_MAX = 2_147_483_647
"""Of an event, a revision: what the ledger counts with."""
NOTICE_ID, CURSOR, TOKEN = 400, 1_000, 2_000
BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="各角色的密钥 · the key of a role")


def principal(
    request: Request, said: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None
) -> Principal:
    known: dict[str, Principal] = request.app.state.principals
    found = known.get(said.credentials.strip()) if said else None
    if found is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return found


def idempotency_key(
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key", description="幂等键，必填：重复只生效一次 · required: a repetition does nothing"
        ),
    ] = "",
) -> str:
    if not KEY.fullmatch(idempotency_key):
        raise KeyMissing
    return idempotency_key


def acting(who: Principal, stand_in: StandIn | None) -> Actor:
    """The person who acts."""
    if stand_in is None:
        return Actor(who.role, who.person, who.org)
    if not who.stands_in:
        raise MayNotStandIn
    check_text("as/person", stand_in.person, CODE)
    check_text("as/unit", stand_in.unit, CODE)
    return Actor(who.role, stand_in.person or who.person, stand_in.unit or who.org)


def reading(
    who: Annotated[Principal, Depends(principal)],
    as_: Annotated[
        str,
        Query(
            alias="as", max_length=TOKEN, description='演示密钥代表谁 · for demo keys, JSON: {"unit": …, "person": …}'
        ),
    ] = "",
) -> Actor:
    """The person who reads."""
    try:
        stand_in = StandIn.model_validate(json.loads(as_)) if as_ else None
    except ValueError as wrong:
        raise MayNotStandIn from wrong
    return acting(who, stand_in)


def as_of(
    as_of: Annotated[
        str,
        Query(
            max_length=CODE,
            description="ISO 8601，须带时区偏移 · a moment that is over, with its offset",
            examples=[MOMENT],
        ),
    ] = "",
) -> datetime | None:
    """The moment asked about; a ``+`` that came unescaped, and so as a space, is read as it was meant."""
    if not as_of:
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", as_of))
        offset = moment.utcoffset()
        known = moment.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise MomentUnclear(field="as_of") from wrong
    if offset is None:
        raise MomentUnclear(field="as_of")
    return known


IssueNo = Annotated[str, Path(max_length=CODE, pattern=READABLE, description="问题编号 · its number")]
NoticeId = Annotated[str, Path(max_length=NOTICE_ID, pattern=READABLE, description="通知编号 · issue:seq:desk")]
Named = Annotated[str, Path(max_length=NAME, pattern=READABLE)]
Code = Annotated[str, Query(max_length=CODE, pattern=READABLE)]
Cursor = Annotated[str, Query(max_length=CURSOR, pattern=READABLE)]
Token = Annotated[str, Query(max_length=TOKEN, pattern=READABLE)]
Count = Annotated[int, Query(ge=0, le=NUMBER_MAX)]
"""Of events or revisions."""
Caller = Annotated[Principal, Depends(principal)]
Reader = Annotated[Actor, Depends(reading)]
AsOf = Annotated[datetime | None, Depends(as_of)]
IdempotencyKey = Annotated[str, Depends(idempotency_key)]
