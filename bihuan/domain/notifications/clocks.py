"""Rows of what moves or stops deadlines: another class, calendar or policy, and mass suspension."""

from typing import Protocol

from bihuan.domain import events as ev
from bihuan.domain.clocks.changes import ClockMoved
from bihuan.domain.issue import Issue
from bihuan.domain.notifications.addressees import enterprise, liaison, unit_or_triager
from bihuan.domain.notifications.row import EventRow, Parties, own_fields
from bihuan.domain.notifications.samples import ENTERPRISE, LIAISON, UNIT
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy


class MovesClocks(Protocol):
    @property
    def moved(self) -> tuple[ClockMoved, ...]: ...


def deadline(event: MovesClocks, issue: Issue) -> object:
    """The deadline the enterprise waits by, where it moved."""
    return next((one.due for one in event.moved if one.clock == issue.deadline.key), None)


def _whose_deadline_moved(event: MovesClocks, issue: Issue, policy: Policy) -> Parties:
    """Whoever works towards a moved deadline; the enterprise, where it is the deadline it was given."""
    moved = {one.clock for one in event.moved if one.was != one.due or one.was is None}
    if not moved or issue.closed:
        return ()
    waits = enterprise(event, issue, policy) if issue.deadline.key in moved else ()
    assistants = (Party(Desk.UNIT, part.unit) for part in issue.open_parts if part.clock in moved)
    return (*unit_or_triager(event, issue, policy), *assistants, *waits)


def _days(event: ev.CalendarAdopted, _issue: Issue) -> str:
    return "；".join(dict.fromkeys(f"{named.day} {named.name}" for one in event.moved for named in one.days))


CLOCKS = (
    EventRow(
        ev.Classified,
        "分类",
        "classified",
        recipients=(_whose_deadline_moved,),
        facts={**own_fields("urgency"), "due_at": deadline},
        sample=(UNIT, ENTERPRISE),
    ),
    EventRow(
        ev.CalendarAdopted,
        "更换日历",
        "calendar changed",
        recipients=(_whose_deadline_moved,),
        facts={**own_fields(calendar="version"), "due_at": deadline, "days": _days},
        sample=(UNIT, ENTERPRISE),
    ),
    EventRow(
        ev.PolicyAdopted,
        "按批更换方案",
        "policy changed by a batch",
        recipients=(_whose_deadline_moved,),
        facts={**own_fields("basis", policy="policy_version"), "due_at": deadline},
        sample=(UNIT, ENTERPRISE),
    ),
    EventRow(ev.PolicyKept, "按批沿用原方案", "policy kept by a batch"),
    # the groups are notified of the batch, not of each issue
    EventRow(
        ev.ClocksHeld,
        "统一停钟",
        "mass suspension",
        recipients=(unit_or_triager, enterprise, liaison),
        facts=own_fields("basis", "until"),
        sample=(UNIT, ENTERPRISE, LIAISON),
    ),
    EventRow(
        ev.ClocksReleased,
        "统一停钟结束",
        "mass suspension over",
        recipients=(unit_or_triager, enterprise, liaison),
        facts=own_fields("reason", "lapsed"),
        sample=(UNIT, ENTERPRISE, LIAISON),
    ),
)
