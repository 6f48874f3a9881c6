"""Filters, lights and cursors as SQL."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, RowMapping, and_, case, false, literal, or_, select

from bihuan.domain.access.desks import Seats
from bihuan.domain.codes import normalize
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.parties import Party
from bihuan.domain.stage import Outcome, Stage, Status
from bihuan.ledger.errors import CursorUnreadable
from bihuan.ledger.tables import DELIVERIES, ISSUES, PARTS, UTCDateTime, shown, utc
from bihuan.ledger.views import IssueFilter, IssueRow, Scope

NUMBER_MAX = 2**31 - 1
_NOT_LISTED = {"state", "blue_at", "yellow_at", "red_at"}
LISTED = tuple(column for column in ISSUES.columns if column.name not in _NOT_LISTED)


def light_at(now: datetime) -> Label[str]:
    """The light at this moment: the worst colour whose moment has come."""
    moment = literal(now, UTCDateTime)
    return case(
        (ISSUES.c.red_at <= moment, literal(Light.RED.value)),
        (ISSUES.c.yellow_at <= moment, literal(Light.YELLOW.value)),
        (ISSUES.c.blue_at <= moment, literal(Light.BLUE.value)),
        else_=literal(Light.GREEN.value),
    ).label("light")


def overdue_at(now: datetime) -> ColumnElement[bool]:
    """Something owed is late at this moment."""
    moment = literal(now, UTCDateTime)
    late = or_(ISSUES.c.red_at <= moment, ISSUES.c.yellow_at <= moment)
    return case((late, literal(True)), else_=literal(False))


def conditions(asked: IssueFilter, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a filter asks for."""
    equal = {
        ISSUES.c.stage: asked.stage and asked.stage.value,
        ISSUES.c.status: asked.status and asked.status.value,
        ISSUES.c.county: asked.county,
        ISSUES.c.supervision_group: asked.group,
        ISSUES.c.category: asked.category,
        ISSUES.c.rung: asked.rung and asked.rung.value,
    }
    wanted = [column == value for column, value in equal.items() if value]
    if asked.unit:
        wanted.append(or_(ISSUES.c.unit == asked.unit, _assisted_by(asked.unit, PARTS.c.ended_at.is_(None))))
    if asked.light is not None:
        wanted.append(light_at(now).element == asked.light.value)
    if asked.overdue is not None:
        wanted.append(overdue_at(now).is_(asked.overdue))
    if asked.enterprise:
        named = ISSUES.c.enterprise_name.contains(shown(asked.enterprise), autoescape=True)
        code = normalize(asked.enterprise)
        wanted.append(or_(ISSUES.c.uscc == code, named) if code else named)
    return tuple(wanted)


def visible(scope: Scope) -> ColumnElement[bool]:
    """What lies within a scope; an empty one shows nothing."""
    within = {
        ISSUES.c.county: scope.county,
        ISSUES.c.unit: scope.unit,
        ISSUES.c.supervision_group: scope.group,
        ISSUES.c.service_group: scope.service_group,
        ISSUES.c.uscc: scope.uscc,
    }
    assisted = (_assisted_by(scope.unit),) if scope.unit else ()
    return or_(false(), *(column == value for column, value in within.items() if value), *assisted)


def _assisted_by(unit: str, *further: ColumnElement[bool]) -> ColumnElement[bool]:
    return ISSUES.c.issue_no.in_(select(PARTS.c.issue_no).where(PARTS.c.unit == unit, *further))


def after(at: datetime | int, key: str) -> str:
    """The cursor behind this row of a list, which is in the order of a moment or a number."""
    place = json.dumps([at if isinstance(at, int) else utc(at).isoformat(), key])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def before(cursor: str, at: ColumnElement[datetime], key: ColumnElement[str]) -> ColumnElement[bool]:
    """All that comes behind the cursor in a list with the newest first."""
    moment, name = _place(cursor)
    if not isinstance(moment, datetime):
        raise CursorUnreadable
    return or_(at < moment, and_(at == moment, key < name))


def behind(cursor: str, number: ColumnElement[int], key: ColumnElement[str]) -> ColumnElement[bool]:
    """All that comes behind the cursor in a list with the lowest number first."""
    last, name = _place(cursor)
    if not isinstance(last, int):
        raise CursorUnreadable
    return or_(number > last, and_(number == last, key > name))


def seated(seats: Seats) -> ColumnElement[bool]:
    """What was told to these desks, or brought to them in another's place."""
    told, brought = DELIVERIES.c.desk.in_(seats.desks), DELIVERIES.c.reached
    if seats.ref is not None:
        here = and_(told, DELIVERIES.c.ref == seats.ref)
        return or_(here, brought.in_([str(Party(desk, seats.ref)) for desk in seats.desks]))
    return or_(told, brought.in_(seats.desks), *(brought.startswith(f"{desk}:") for desk in seats.desks))


def _place(cursor: str) -> tuple[datetime | int, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        key.encode()
        if isinstance(at, int) and 0 <= at <= NUMBER_MAX:
            return at, str(key)
        return utc(datetime.fromisoformat(at)), str(key)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CursorUnreadable from error


def issue_view(row: RowMapping | Mapping[str, Any]) -> IssueRow:
    known: dict[str, Any] = {str(name): value for name, value in row.items()}
    outcome = known["outcome"]
    words = {
        "stage": Stage(known["stage"]),
        "status": Status(known["status"]),
        "outcome": Outcome(outcome) if outcome else None,
        "light": Light(known["light"]),
        "overdue": bool(known["overdue"]),
    }
    return IssueRow(**known | words)
