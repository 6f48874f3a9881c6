"""Who is asking, and the parameters that routes share. A demo key may act for others of its role."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.dependencies import DependenciesDep, PolicyDep
from api.problems import MayNotStandIn, MomentUnclear, StandInUnclear, Unauthenticated
from api.schemas import StandIn
from bihuan.domain import codes
from bihuan.domain.bounds import CODE, NAME, READABLE, blank, check_text
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.runtime.keys import Principal

EXAMPLE_MOMENT = "2021-09-30T10:00:00+08:00"
IDEMPOTENCY_HEADER = "Idempotency-Key"
PAGE_MAX = 200
NUMBER_MAX = 2_147_483_647
"""The largest event number or revision: a 32-bit integer in the ledger."""
NOTICE_ID, CURSOR, TOKEN = 400, 1_000, 2_000
BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="各角色的密钥 · the key of a role")


def authenticate(
    deps: DependenciesDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None
) -> Principal:
    """The principal of the bearer key. Raises Unauthenticated."""
    found = deps.principals.get(credentials.credentials.strip()) if credentials else None
    if found is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return found


def resolve_actor(who: Principal, stand_in: StandIn | None, policy: Policy) -> Actor:
    """The person who acts: the principal, or whom a demo key stands in for. Raises MayNotStandIn or a Refusal."""
    if stand_in is None:
        return codes.actor_with_code(Actor(who.role, who.person, who.org), policy)
    if not who.stands_in:
        raise MayNotStandIn
    check_text("as/person", stand_in.person, CODE)
    check_text("as/unit", stand_in.unit, CODE)
    person = who.person if blank(stand_in.person) else stand_in.person
    return codes.actor_with_code(Actor(who.role, person, stand_in.unit or who.org), policy)


def reading_actor(
    policy: PolicyDep,
    who: Annotated[Principal, Depends(authenticate)],
    as_: Annotated[
        str,
        Query(
            alias="as", max_length=TOKEN, description='演示密钥代表谁 · for demo keys, JSON: {"unit": …, "person": …}'
        ),
    ] = "",
) -> Actor:
    """The person who reads. Raises StandInUnclear, or as ``resolve_actor``."""
    try:
        stand_in = StandIn.model_validate(json.loads(as_)) if as_ else None
    except (ValueError, RecursionError) as error:
        raise StandInUnclear(field="as") from error
    return resolve_actor(who, stand_in, policy)


def as_of(
    as_of: Annotated[
        str,
        Query(
            max_length=CODE,
            description="过去的时刻，ISO 8601，须带时区偏移 · a past moment with its offset",
            examples=[EXAMPLE_MOMENT],
            json_schema_extra={"format": "date-time"},
        ),
    ] = "",
) -> datetime | None:
    """The moment asked about. An unescaped ``+`` arrives as a space and is read as ``+``. Raises MomentUnclear."""
    if not as_of:
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", as_of))
        offset = moment.utcoffset()
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MomentUnclear(field="as_of") from error
    if offset is None:
        raise MomentUnclear(field="as_of")
    return in_utc


IssueNo = Annotated[str, Path(max_length=CODE, pattern=READABLE, description="问题编号 · issue number")]
NoticeId = Annotated[str, Path(max_length=NOTICE_ID, pattern=READABLE, description="通知编号 · issue:seq:desk")]
ProblemName = Annotated[str, Path(max_length=NAME, pattern=READABLE)]
Code = Annotated[str, Query(max_length=CODE, pattern=READABLE)]
Token = Annotated[str, Query(max_length=TOKEN, pattern=READABLE)]
Count = Annotated[int, Query(ge=0, le=NUMBER_MAX)]
"""A number of an event or a revision."""
Caller = Annotated[Principal, Depends(authenticate)]
Reader = Annotated[Actor, Depends(reading_actor)]
AsOf = Annotated[datetime | None, Depends(as_of)]
IdempotencyKey = Annotated[
    str,
    Header(
        alias=IDEMPOTENCY_HEADER,
        pattern="^[!-~]{1,200}$",
        description="幂等键，必填：重复只生效一次 · required; a repeated request takes effect once",
    ),
]
Cursor = Annotated[
    str,
    Query(
        max_length=CURSOR,
        pattern=READABLE,
        description="上一页所给，空则从头 · from the previous page; empty for the first",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]*$"},
    ),
]
PageSize = Annotated[int, Query(ge=1, le=PAGE_MAX, description="每页至多几条 · items a page, at most")]
