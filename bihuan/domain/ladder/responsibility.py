"""Who is responsible for what, and who is notified of a rung (docs/rules.md 5.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from bihuan.domain.clocks.clock import LAPSING, Clock, Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Role
from bihuan.domain.policy import Policy
from bihuan.domain.requests.values import Request, RequestKind

NOBODY_RESPONSIBLE = LAPSING - {Obligation.REVIEW}
NEVER_URGED = LAPSING | {Obligation.SIGN_DRAFT, Obligation.LIFT, Obligation.OBJECTION, Obligation.LEVEL_UP}
"""Not urged by hand: these end by themselves, or are the task of those who could urge."""


def responsible(clock: Clock, issue: Issue, policy: Policy, at: datetime) -> Party:
    """Who is responsible at ``at`` for the obligation of this clock."""
    match clock.obligation:
        case Obligation.ISSUE | Obligation.SOLVE:
            return _for_result(clock, issue, policy, at)
        case Obligation.COMPLETE:
            return Party(Desk.LIAISON, issue.matter.liaison or issue.matter.keyed_by.person)
        case Obligation.TRIAGE:
            return issue.assignment.triager
        case Obligation.CHECK | Obligation.CLOSE_OUT:
            return _for_judgement(clock, issue)
        case (
            Obligation.SIGN
            | Obligation.REPORT
            | Obligation.ASSIST
            | Obligation.DELIVER
            | Obligation.REPLY
            | Obligation.REVIEW
            | Obligation.UPDATE
        ):
            return Party(Desk.UNIT, clock.unit)
        case Obligation.REQUEST:
            request = issue.request(clock.request)
            assert request is not None, "this clock belongs to a request"
            return _for_ruling(request, issue)
        case Obligation.CALLBACK | Obligation.AUDIT:
            return _for_call(clock, issue, policy)
        case Obligation.LIFT:
            order = issue.supervision.order(clock.order)
            assert order is not None, "an order's clock outlives no order"
            return group_desk(order.group, policy)
        case Obligation.SUPPLY | Obligation.EVALUATE:
            return Party(Desk.ENTERPRISE, issue.matter.enterprise.uscc)
        case Obligation.RULING | Obligation.HOLD | Obligation.ARCHIVE | Obligation.LEVEL_RULING | Obligation.OBJECTION:
            return Party(Desk.COORDINATION)
        case Obligation.LEVEL_UP:
            return Party(Desk.LEADER)
        case Obligation.SIGN_DRAFT | Obligation.CONSULT:
            return _for_signature(clock, issue) or _for_minutes(clock, issue, policy)


def _for_signature(clock: Clock, issue: Issue) -> Party | None:
    draft = issue.supervision.draft(clock.order)
    return draft.signing_desk if draft else None


def _for_minutes(clock: Clock, issue: Issue, policy: Policy) -> Party:
    convener = next(one.convener for one in issue.supervision.consultations if one.no == clock.order)
    match convener.role:
        case Role.LDR:
            return Party(Desk.LEADER)
        case Role.SVG:
            return Party(Desk.SERVICE_GROUP, convener.org)
        case Role.HUB:
            return Party(Desk.UNIT, policy.hub(convener.org))
        case _:
            return Party(Desk.COORDINATION)


def _for_result(clock: Clock, issue: Issue, policy: Policy, at: datetime) -> Party:
    """The unit that holds the issue; coordination while its ruling is late. For the issue's own clock the triager,
    before dispatch and while the unit has time of its own left.
    """
    if clock.obligation is Obligation.ISSUE and (not issue.dispatched or _own_time_left(issue, policy, at)):
        return issue.assignment.triager
    return _late_ruler(issue, policy, at) or Party(Desk.UNIT, clock.unit or issue.assignment.holder)


def _for_ruling(request: Request, issue: Issue) -> Party:
    """The desk that rules; coordination, where that desk has handled the issue since."""
    judges = request.approver.desk is not Desk.UNIT or request.approver.ref not in issue.handlers
    return request.approver if judges else Party(Desk.COORDINATION)


def _for_call(clock: Clock, issue: Issue, policy: Policy) -> Party:
    """The call-back agent; after two unanswered calls, the desk that rules on an open appeal."""
    appeal = next((one for one in issue.open_requests if one.kind is RequestKind.APPEAL), None)
    if appeal is None or clock.obligation is not Obligation.CALLBACK:
        return Party(Desk.CALLBACK)
    waits = unanswered_twice(issue.evaluation.no_answers, issue, policy)
    return _for_ruling(appeal, issue) if waits else Party(Desk.CALLBACK)


def unanswered_twice(unanswered: Iterable[datetime], issue: Issue, policy: Policy) -> bool:
    """Whether two of these unanswered calls, in order, were made on two working days (docs/rules.md 1.8)."""
    apart = issue.governance.limits.callback_apart
    return any(policy.calendar.apart(first, second, apart) for first, second in combinations(unanswered, 2))


def _late_ruler(issue: Issue, policy: Policy, at: datetime) -> Party | None:
    """Coordination, where its ruling on a return is late; None: it is not. Until then the unit stays responsible, so
    that asking for a return gains no time."""
    ruling = issue.clock(Obligation.RULING)
    due = ruling.due(policy.calendar) if ruling else None
    return Party(Desk.COORDINATION) if due is not None and at >= due else None


def _for_judgement(clock: Clock, issue: Issue) -> Party:
    """The triager, or coordination where the triager handled the issue; for a close-out, the desk of an open ruling."""
    if clock.obligation is Obligation.CLOSE_OUT and issue.open_requests:
        return _for_ruling(issue.open_requests[0], issue)
    return Party(Desk.COORDINATION) if issue.assignment.triager.ref in issue.handlers else issue.assignment.triager


def _own_time_left(issue: Issue, policy: Policy, at: datetime) -> bool:
    own = issue.clock(Obligation.SOLVE)
    due = own.due(policy.calendar) if own else None
    return due is not None and at < due


def triager(county: str, policy: Policy) -> Party:
    """Who triages a county's issues: its hub where the policy says so, else coordination."""
    hub = policy.hub(county) if county in policy.hub_triages else ""
    return Party(Desk.UNIT, hub) if hub else Party(Desk.COORDINATION)


def group_desk(group: str, policy: Policy) -> Party:
    """The desk of a supervision group, or coordination's where coordination acts as the group."""
    return Party(Desk.COORDINATION) if group == policy.coordination.id else Party(Desk.GROUP, group)


def supervising_desk(clock: Clock, issue: Issue, policy: Policy) -> Party:
    """The supervision group notified of a clock: for an order's clocks the order's own, else the issue's."""
    order = issue.supervision.order(clock.order)
    return group_desk(order.group if order else issue.assignment.group, policy)


def rung_recipients(rung: Rung, clock: Clock, owes: Party, issue: Issue, policy: Policy) -> tuple[Party, ...]:
    """Who is notified of a rung. Empty where an order (R2 of a unit) or a paper (above R2) notifies instead.

    The triager is notified of the R2 of a delivery, since it may then make the delivery.
    """
    if rung not in (Rung.R0, Rung.R1, Rung.R2):
        return ()
    group = supervising_desk(clock, issue, policy)
    match owes.desk, rung:
        case (Desk.UNIT, Rung.R0) if issue.matter.liaison:
            parties = [owes, Party(Desk.LIAISON, issue.matter.liaison)]
        case (_, Rung.R0):
            parties = [owes]
        case (Desk.UNIT, Rung.R1):
            parties = [Party(Desk.UNIT_HEAD, owes.ref), group]
        case (Desk.UNIT, Rung.R2):
            parties = [issue.assignment.triager] if clock.obligation is Obligation.DELIVER else []
        case (Desk.GROUP, Rung.R1):
            parties = [Party(Desk.GROUP_LEADER, owes.ref)]
        case (Desk.GROUP, Rung.R2):
            parties = [Party(Desk.COORDINATION_HEAD)]
        case (Desk.LIAISON, Rung.R1):
            hub = policy.hub(issue.matter.county)
            parties = [Party(Desk.UNIT, hub) if hub else Party(Desk.COORDINATION)]
        case (Desk.LIAISON, Rung.R2):
            parties = [Party(Desk.COORDINATION_HEAD)]
        case (_, Rung.R1):
            parties = [Party(Desk.CALLBACK_HEAD if owes.desk is Desk.CALLBACK else Desk.COORDINATION_HEAD)]
        case _:
            parties = [Party(Desk.LEADER), group]
    if (
        clock.obligation is Obligation.ISSUE
        and issue.dispatched
        and owes == issue.assignment.triager
        and owes.desk is not Desk.UNIT
    ):
        parties.append(group)
    return tuple(dict.fromkeys(parties))


def urgent_obligation(issue: Issue, policy: Policy, now: datetime) -> tuple[Clock, Party] | None:
    """The obligation to urge now and its party: units' first, then the soonest due; None: nobody is responsible."""
    owed = []
    for clock in issue.clocks:
        due = clock.due(policy.calendar) if clock.running and clock.obligation not in NEVER_URGED else None
        if due is not None:
            owes = responsible(clock, issue, policy, now)
            owed.append((owes.desk is not Desk.UNIT, due, clock.key, clock, owes))
    if not owed:
        return None
    *_, clock, owes = min(owed, key=lambda one: one[:3])
    return clock, owes


@dataclass(frozen=True, slots=True)
class NextDue:
    """The act due next: its clock, its moment, and the responsible party as text (``owes``)."""

    clock: str
    at: datetime
    owes: str


def next_due(issue: Issue, policy: Policy) -> NextDue | None:
    """The act due next; if nobody is responsible for any, the next clock that ends by itself."""
    running = [(clock, clock.due(policy.calendar)) for clock in issue.clocks if clock.running]
    known = [(clock.obligation in NOBODY_RESPONSIBLE, due, clock) for clock, due in running if due is not None]
    if not known:
        return None
    _, due, clock = min(known, key=lambda item: (item[0], item[1], item[2].key))
    return NextDue(clock.key, due, str(responsible(clock, issue, policy, due)))
