"""The drill: which alerts the ladder will raise on one day if nobody acts. Nothing is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.events import OrderIssued
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import first_due, settle
from bihuan.domain.policy import Policy
from bihuan.simulation.player import Alert, alerts


@dataclass(frozen=True, slots=True)
class UpcomingAlert:
    """An alert of the day. ``order``: the number of the supervision order it would issue, if any."""

    alert: Alert
    title: str
    enterprise: str
    order: str = ""


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """When a day begins in China, and when the next one does."""
    begins = datetime.combine(day, time(), CHINA_TIME)
    return begins, begins + timedelta(days=1)


def upcoming_alerts(issue: Issue, policy: Policy, day: date) -> Iterator[UpcomingAlert]:
    """Every alert of the issue on that day, after everything that falls due before it has taken effect."""
    begins, ends = day_bounds(day)
    while (due := first_due(issue, policy)) is not None and due.at < ends:
        step = settle(issue, due.at, policy)
        issue = step.issue
        if due.at < begins:
            continue
        issued = (one.event for one in step.recorded if isinstance(one.event, OrderIssued))
        orders = {(event.clock, event.rung): event.order for event in issued}
        for alert in alerts(step):
            matter, order = issue.matter, orders.get((alert.clock, alert.rung), "")
            yield UpcomingAlert(alert, matter.heading(), matter.enterprise.name, order)
