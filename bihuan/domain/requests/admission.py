"""Side requests: what is open to whom and when, and what is overtaken; nothing here needs a field of a command."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.access.relations import COORDINATION, HEAD, TRIAGER, anyone, either, holds, in_county
from bihuan.domain.access.rules import HANDLING, OPEN, SUBMITTED, UNTRIAGED, Relation, Rule
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.intake.admission import require_completed
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    AppealWindowOver,
    ClocksAreHeld,
    ExtensionAskedTooLate,
    ExtensionsUsedUp,
    NoBadRating,
    NoOpenRequest,
    RatingAppealedAlready,
    RequestAlreadyOpen,
)
from bihuan.domain.requests.rulers import asked_request, bar_to_ruling, rules_on_request, to_withdraw
from bihuan.domain.requests.values import RequestKind, RequestState
from bihuan.domain.stage import Status

TERMINATORS: Mapping[Role, Relation] = {**TRIAGER, **HEAD, Role.HUB: either(in_county, holds)}
HELD = frozenset({Status.DISPATCHED, Status.RETURN_REVIEW, Status.TRANSFERRED, Status.IN_PROGRESS, Status.SUSPENDED})
TERMINABLE = HELD | {Status.ACCEPTED, Status.FOLLOWING, Status.CHECKING, Status.TO_DELIVER}
MEANINGFUL_IN: Mapping[RequestKind, frozenset[Status]] = {
    RequestKind.EXTENSION: frozenset({Status.IN_PROGRESS, Status.RETURN_REVIEW, Status.SUSPENDED}),
    RequestKind.SUSPENSION: frozenset({Status.IN_PROGRESS, Status.SUSPENDED}),
    RequestKind.TERMINATION: TERMINABLE | {Status.NEED_INFO},
    RequestKind.APPEAL: frozenset({Status.CALLBACK, Status.EVALUATED}),
    RequestKind.REJECTION: frozenset({Status.SUBMITTED, Status.UNTRIAGED, Status.NEED_INFO}),
}
"""The statuses in which a request still applies; in any other it is overtaken and needs no ruling."""
assert set(MEANINGFUL_IN) == set(RequestKind)


def holder_clock(issue: Issue) -> Clock:
    """The clock of the holder's result: its own where it has one, else the issue's."""
    clock = issue.clock(Obligation.SOLVE) or issue.clock(Obligation.ISSUE)
    assert clock is not None, "a holder has a running clock"
    return clock


def extensions(issue: Issue, clock: Clock) -> int:
    """How many times the clock was extended."""
    return sum(r.clock == clock.key and r.state is RequestState.APPROVED for r in issue.requests)


def latest_extension(clock: Clock, issue: Issue, policy: Policy) -> datetime:
    """The latest due moment that extensions of the clock may reach, by law or by the policy (docs/rules.md 6.2)."""
    end = promise.legal_end(issue, policy)
    if end is not None and clock.limit == issue.governance.limits.solve:
        return end
    due = clock.due_unextended(policy.calendar)
    assert due is not None, "a paused clock is not extended"
    amount = clock.limit.amount * policy.requests.extension_percent // 100
    latest = policy.calendar.after(due, replace(clock.limit, amount=amount)) if amount else due
    return min(latest, end) if end else latest


def overtaken_requests(issue: Issue) -> Iterator[ev.Event]:
    """Events for the open requests that no longer apply in the present status."""
    for request in issue.open_requests:
        if issue.status not in MEANINGFUL_IN[request.kind]:
            yield ev.RequestOvertaken(request=request.no)


def _rule_request(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    bars = [bar_to_ruling(request, actor, policy) for request in issue.open_requests]
    if not bars:
        raise NoOpenRequest
    if None not in bars:
        raise next(bar for bar in bars if bar is not None)


def _withdraw_request(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    if not to_withdraw(issue, actor):
        raise NoOpenRequest


def _once(issue: Issue, kind: RequestKind) -> None:
    for request in issue.open_requests:
        if request.kind is kind:
            raise RequestAlreadyOpen(request=request.no)


def _ask_extension(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    _once(issue, RequestKind.EXTENSION)
    rules, clock = policy.requests, holder_clock(issue)
    if extensions(issue, clock) >= rules.extensions_max:
        raise ExtensionsUsedUp(count=str(rules.extensions_max))
    if issue.hold is not None:
        raise ClocksAreHeld(until=issue.hold.until.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S"))
    due = clock.due(policy.calendar)
    if due is None or policy.calendar.after(now, rules.extension_before) > due:
        raise ExtensionAskedTooLate(limit=rules.extension_before.zh, limit_en=rules.extension_before.en)


def _ask_suspension(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    _once(issue, RequestKind.SUSPENSION)


def _ask_termination(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    _once(issue, RequestKind.TERMINATION)


def _reject(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    require_completed(issue, actor, now, policy)
    _once(issue, RequestKind.REJECTION)


def _appeal_rating(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    _once(issue, RequestKind.APPEAL)
    if issue.evaluation.rating is None or not issue.evaluation.rating.bad or issue.evaluation.rated_at is None:
        raise NoBadRating
    ruled = (RequestState.APPROVED, RequestState.REFUSED)
    if any(
        r.kind is RequestKind.APPEAL and r.state in ruled and r.asked_at >= issue.evaluation.rated_at
        for r in issue.requests
    ):
        raise RatingAppealedAlready
    window = policy.requests.appeal_window
    if now >= policy.calendar.after(issue.evaluation.rated_at, window):
        raise AppealWindowOver(limit=window.zh, limit_en=window.en)


RULES: Mapping[str, Rule] = {
    "reject": Rule(UNTRIAGED | SUBMITTED, TRIAGER, _reject),
    "ask_extension": Rule(frozenset({Status.IN_PROGRESS}), HEAD, _ask_extension),
    "ask_suspension": Rule(HANDLING, HEAD, _ask_suspension),
    "resume": Rule(frozenset({Status.SUSPENDED}), {**HEAD, **COORDINATION}),
    "ask_termination": Rule(TERMINABLE, TERMINATORS, _ask_termination),
    "appeal_rating": Rule(frozenset({Status.CALLBACK, Status.EVALUATED}), HEAD, _appeal_rating),
    "rule_request": Rule(
        OPEN, {Role.COO: anyone, Role.HUB: rules_on_request, Role.LDR: rules_on_request}, _rule_request
    ),
    "withdraw_request": Rule(OPEN, dict.fromkeys((*TRIAGER, *HEAD), asked_request), _withdraw_request),
}
