"""What an issue is after a unit was given it, took it in hand or gave it back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import WITHDRAWN, Obligation
from bihuan.domain.clocks.operations import change_clocks, continue_clocks, credit_late_ruling, start_clock
from bihuan.domain.evaluation.reopening import limits_left_to
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import enter
from bihuan.domain.stage import Status

UNIT_CLOCKS = (Obligation.SIGN, Obligation.REPORT, Obligation.SOLVE)


def _dispatched(event: ev.Dispatched, issue: Issue, at: datetime) -> Issue:
    if event.unit == issue.holder:  # designated again, it goes on as if its return had been refused
        return enter(credit_late_ruling(replace(issue, designated=True), event.waited, at), Status.IN_PROGRESS, at)
    earlier = (*issue.earlier_holders, issue.holder) if issue.holder else issue.earlier_holders
    moved = event.route == "transfer"
    never_its = issue.status is Status.RETURN_REVIEW
    given_back = not issue.holder and issue.earlier_holders[-1:] == (event.unit,)  # what was withdrawn from it
    issue = replace(
        issue,
        missed_by=tuple(unit for unit in issue.missed_by if not (never_its and unit == issue.holder)),
        holder=event.unit,
        earlier_holders=earlier,
        given_at=at,
        group=event.group,
        designated=event.route == "designate" or (event.route == "hand_over" and given_back and issue.designated),
        transfers=issue.transfers + moved,
        transfers_by_units=issue.transfers_by_units + (moved and event.by_unit),
        governed_by=event.governed_by or issue.governed_by,
    )
    issue = change_clocks(issue, UNIT_CLOCKS, lambda c: replace(c, ended_at=at, taken=True))
    issue = enter(issue, Status.TRANSFERRED if moved else Status.DISPATCHED, at)
    return _start_unit_clocks(issue, event, at)


def _start_unit_clocks(issue: Issue, event: ev.Dispatched, at: datetime) -> Issue:
    """Start the clocks of a unit that receives the issue; those that a withdrawal ended continue."""
    limits, unit = issue.limits, issue.holder
    issue = start_clock(issue, Obligation.SIGN, limits.sign, at, unit=unit)
    if limits.report is not None and issue.round == 1:
        issue = start_clock(issue, Obligation.REPORT, limits.report, at, unit=unit)
    if not event.own_limit:
        return continue_clocks(issue, set(limits_left_to(unit, issue)), at, WITHDRAWN)
    full = event.solve or (limits.solve if issue.round == 1 else limits.rework)
    issue = start_clock(issue, Obligation.SOLVE, full, at, unit=unit)
    ends = replace(issue.clocks[-1], until=event.until, until_from=at) if event.until else issue.clocks[-1]
    return replace(issue, clocks=(*issue.clocks[:-1], ends))


def _signed(_event: ev.Signed, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.IN_PROGRESS, at)


def _return_refused(event: ev.ReturnRefused, issue: Issue, at: datetime) -> Issue:
    return enter(credit_late_ruling(issue, event.waited, at), Status.IN_PROGRESS, at)


def _return_asked(_event: ev.ReturnAsked, issue: Issue, at: datetime) -> Issue:
    return enter(replace(issue, returns_asked=issue.returns_asked + 1), Status.RETURN_REVIEW, at)


FOLDS: Mapping[type[Any], Fold] = {
    ev.Dispatched: _dispatched,
    ev.Signed: _signed,
    ev.ReturnRefused: _return_refused,
    ev.ReturnAsked: _return_asked,
}
