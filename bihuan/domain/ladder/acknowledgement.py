"""What the hearing of a notice means to the issue it told of."""

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import rung_of

ALARM_EVENTS = frozenset({"alarm_raised", "alarm_repeated", "order_issued", "order_joined"})


def alarm_of(event: ev.Event, issue: Issue) -> str:
    """The alarm this event told of, the issue being as it was right after it; empty: of none."""
    match event:
        case ev.AlarmRaised():
            return event.key
        case ev.AlarmRepeated() | ev.OrderJoined():
            return event.alarm
        case ev.OrderIssued(by=None):  # the order is how the alarm's R2 is told
            told = (one.alarm for one in issue.unheeded if one.clock == event.clock)
            return next((alarm for alarm in told if rung_of(alarm) is event.rung), "")
        case _:
            return ""
