"""Reopening an issue: what is cleared of its last result, and what continues where it had been withdrawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain.clocks.clock import WITHDRAWN, Obligation
from bihuan.domain.clocks.operations import change_order, continue_clocks
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import to_triage


def without_result(issue: Issue) -> Issue:
    """Clear the last result and its rating."""
    return replace(
        issue,
        evaluation=replace(issue.evaluation, outcome=None, rating=None, rated_at=None, no_answers=()),
        closed_at=None,
    )


def as_before_withdrawal(issue: Issue, at: datetime) -> Issue:
    """Back to triage with the time that was left, the former units and the orders then open (docs/rules.md 1.9)."""
    over, holders = issue.closed_at, issue.assignment.holders
    stood = {one.no for one in issue.supervision.orders if one.done_at == over and issue.deadline.key in one.presses}
    ended = {clock.key for clock in issue.clocks if clock.order in stood and clock.ended_at == over}
    own, triage = issue.latest(Obligation.ISSUE), issue.latest(Obligation.TRIAGE)
    if not issue.dispatched and own and own.ended_at == over and triage:  # it was not triaged yet
        ended.add(triage.key)
    complete = issue.latest(Obligation.COMPLETE) if issue.matter.incomplete else None
    if complete is not None:
        ended.add(complete.key)
    issue = continue_clocks(_with_the_issues_clock(issue, stood, at), ended, at, WITHDRAWN)
    orders = tuple(replace(one, done_at=None) if one.no in stood else one for one in issue.supervision.orders)
    issue = replace(
        without_result(issue),
        assignment=replace(issue.assignment, holder="", earlier_holders=holders),
        supervision=replace(issue.supervision, orders=orders),
    )
    return to_triage(issue, at)


def _with_the_issues_clock(issue: Issue, stood: set[str], at: datetime) -> Issue:
    """What was left of the deadline is the issue's again; what was left of a round of rework on a clock of its own."""
    deadline = issue.deadline
    if deadline.obligation is Obligation.ISSUE:
        return continue_clocks(issue, {deadline.key}, at, WITHDRAWN)
    occurrence = 1 + sum(c.obligation is Obligation.ISSUE for c in issue.clocks)
    anew = replace(
        deadline.continued(at, WITHDRAWN), obligation=Obligation.ISSUE, occurrence=occurrence, unit="", grant=0
    )
    issue = replace(issue, clocks=(*issue.clocks, anew))
    for no in stood:
        issue = change_order(issue, no, lambda order: replace(order, presses=(*order.presses, anew.key)))
    return issue


def limits_left_to(unit: str, issue: Issue) -> Iterator[str]:
    """The unit's own limit, where a withdrawal ended it and the issue's clock does not go on for it."""
    withdrawn = {pause.since for clock in issue.clocks for pause in clock.pauses if pause.basis == WITHDRAWN}
    own = (c for c in issue.clocks if c.obligation is Obligation.SOLVE and c.unit == unit and not c.taken)
    since = issue.deadline.started_at
    return (clock.key for clock in own if clock.ended_at in withdrawn and clock.started_at != since)
