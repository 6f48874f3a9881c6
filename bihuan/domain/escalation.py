"""The ladder: every alarm an untouched issue will raise, who is pressed, who is told (domain.md 3.0 and 5)."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.clock import LAPSING, Clock, Obligation
from bihuan.domain.issue import Desk, Issue, Light, Party, Rung
from bihuan.domain.policy import Policy
from bihuan.domain.silence import silence_accepts

REPORTS = frozenset({Obligation.REPORT, Obligation.UPDATE})
NOBODY_OWES = LAPSING - {Obligation.REVIEW}


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One moment at which the loop moves by itself: a rung is reached, or (``rung`` empty) a wait lapses."""

    at: datetime
    clock: str
    grant: int = 0
    rung: str = ""

    @property
    def key(self) -> str:
        return f"{self.clock}/{self.grant}/{self.rung}"


def agenda(issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """Everything that will happen to the issue if nobody ever acts on it, in order; nothing already raised."""
    ahead = (
        due
        for clock in issue.clocks
        if clock.running
        for due in (*rungs(clock, issue, policy), *_lapse(clock, issue, policy))
        if due.key not in issue.raised
    )
    return tuple(sorted(ahead))


def rungs(clock: Clock, issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """The rungs of one clock, raised or not. None while it is paused, or where nobody is pressed."""
    calendar = policy.calendar
    due = clock.due(calendar)
    if due is None or clock.obligation in LAPSING:
        return ()
    if clock.obligation in (Obligation.ISSUE, Obligation.SOLVE):
        warned = calendar.before(due, issue.limits.blue)
    else:
        warned = clock.last_quarter(calendar)
    moments = {
        Rung.R0: max(warned, clock.resumed_at),
        Rung.R1: due,
        Rung.R2: calendar.after(due, issue.limits.sup_after),
    }
    if silence_accepts(clock, issue):
        del moments[Rung.R1], moments[Rung.R2]  # at the due moment it is accepted, so nobody is late
    return tuple(Due(at, clock.key, clock.grant, rung) for rung, at in moments.items())


def _lapse(clock: Clock, issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """When the issue moves on because the clock ran out, where it does."""
    due = clock.due(policy.calendar)
    lapses = clock.obligation in LAPSING or silence_accepts(clock, issue)
    return (Due(due, clock.key),) if lapses and due is not None else ()


def debtor(clock: Clock, issue: Issue, policy: Policy, at: datetime) -> Party:
    """Who owes the act this clock waits for, at this moment."""
    match clock.obligation:
        case Obligation.ISSUE:
            return _owes_result(issue, policy, at)
        case Obligation.COMPLETE:
            return Party(Desk.LIAISON, issue.liaison or issue.keyed_by.person)
        case Obligation.TRIAGE:
            return issue.triager
        case Obligation.CHECK | Obligation.CLOSE_OUT:
            return Party(Desk.COORDINATION) if issue.triager.ref in issue.handlers else issue.triager
        case (
            Obligation.SIGN
            | Obligation.REPORT
            | Obligation.ASSIST
            | Obligation.SOLVE
            | Obligation.DELIVER
            | Obligation.REPLY
        ):
            return Party(Desk.UNIT, clock.unit)
        case Obligation.REVIEW | Obligation.UPDATE:
            return Party(Desk.UNIT, clock.unit)
        case Obligation.REQUEST:
            return _owes_ruling(clock, issue)
        case Obligation.CALLBACK:
            return Party(Desk.CALLBACK)
        case Obligation.LIFT:
            order = issue.order(clock.order)
            assert order is not None, "an order's clock outlives no order"
            return group_desk(order.group, policy)
        case Obligation.SUPPLY | Obligation.EVALUATE:
            return Party(Desk.ENTERPRISE, issue.enterprise.uscc)
        case Obligation.RULING | Obligation.ARCHIVE:
            return Party(Desk.COORDINATION)


def _owes_result(issue: Issue, policy: Policy, at: datetime) -> Party:
    """The issue's own clock presses the unit, unless the unit's full time of its own is not over yet."""
    if not issue.dispatched or _own_time_left(issue, policy, at):
        return issue.triager
    return Party(Desk.UNIT, issue.holder)


def _owes_ruling(clock: Clock, issue: Issue) -> Party:
    """The hub where the request is its to rule on; coordination for the rest, and to bring it before a leader."""
    request = issue.request(clock.request)
    assert request is not None, "a ruling is owed on a request"
    return request.approver if request.approver.desk is Desk.UNIT else Party(Desk.COORDINATION)


def _own_time_left(issue: Issue, policy: Policy, at: datetime) -> bool:
    own = issue.clock(Obligation.SOLVE)
    due = own.due(policy.calendar) if own else None
    return due is not None and at < due


def group_desk(group: str, policy: Policy) -> Party:
    """The desk of a supervision group; where coordination stands in for one, its own."""
    return Party(Desk.COORDINATION) if group == policy.coordination.id else Party(Desk.GROUP, group)


def told(rung: Rung, clock: Clock, owes: Party, issue: Issue, policy: Policy) -> tuple[Party, ...]:
    """Who hears of a rung. Where an order is issued (R2 of a unit), the order tells them instead."""
    group = group_desk(issue.group, policy)
    match owes.desk, rung:
        case (Desk.UNIT, Rung.R0) if issue.liaison:
            parties = [owes, Party(Desk.LIAISON, issue.liaison)]
        case (_, Rung.R0):
            parties = [owes]
        case (Desk.UNIT, Rung.R1):
            parties = [Party(Desk.UNIT_HEAD, owes.ref), group]
        case (Desk.UNIT, Rung.R2):
            parties = []
        case (Desk.GROUP, Rung.R1):
            parties = [Party(Desk.GROUP_LEADER, owes.ref)]
        case (Desk.GROUP, Rung.R2):
            parties = [Party(Desk.COORDINATION_HEAD)]
        case (Desk.LIAISON, Rung.R1):
            hub = policy.hub(issue.county)
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
        and owes == issue.triager
        and owes.desk is not Desk.UNIT
    ):
        parties.append(group)
    return tuple(dict.fromkeys(parties))


def light(issue: Issue, policy: Policy, now: datetime) -> Light:
    """The worst of all running clocks at this moment."""
    since = light_moments(issue, policy)
    for colour in (Light.RED, Light.YELLOW, Light.BLUE):
        moment = since[colour]
        if moment is not None and moment <= now:
            return colour
    return Light.GREEN


def light_moments(issue: Issue, policy: Policy) -> dict[Light, datetime | None]:
    """From when each colour shows if nobody acts, so that a stored issue can be asked for its light at any moment."""
    first: dict[Light, datetime | None] = dict.fromkeys((Light.BLUE, Light.YELLOW, Light.RED))
    for clock in issue.clocks:
        if not clock.running or clock.obligation in LAPSING:
            continue
        late = Light.YELLOW if clock.obligation in REPORTS else Light.RED
        for due in rungs(clock, issue, policy)[:2]:
            colour = Light.BLUE if due.rung == Rung.R0 else late
            known = first[colour]
            first[colour] = due.at if known is None else min(known, due.at)
    return first


@dataclass(frozen=True, slots=True)
class NextDue:
    """The act owed soonest: which clock, by when, by whom."""

    clock: str
    at: datetime
    owes: str


def next_due(issue: Issue, policy: Policy) -> NextDue | None:
    """What is owed next; a lapse only where nobody is pressed."""
    running = [(clock, clock.due(policy.calendar)) for clock in issue.clocks if clock.running]
    known = [(clock.obligation in NOBODY_OWES, due, clock) for clock, due in running if due is not None]
    if not known:
        return None
    _, due, clock = min(known, key=lambda item: (item[0], item[1], item[2].key))
    return NextDue(clock.key, due, str(debtor(clock, issue, policy, due)))
