"""Side requests: who rules, what is open to whom, and what is overtaken; nothing here needs a field of a command."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.issue import Issue
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, UnitKind
from bihuan.domain.refusals import (
    AppealWindowOver,
    ClocksAreHeld,
    ExtensionAskedTooLate,
    ExtensionsUsedUp,
    NoBadRating,
    NoOpenRequest,
    NotTheApprover,
    RatingAppealedAlready,
    Refusal,
    RequestAlreadyOpen,
    RequesterMayNotRule,
    RequestStillOpen,
)
from bihuan.domain.requests.values import Request, RequestKind, RequestState
from bihuan.domain.stage import Status

HELD = frozenset({Status.DISPATCHED, Status.RETURN_REVIEW, Status.TRANSFERRED, Status.IN_PROGRESS, Status.SUSPENDED})
TERMINABLE = HELD | {Status.ACCEPTED, Status.FOLLOWING, Status.CHECKING, Status.TO_DELIVER}
MEANINGFUL_IN: Mapping[RequestKind, frozenset[Status]] = {
    RequestKind.EXTENSION: frozenset({Status.IN_PROGRESS, Status.RETURN_REVIEW, Status.SUSPENDED}),
    RequestKind.SUSPENSION: frozenset({Status.IN_PROGRESS, Status.SUSPENDED}),
    RequestKind.TERMINATION: TERMINABLE | {Status.NEED_INFO},
    RequestKind.APPEAL: frozenset({Status.CALLBACK, Status.EVALUATED}),
    RequestKind.REJECTION: frozenset({Status.SUBMITTED, Status.UNTRIAGED, Status.NEED_INFO}),
}
"""Where a request still means something. Elsewhere it is overtaken: nobody is pressed to rule on what is past."""
assert set(MEANINGFUL_IN) == set(RequestKind)

APPROVER_ZH = {Desk.COORDINATION: "综合协调组", Desk.UNIT: "县区专班", Desk.LEADER: "市领导"}


def pressed(issue: Issue) -> Clock:
    """The clock the holder is pressed by: its own limit where it has one, else the issue's."""
    clock = issue.clock(Obligation.SOLVE) or issue.clock(Obligation.ISSUE)
    assert clock is not None, "who holds an issue is pressed by a clock"
    return clock


def extensions(issue: Issue, clock: Clock) -> int:
    """How often the clock was extended."""
    return sum(r.clock == clock.key and r.state is RequestState.APPROVED for r in issue.requests)


def latest_extension(clock: Clock, issue: Issue, policy: Policy) -> datetime:
    """The last moment all extensions of a clock together can reach: what a law says of its time, else the policy."""
    end = promise.legal_end(issue, policy)
    if end is not None and clock.limit == issue.limits.solve:
        return end
    due = clock.due_unextended(policy.calendar)
    assert due is not None, "a paused clock is not extended"
    amount = clock.limit.amount * policy.requests.extension_percent // 100
    latest = policy.calendar.after(due, replace(clock.limit, amount=amount)) if amount else due
    return min(latest, end) if end else latest


def approver(kind: RequestKind, issue: Issue, policy: Policy, *, leader: bool) -> Party:
    """The desk that rules on a request of this kind. An extension of a county's unit is its hub's, but not its own."""
    if leader:
        return Party(Desk.LEADER)
    unit = policy.units.get(issue.holder)
    if kind is RequestKind.EXTENSION and unit is not None and unit.kind is UnitKind.COUNTY:
        hub = policy.hub(unit.county)
        return Party(Desk.UNIT, hub) if hub and hub not in issue.handlers else Party(Desk.COORDINATION)
    return Party(Desk.COORDINATION)


def sits_there(desk: Party, actor: Actor, policy: Policy) -> bool:
    """Whether the person rules for the desk. Coordination may always do what is its hub's to do."""
    match actor.role:
        case Role.COO:
            return desk.desk is not Desk.LEADER
        case Role.HUB:
            return desk == Party(Desk.UNIT, policy.hub(actor.org))
        case Role.LDR:
            return desk.desk is Desk.LEADER and not actor.org
        case _:
            return False


def bar_to_ruling(request: Request, actor: Actor, policy: Policy) -> Refusal | None:
    """Why this person may not rule on this request; nobody rules on what they asked themselves."""
    if not sits_there(request.approver, actor, policy):
        return NotTheApprover(request=request.no, approver=request.approver.desk, approver_zh=_zh(request.approver))
    if actor.person == request.asked_by.person:
        return RequesterMayNotRule(request=request.no)
    return None


def _zh(desk: Party) -> str:
    return APPROVER_ZH[desk.desk]


def to_rule(issue: Issue, actor: Actor, policy: Policy) -> tuple[Request, ...]:
    """The open requests this person may rule on."""
    return tuple(request for request in issue.open_requests if bar_to_ruling(request, actor, policy) is None)


def to_withdraw(issue: Issue, actor: Actor) -> tuple[Request, ...]:
    """The open requests this person may take back."""
    return tuple(request for request in issue.open_requests if request.asked_by == actor)


def overtaken(issue: Issue) -> Iterator[ev.Event]:
    """The open requests that mean nothing any more where the issue now stands."""
    for request in issue.open_requests:
        if issue.status not in MEANINGFUL_IN[request.kind]:
            yield ev.RequestOvertaken(request=request.no)


# How a person must stand to the issue


def rules_here(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return any(sits_there(request.approver, actor, policy) for request in issue.requests)


def asked_here(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return any(request.asked_by == actor for request in issue.requests)


# Further reasons why an act is not open, whatever its fields


def rule_further(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    bars = [bar_to_ruling(request, actor, policy) for request in issue.open_requests]
    if not bars:
        raise NoOpenRequest
    if None not in bars:
        raise next(bar for bar in bars if bar is not None)


def withdraw_further(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    if not to_withdraw(issue, actor):
        raise NoOpenRequest


def close_further(issue: Issue) -> None:
    for request in issue.open_requests:
        raise RequestStillOpen(request=request.no)


def once(issue: Issue, kind: RequestKind) -> None:
    for request in issue.open_requests:
        if request.kind is kind:
            raise RequestAlreadyOpen(request=request.no)


def extension_further(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    once(issue, RequestKind.EXTENSION)
    rules, clock = policy.requests, pressed(issue)
    if extensions(issue, clock) >= rules.extensions_max:
        raise ExtensionsUsedUp(count=str(rules.extensions_max))
    if issue.hold is not None:
        raise ClocksAreHeld(until=issue.hold.until.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S"))
    due = clock.due(policy.calendar)
    if due is None or policy.calendar.after(now, rules.extension_before) > due:
        raise ExtensionAskedTooLate(limit=rules.extension_before.zh, limit_en=rules.extension_before.en)


def suspension_further(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    once(issue, RequestKind.SUSPENSION)


def termination_further(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    once(issue, RequestKind.TERMINATION)


def rejection_further(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    once(issue, RequestKind.REJECTION)


def appeal_further(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    once(issue, RequestKind.APPEAL)
    if issue.rating is None or not issue.rating.bad or issue.rated_at is None:
        raise NoBadRating
    ruled = (RequestState.APPROVED, RequestState.REFUSED)
    if any(r.kind is RequestKind.APPEAL and r.state in ruled and r.asked_at >= issue.rated_at for r in issue.requests):
        raise RatingAppealedAlready
    window = policy.requests.appeal_window
    if now >= policy.calendar.after(issue.rated_at, window):
        raise AppealWindowOver(limit=window.zh, limit_en=window.en)
