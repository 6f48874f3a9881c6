"""What an issue is after a side request was asked or ruled on, and after what an approval brought about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import SUSPENDED, Clock, Obligation
from bihuan.domain.clocks.operations import end_clocks, start_clock
from bihuan.domain.commands import SuspensionBasis
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import close, enter
from bihuan.domain.people import Actor
from bihuan.domain.requests.values import Request, RequestState
from bihuan.domain.stage import Outcome, Status


def _request_asked(event: ev.RequestAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, requests=(*issue.requests, event.asked))
    issue = start_clock(issue, Obligation.REQUEST, event.limit, at)
    return _latest(issue, lambda clock: replace(clock, request=event.asked.no))


def _request_approved(event: ev.RequestApproved, issue: Issue, at: datetime) -> Issue:
    return _ruled(issue, event.request, RequestState.APPROVED, at, event.by, event.reason)


def _request_refused(event: ev.RequestRefused, issue: Issue, at: datetime) -> Issue:
    return _ruled(issue, event.request, RequestState.REFUSED, at, event.by, event.reason)


def _request_withdrawn(event: ev.RequestWithdrawn, issue: Issue, at: datetime) -> Issue:
    return _ruled(issue, event.request, RequestState.WITHDRAWN, at, None, event.reason)


def _request_overtaken(event: ev.RequestOvertaken, issue: Issue, at: datetime) -> Issue:
    return _ruled(issue, event.request, RequestState.OVERTAKEN, at, None, "")


def _rejected(_event: ev.Rejected, issue: Issue, at: datetime) -> Issue:
    return close(issue, Outcome.REJECTED, at)


def _extended(event: ev.Extended, issue: Issue, at: datetime) -> Issue:
    clocks = tuple(extended_clock(c, event.until, at) if c.key == event.clock else c for c in issue.clocks)
    return replace(issue, clocks=clocks, raised=issue.raised | set(event.kept))


def extended_clock(clock: Clock, until: datetime, at: datetime) -> Clock:
    """The clock, due at the date named and at another if it is paused after that."""
    return replace(clock, until=until, until_from=at, grant=clock.grant + 1)


def _suspended(event: ev.Suspended, issue: Issue, at: datetime) -> Issue:
    def stopped(clock: Clock) -> Clock:
        if clock.key not in event.clocks:
            return clock
        return replace(clock.pause(at, f"{SUSPENDED}:{event.basis}"), grant=clock.grant + 1)

    issue = replace(
        issue,
        requests=tuple(r if r.no == event.request else r.over(at) for r in issue.requests),
        clocks=tuple(map(stopped, issue.clocks)),
        raised=issue.raised | set(event.kept),
        outcome=Outcome.PLANNED if event.basis is SuspensionBasis.PLAN else None,
    )
    issue = start_clock(
        end_clocks(issue, at, Obligation.REVIEW), Obligation.REVIEW, event.review, at, unit=issue.holder
    )
    issue = _latest(issue, lambda clock: replace(clock, until=event.until, until_from=at))
    if event.report_every is not None and issue.clock(Obligation.UPDATE) is None:
        issue = start_clock(issue, Obligation.UPDATE, event.report_every, at, unit=issue.holder)
    return enter(issue, Status.SUSPENDED, at)


def _resumed(event: ev.Resumed, issue: Issue, at: datetime) -> Issue:
    issue = end_clocks(issue, event.moment, Obligation.REVIEW, Obligation.UPDATE)
    issue = replace(
        issue,
        requests=tuple(request.over(event.moment) for request in issue.requests),
        clocks=tuple(clock.resume(event.moment) for clock in issue.clocks),
        outcome=None,
    )
    return enter(issue, Status.IN_PROGRESS, at)


def _terminated(_event: ev.Terminated, issue: Issue, at: datetime) -> Issue:
    return close(issue, Outcome.TERMINATED, at)


def _rating_set_aside(event: ev.RatingSetAside, issue: Issue, at: datetime) -> Issue:
    assert issue.rating is not None, "what is set aside was there"
    issue = replace(issue, rating=replace(issue.rating, counts=False))
    return enter(issue, Status.EVALUATED, at) if event.settled else issue


def _ruled(issue: Issue, no: str, state: RequestState, at: datetime, by: Actor | None, why: str) -> Issue:
    def ruled(request: Request) -> Request:
        return replace(request, state=state, ruled_at=at, ruled_by=by, ruling=why) if request.no == no else request

    clocks = tuple(replace(c, ended_at=at) if c.open and c.request == no else c for c in issue.clocks)
    return replace(issue, requests=tuple(map(ruled, issue.requests)), clocks=clocks)


def _latest(issue: Issue, change: Callable[[Clock], Clock]) -> Issue:
    """Change the clock just started."""
    return replace(issue, clocks=(*issue.clocks[:-1], change(issue.clocks[-1])))


FOLDS: Mapping[type[Any], Fold] = {
    ev.RequestAsked: _request_asked,
    ev.RequestApproved: _request_approved,
    ev.RequestRefused: _request_refused,
    ev.RequestWithdrawn: _request_withdrawn,
    ev.RequestOvertaken: _request_overtaken,
    ev.Rejected: _rejected,
    ev.Extended: _extended,
    ev.Suspended: _suspended,
    ev.Resumed: _resumed,
    ev.Terminated: _terminated,
    ev.RatingSetAside: _rating_set_aside,
}
