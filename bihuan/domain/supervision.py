"""Supervision orders: one open order per issue and rung, issued in a group's name, ended by the act it presses."""

from collections.abc import Iterator
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.clock import Clock
from bihuan.domain.escalation import told
from bihuan.domain.issue import Desk, Issue, Party, Rung
from bihuan.domain.policy import Policy


def alarm(
    issue: Issue, clock: Clock, rung: Rung, moment: datetime, now: datetime, owes: Party, policy: Policy
) -> Iterator[ev.Event]:
    """A rung reached: the alarm itself and, at R2 of a unit, the order it opens or joins."""
    yield ev.AlarmRaised(
        clock=clock.key,
        grant=clock.grant,
        rung=rung,
        moment=moment,
        debtor=owes,
        told=told(rung, clock, owes, issue, policy),
        late=(now - moment).total_seconds() > policy.alarms_late_s,
    )
    if rung is Rung.R2 and owes.desk is Desk.UNIT:
        yield _order(issue, clock, rung, owes, policy)


def _order(issue: Issue, clock: Clock, rung: Rung, owes: Party, policy: Policy) -> ev.Event:
    standing = next((order for order in issue.open_orders if order.rung is rung), None)
    if standing is not None:
        return ev.OrderJoined(order=standing.no, clock=clock.key)
    group = policy.group(issue.group)
    return ev.OrderIssued(
        order=f"{issue.issue_no}-D{len(issue.orders) + 1}",
        rung=rung,
        group=group.id,
        unit=owes.ref,
        authorisation_ref=group.authorisation_ref,
        clock=clock.key,
    )


def consequences(issue: Issue) -> Iterator[ev.Event]:
    """What the issue's clocks now say of its orders: done when all they press is done, standing again if it was not."""
    for order in issue.orders:
        acts = [clock for clock in issue.clocks if clock.key in order.presses and clock.order != order.no]
        running = any(clock.open and clock.stopped_at is None for clock in acts)
        undone = any(clock.taken and clock.unit == order.unit for clock in acts)  # taken away is not done
        if order.open and not running and not undone:
            yield ev.OrderDone(order=order.no)
        elif order.done_at is not None and running and not issue.closed:
            yield ev.OrderRevived(order=order.no)
