"""What an issue is after it was rated, called back, done again, withdrawn, closed out or reopened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.operations import end_clocks, start_clock
from bihuan.domain.commands import CallResult
from bihuan.domain.evaluation.reopening import as_before_withdrawal, without_result
from bihuan.domain.evaluation.values import Rating, Withdrawal
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import close, enter, to_triage
from bihuan.domain.stage import Outcome, Status

NEVER_HANDLED = frozenset({Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.MERGED})


def _rated(event: ev.Rated, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, rating=Rating(event.score, event.solved, by=event.by), rated_at=at)
    return enter(issue, Status.CALLBACK if event.callback_due else Status.EVALUATED, at)


def _rating_lapsed(_event: ev.RatingLapsed, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.CALLBACK, at)


def _called_back(event: ev.CalledBack, issue: Issue, at: datetime) -> Issue:
    if event.result is CallResult.NO_ANSWER:
        issue = replace(issue, no_answers=(*issue.no_answers, at))
    return enter(issue, Status.EVALUATED, at) if event.settled else issue


def _rework_ordered(_event: ev.ReworkOrdered, issue: Issue, at: datetime) -> Issue:
    return _another_round(issue, at)


def _withdrawn(_event: ev.Withdrawn, issue: Issue, at: datetime) -> Issue:
    return close(issue, Outcome.WITHDRAWN, at)


def _withdrawal_asked(event: ev.WithdrawalAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, withdrawal=Withdrawal(event.reason, at, event.by))
    return start_clock(issue, Obligation.AUDIT, issue.limits.audit, at)


def _withdrawal_audited(_event: ev.WithdrawalAudited, issue: Issue, at: datetime) -> Issue:
    return end_clocks(replace(issue, withdrawal=None), at, Obligation.AUDIT)


def _closed_out(_event: ev.ClosedOut, issue: Issue, at: datetime) -> Issue:
    assert issue.outcome is not None
    return close(issue, issue.outcome, at)


def _reopened(_event: ev.Reopened, issue: Issue, at: datetime) -> Issue:
    """What was never handled goes back to triage, with a clock of its own; the time it was closed does not count."""
    issue = replace(issue, alerted=())
    if issue.outcome is Outcome.WITHDRAWN:
        return as_before_withdrawal(issue, at)
    if issue.outcome in NEVER_HANDLED:
        issue = replace(without_result(issue), holder="", earlier_holders=(), designated=False, round=1, merged_into="")
        issue = replace(issue, missed_by=(), round_since=at)
        return to_triage(start_clock(issue, Obligation.ISSUE, issue.limits.solve, at), at)
    return _another_round(issue, at)


def _archived(_event: ev.Archived, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.ARCHIVED, at)


def _another_round(issue: Issue, at: datetime) -> Issue:
    """Another round with the unit that holds it, or, where none did, another triage under a clock of the issue."""
    issue = replace(without_result(issue), round=issue.round + 1, round_since=at)
    if not issue.dispatched:
        return enter(start_clock(issue, Obligation.ISSUE, issue.limits.solve, at), Status.UNTRIAGED, at)
    issue = enter(issue, Status.IN_PROGRESS, at)
    return start_clock(issue, Obligation.SOLVE, issue.limits.rework, at, unit=issue.holder)


FOLDS: Mapping[type[Any], Fold] = {
    ev.Rated: _rated,
    ev.RatingLapsed: _rating_lapsed,
    ev.CalledBack: _called_back,
    ev.ReworkOrdered: _rework_ordered,
    ev.Withdrawn: _withdrawn,
    ev.WithdrawalAsked: _withdrawal_asked,
    ev.WithdrawalAudited: _withdrawal_audited,
    ev.ClosedOut: _closed_out,
    ev.Reopened: _reopened,
    ev.Archived: _archived,
}
