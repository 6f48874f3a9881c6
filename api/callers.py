"""Who is asking: a bearer key names a principal, and a demo key may stand in for others of its role."""

import json
import re
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from api.problems import KeyMissing, MayNotStandIn, Unauthenticated
from api.schemas import StandIn
from bihuan.domain.people import Actor
from bihuan.keys import Principal

KEY = re.compile(r"[\x21-\x7e]{1,200}")


def principal(request: Request, authorization: Annotated[str, Header()] = "") -> Principal:
    scheme, _, key = authorization.partition(" ")
    known: dict[str, Principal] = request.app.state.principals
    found = known.get(key.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return found


def idempotency_key(idempotency_key: Annotated[str, Header()] = "") -> str:
    if not KEY.fullmatch(idempotency_key):
        raise KeyMissing
    return idempotency_key


def acting(who: Principal, stand_in: StandIn | None) -> Actor:
    """The person who acts."""
    if stand_in is None:
        return Actor(who.role, who.person, who.org)
    if not who.stands_in:
        raise MayNotStandIn
    return Actor(who.role, stand_in.person or who.person, stand_in.unit or who.org)


def reading(
    who: Annotated[Principal, Depends(principal)],
    as_: Annotated[str, Query(alias="as", description='JSON {"unit": …, "person": …}, for demo keys')] = "",
) -> Actor:
    """The person who reads."""
    try:
        stand_in = StandIn.model_validate(json.loads(as_)) if as_ else None
    except ValueError as wrong:
        raise MayNotStandIn from wrong
    return acting(who, stand_in)


Caller = Annotated[Principal, Depends(principal)]
Reader = Annotated[Actor, Depends(reading)]
IdempotencyKey = Annotated[str, Depends(idempotency_key)]
