"""Deciding side requests: asking, taking back, ruling, and what an approval brings about (docs/rules.md 6)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.batches.holds import held_pause
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.calendar_adoption import as_running
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.evaluation.rounds import UNANSWERED, rework
from bihuan.domain.evolve import evolve
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import rungs
from bihuan.domain.ladder.responsibility import unanswered_twice
from bihuan.domain.ladder.supervision import withdraw_premature
from bihuan.domain.parties import Desk
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    BeyondLegalMaximum,
    ClockNotRunning,
    DateNotAhead,
    ExtensionTooLong,
    FieldMissing,
    NotYourIssue,
    OffsetMissing,
    RequestNotOpen,
    SuspensionTooLong,
    UnknownRequest,
)
from bihuan.domain.requests import admission, rulers
from bihuan.domain.requests.folds import extended_clock
from bihuan.domain.requests.values import Request, RequestKind
from bihuan.domain.stage import Status

STOPPED_BY_SUSPENSION = (
    Obligation.ISSUE,
    Obligation.SOLVE,
    Obligation.REPORT,
    Obligation.ASSIST,
    Obligation.LEVEL_UP,
)


def _ask_extension(
    act: do.AskExtension, issue: Issue, actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    clock = admission.holder_clock(issue)
    _extension_fits(clock, act.until, issue, now, policy)
    leader = admission.extensions(issue, clock) >= policy.requests.extensions_by_coordination
    request = _request(RequestKind.EXTENSION, act.reason, issue, actor, now, policy, leader=leader)
    yield _asked(replace(request, until=act.until, clock=clock.key), policy)


def _ask_suspension(
    act: do.AskSuspension, issue: Issue, actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    require_ahead(act.until, now)
    latest = policy.calendar.after(now, policy.requests.suspension_review)
    if act.until > latest:
        raise SuspensionTooLong(field="until", latest=day(latest))
    exceeds = promise.exceeds_legal_end(issue, act.until, now, policy)
    if exceeds and act.basis is not do.SuspensionBasis.COURT:
        raise beyond_legal_maximum(issue, policy)
    total = promise.total_suspension(issue, act.until, now)
    leader = exceeds or total > policy.requests.suspension_by_coordination.elapsed
    request = _request(RequestKind.SUSPENSION, act.reason, issue, actor, now, policy, leader=leader)
    yield _asked(replace(request, ground=act.basis, until=act.until), policy)


def _ask_termination(
    act: do.AskTermination, issue: Issue, actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    _names_channel(act)
    request = _request(RequestKind.TERMINATION, act.reason, issue, actor, now, policy)
    yield _asked(replace(request, ground=act.ground, other_channel=act.other_channel), policy)


def _reject(act: do.Reject, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    _names_channel(act)
    request = _request(RequestKind.REJECTION, act.reason, issue, actor, now, policy)
    yield _asked(replace(request, ground=act.ground, other_channel=act.other_channel), policy)


def _names_channel(act: do.Reject | do.AskTermination) -> None:
    """Raise FieldMissing where an enterprise is sent to another channel without naming it."""
    if act.ground == do.RejectGround.OTHER_LEGAL_CHANNEL and not act.other_channel.strip():
        raise FieldMissing(field="other_channel")


def _appeal_rating(
    act: do.AppealRating, issue: Issue, actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    request = _request(RequestKind.APPEAL, act.reason, issue, actor, now, policy)
    yield _asked(replace(request, ground=act.ground), policy)


def _resume(act: do.Resume, _issue: Issue, _actor: Actor, now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Resumed(moment=now, lapsed=False, reason=act.reason)


def _withdraw_request(
    act: do.WithdrawRequest, issue: Issue, actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    request = _open(issue, act.request)
    if request.asked_by != actor:
        raise NotYourIssue(act="withdraw_request", act_zh=do.ACT_ZH["withdraw_request"])
    withdrawn = ev.RequestWithdrawn(request=request.no, reason=act.reason)
    yield withdrawn
    yield from _rating_stands(request, evolve(issue, withdrawn, now), now, policy)


def _rule_request(act: do.RuleRequest, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    request = _open(issue, act.request)
    bar = rulers.bar_to_ruling(request, actor, policy)
    if bar is not None:
        raise bar
    if act.ruling is do.Ruling.REFUSE:
        refused = ev.RequestRefused(request=request.no, by=actor, reason=act.reason)
        yield refused
        yield from _rating_stands(request, evolve(issue, refused, now), now, policy)
        return
    follows = _granted(request, issue, now, policy)
    yield ev.RequestApproved(request=request.no, by=actor, reason=act.reason)
    yield follows
    if isinstance(follows, ev.Extended):
        yield from withdraw_premature(issue, follows.clock)


def _request(
    kind: RequestKind, reason: str, issue: Issue, actor: Actor, now: datetime, policy: Policy, *, leader: bool = False
) -> Request:
    return Request(
        no=f"{issue.issue_no}-Q{len(issue.requests) + 1}",
        kind=kind,
        asked_by=actor,
        asked_at=now,
        reason=reason,
        approver=rulers.approver(kind, issue, policy, leader=leader),
        unit=issue.holder,
    )


def _asked(request: Request, policy: Policy) -> ev.RequestAsked:
    rules = policy.requests
    limit = rules.appeal_ruling if request.kind is RequestKind.APPEAL else rules.ruling
    return ev.RequestAsked(asked=request, limit=limit)


def _granted(request: Request, issue: Issue, now: datetime, policy: Policy) -> ev.Event:
    """The event that an approval causes. Raises a Refusal where it is no longer possible."""
    match request.kind:
        case RequestKind.EXTENSION:
            return _extended(request, issue, now, policy)
        case RequestKind.SUSPENSION:
            return _suspended(request, issue, now, policy)
        case RequestKind.TERMINATION:
            ground = do.TerminationGround(request.ground)
            return ev.Terminated(
                request=request.no, ground=ground, reason=request.reason, other_channel=request.other_channel
            )
        case RequestKind.REJECTION:
            return ev.Rejected(
                ground=do.RejectGround(request.ground), reason=request.reason, other_channel=request.other_channel
            )
        case RequestKind.APPEAL:
            return ev.RatingSetAside(request=request.no, reason=request.reason, settled=_settled(issue, policy))
        case _:
            assert_never(request.kind)


def _extended(request: Request, issue: Issue, now: datetime, policy: Policy) -> ev.Extended:
    clock = next(clock for clock in issue.clocks if clock.key == request.clock)
    if not clock.running:
        raise ClockNotRunning(request=request.no)
    assert request.until is not None, "an extension names a date"
    _extension_fits(clock, request.until, issue, now, policy)
    longer = extended_clock(clock, request.until, now)
    passed = tuple(due.key for due in rungs(longer, issue, policy) if due.at <= now)
    return ev.Extended(request=request.no, clock=clock.key, until=request.until, kept=passed)


def _suspended(request: Request, issue: Issue, now: datetime, policy: Policy) -> ev.Suspended:
    assert request.until is not None, "a suspension names a date"
    require_ahead(request.until, now)
    by_leader = request.ground == do.SuspensionBasis.COURT and request.approver.desk is Desk.LEADER
    if not by_leader and promise.exceeds_legal_end(issue, request.until, now, policy):
        raise beyond_legal_maximum(issue, policy)
    held = issue.status is Status.SUSPENDED
    stoppable = [c for c in issue.clocks if c.obligation in STOPPED_BY_SUSPENSION and not held]
    stopped = [as_running(c, now) for c in stoppable if c.running or held_pause(c)]
    return ev.Suspended(
        request=request.no,
        basis=do.SuspensionBasis(request.ground),
        reason=request.reason,
        until=request.until,
        review=policy.requests.suspension_review,
        report_every=policy.requests.suspended_report,
        clocks=tuple(clock.key for clock in stopped),
        kept=tuple(key for clock in stopped for key in _kept(clock, issue, now, policy)),
    )


def beyond_legal_maximum(issue: Issue, policy: Policy) -> BeyondLegalMaximum:
    end = promise.legal_end(issue, policy)
    assert end is not None, "a law governs it"
    return BeyondLegalMaximum(field="until", latest=day(end))


def _kept(clock: Clock, issue: Issue, now: datetime, policy: Policy) -> Iterator[str]:
    """Keys not to be raised again: a pause shifts every moment alike."""
    for due in rungs(clock, issue, policy):
        if due.at <= now or due.key in issue.raised:
            yield replace(due, grant=clock.grant + 1).key


def _settled(issue: Issue, policy: Policy) -> bool:
    """Whether two unanswered calls on two working days have completed the call-back."""
    return issue.status is Status.CALLBACK and unanswered_twice(issue.no_answers, issue, policy)


def _rating_stands(request: Request, issue: Issue, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """Rework after an appeal failed, where two calls have already gone unanswered."""
    if request.kind is RequestKind.APPEAL and _settled(issue, policy):
        yield from rework(issue, UNANSWERED, now, policy)


def _extension_fits(clock: Clock, until: datetime, issue: Issue, now: datetime, policy: Policy) -> None:
    due = clock.due(policy.calendar)
    assert due is not None, "a running clock is due some time"
    require_ahead(until, max(due, now))
    latest = admission.latest_extension(clock, issue, policy)
    if until > latest:
        raise ExtensionTooLong(field="until", latest=day(latest))


def require_ahead(until: datetime, of: datetime) -> None:
    if until.tzinfo is None:
        raise OffsetMissing(field="until")
    if until <= of:
        raise DateNotAhead(field="until", earliest=day(of))


def day(moment: datetime) -> str:
    return moment.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")


def _open(issue: Issue, no: str) -> Request:
    request = issue.request(no)
    if request is None:
        raise UnknownRequest(field="request", request=no)
    if not request.open:
        raise RequestNotOpen(field="request", request=no)
    return request


DECISIONS: Mapping[type[Any], Decider] = {
    do.AskExtension: _ask_extension,
    do.AskSuspension: _ask_suspension,
    do.AskTermination: _ask_termination,
    do.Reject: _reject,
    do.AppealRating: _appeal_rating,
    do.Resume: _resume,
    do.WithdrawRequest: _withdraw_request,
    do.RuleRequest: _rule_request,
}
