"""Who is asking: a bearer key names a principal, and a demo key may stand in for others of its role."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.dependencies import CityPolicy, Held
from api.problems import MayNotStandIn, MomentUnclear, StandInUnclear, Unauthenticated
from api.schemas import StandIn
from bihuan.domain import codes
from bihuan.domain.bounds import CODE, NAME, READABLE, blank, check_text
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.runtime.keys import Principal

MOMENT = "2021-09-30T10:00:00+08:00"
KEY = "Idempotency-Key"
PAGE_MAX = 200
NUMBER_MAX = 2_147_483_647
"""Of an event, a revision: what the ledger counts with."""
NOTICE_ID, CURSOR, TOKEN = 400, 1_000, 2_000
BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="各角色的密钥 · the key of a role")


def principal(held: Held, said: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None) -> Principal:
    found = held.principals.get(said.credentials.strip()) if said else None
    if found is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return found


def acting(who: Principal, stand_in: StandIn | None, policy: Policy) -> Actor:
    """The person who acts."""
    if stand_in is None:
        return codes.actor_with_code(Actor(who.role, who.person, who.org), policy)
    if not who.stands_in:
        raise MayNotStandIn
    check_text("as/person", stand_in.person, CODE)
    check_text("as/unit", stand_in.unit, CODE)
    person = who.person if blank(stand_in.person) else stand_in.person
    return codes.actor_with_code(Actor(who.role, person, stand_in.unit or who.org), policy)


def reading(
    policy: CityPolicy,
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
    except (ValueError, RecursionError) as wrong:
        raise StandInUnclear(field="as") from wrong
    return acting(who, stand_in, policy)


def as_of(
    as_of: Annotated[
        str,
        Query(
            max_length=CODE,
            description="ISO 8601，须带时区偏移 · a moment that is over, with its offset",
            examples=[MOMENT],
            json_schema_extra={"format": "date-time"},
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
Token = Annotated[str, Query(max_length=TOKEN, pattern=READABLE)]
Count = Annotated[int, Query(ge=0, le=NUMBER_MAX)]
"""Of events or revisions."""
Caller = Annotated[Principal, Depends(principal)]
Reader = Annotated[Actor, Depends(reading)]
AsOf = Annotated[datetime | None, Depends(as_of)]
IdempotencyKey = Annotated[
    str,
    Header(
        alias=KEY,
        pattern="^[!-~]{1,200}$",
        description="幂等键，必填：重复只生效一次 · required: a repetition does nothing",
    ),
]
Cursor = Annotated[
    str,
    Query(
        max_length=CURSOR,
        pattern=READABLE,
        description="上一页所给，空则从头 · from the page before; empty: the first page",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]*$"},
    ),
]
PageSize = Annotated[int, Query(ge=1, le=PAGE_MAX, description="每页至多几条 · at most so many a page")]
