"""What an issue is after a report, a result, the check of it, and word to the enterprise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.batches.holds import CHECKED_LATE, run_on
from bihuan.domain.clocks.clock import Obligation, Pause
from bihuan.domain.clocks.operations import change_clocks, end_clocks, start_clock
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import RESULT_CLOCKS, enter, pass_result
from bihuan.domain.stage import Status


def _reported(_event: ev.Reported, issue: Issue, at: datetime) -> Issue:
    if issue.status is Status.SUSPENDED:
        owed = issue.clock(Obligation.UPDATE)
        return (
            start_clock(end_clocks(issue, at, owed.obligation), owed.obligation, owed.limit, at, unit=owed.unit)
            if owed
            else issue
        )
    return _next_report(end_clocks(issue, at, Obligation.REPORT), at)


def _next_report(issue: Issue, at: datetime) -> Issue:
    every = issue.limits.report_every
    if every is None or issue.round > 1:
        return issue
    return start_clock(issue, Obligation.REPORT, every, at, unit=issue.holder)


def _result_submitted(event: ev.ResultSubmitted, issue: Issue, at: datetime) -> Issue:
    issue = change_clocks(
        replace(issue, outcome=event.outcome, result=event.text),
        RESULT_CLOCKS,
        lambda c: replace(c, stopped_at=c.stopped_at or at),
    )
    return enter(end_clocks(issue, at, Obligation.REPORT), Status.CHECKING, at)


def _sent_back(event: ev.SentBack, issue: Issue, at: datetime) -> Issue:
    if event.late_since is not None:
        issue = replace(issue, late_checks=(*issue.late_checks, Pause(event.late_since, CHECKED_LATE, at)))
    issue = change_clocks(replace(issue, outcome=None), RESULT_CLOCKS, lambda c: run_on(c, issue))
    return enter(_next_report(issue, at), Status.IN_PROGRESS, at)


def _check_passed(_event: ev.CheckPassed, issue: Issue, at: datetime) -> Issue:
    return enter(pass_result(issue, at), Status.TO_DELIVER, at)


def _delivered(_event: ev.Delivered, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.EVALUATING, at)


FOLDS: Mapping[type[Any], Fold] = {
    ev.Reported: _reported,
    ev.ResultSubmitted: _result_submitted,
    ev.SentBack: _sent_back,
    ev.CheckPassed: _check_passed,
    ev.Delivered: _delivered,
}
