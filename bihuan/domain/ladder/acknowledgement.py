"""Which alarm a notice was sent for, so that acknowledging the notice acknowledges the alarm."""

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import rung_of

ALARM_EVENTS = frozenset({"alarm_raised", "alarm_repeated", "order_issued", "order_joined"})


def alarm_of(event: ev.Event, issue: Issue) -> str:
    """The key of the alarm this event notifies of, empty if none. ``issue``: as it was right after the event."""
    match event:
        case ev.AlarmRaised():
            return event.key
        case ev.AlarmRepeated() | ev.OrderJoined():
            return event.alarm
        case ev.OrderIssued(by=None):  # the order is the notice of the alarm's R2
            alarms = (one.alarm for one in issue.unheeded if one.clock == event.clock)
            return next((alarm for alarm in alarms if rung_of(alarm) is event.rung), "")
        case _:
            return ""
