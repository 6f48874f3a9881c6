"""The drill: what the ladder will do on one day if nobody acts, worked out and never sent."""

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
class Ahead:
    """One rung of the day. ``order``: the order it would open, if it opens one."""

    alert: Alert
    title: str
    enterprise: str
    order: str = ""


def day_of(day: date) -> tuple[datetime, datetime]:
    """Where a day begins and where the next one does."""
    begins = datetime.combine(day, time(), CHINA_TIME)
    return begins, begins + timedelta(days=1)


def ahead(issue: Issue, policy: Policy, day: date) -> Iterator[Ahead]:
    """Every rung of the issue on that day, with what all that falls due before it will have changed."""
    begins, ends = day_of(day)
    while (due := first_due(issue, policy)) is not None and due.at < ends:
        step = settle(issue, due.at, policy)
        issue = step.issue
        if due.at < begins:
            continue
        issued = (one.event for one in step.recorded if isinstance(one.event, OrderIssued))
        orders = {(event.clock, event.rung): event.order for event in issued}
        for alert in alerts(step):
            title = issue.matter.title or issue.matter.description[:40]
            yield Ahead(alert, title, issue.matter.enterprise.name, orders.get((alert.clock, alert.rung), ""))
