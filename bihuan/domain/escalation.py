"""The ladder: every alarm an untouched issue will raise, who is pressed, who is told (domain.md 3.0 and 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.clock import LAPSING, Clock, Obligation
from bihuan.domain.issue import Desk, Issue, Light, Party, Rung
from bihuan.domain.people import Role
from bihuan.domain.policy import Limits, Policy
from bihuan.domain.workdays import WorkCalendar

UNPRESSED = LAPSING | {Obligation.SIGN_DRAFT, Obligation.LIFT, Obligation.OBJECTION, Obligation.LEVEL_UP}
"""Nobody is urged by hand for these: they are waited for, or owed by those who urge."""
NOT_CRITICISED = frozenset({Obligation.SIGN_DRAFT, Obligation.OBJECTION, Obligation.CONSULT})
"""What a leader or coordination owes in judging others; a criticism of it would be one more paper to sign."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One moment at which the loop moves by itself: a rung is reached, or (``rung`` empty) a wait lapses."""

    at: datetime
    clock: str
    grant: int = 0
    rung: str = ""
    repeat: int = 0
    """The how-manieth repetition of the notice; 0: the alarm itself."""

    @property
    def alarm(self) -> str:
        return f"{self.clock}/{self.grant}/{self.rung}"

    @property
    def key(self) -> str:
        return f"{self.alarm}*{self.repeat}" if self.repeat else self.alarm


def agenda(issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """Everything that will happen to the issue if nobody ever acts on it, in order; nothing already raised."""
    ahead = (
        due
        for clock in issue.clocks
        if clock.running
        for due in (_lapse(clock, issue, policy) if clock.obligation in LAPSING else rungs(clock, issue, policy))
        if due.key not in issue.raised
    )
    return tuple(sorted((*ahead, *_repeats(issue, policy))))


def rungs(clock: Clock, issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """The rungs of one clock, raised or not. None while it is paused."""
    calendar = policy.calendar
    due = clock.due(calendar)
    if due is None:
        return ()
    if clock.obligation in (Obligation.ISSUE, Obligation.SOLVE):
        warned = calendar.before(due, issue.limits.blue)
    else:
        warned = clock.last_quarter(calendar)
    moments = {Rung.R0: max(warned, clock.started_at), **_after_due(clock, due, issue.limits, calendar)}
    return tuple(Due(at, clock.key, clock.grant, rung) for rung, at in moments.items())


def _after_due(clock: Clock, due: datetime, limits: Limits, calendar: WorkCalendar) -> dict[Rung, datetime]:
    """The rungs at the due moment and after it, the first of them first."""
    if clock.obligation is Obligation.LEVEL_UP:
        later = {Rung.R6: calendar.after(due, limits.letter_after)} if limits.letter_after else {}
        return {Rung.R5: due, **later}
    moments = {Rung.R1: due, Rung.R2: calendar.after(due, limits.sup_after)}
    if limits.crit_after is not None and clock.obligation not in NOT_CRITICISED:
        late_reply = clock.obligation is Obligation.REPLY
        moments[Rung.R3] = due if late_reply else calendar.after(due, limits.crit_after)
    return moments


def _lapse(clock: Clock, issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """The archive waits for an objection to be ruled on: who objected is owed an answer."""
    if clock.obligation is Obligation.ARCHIVE and any(order.objection_open for order in issue.orders):
        return ()
    due = clock.due(policy.calendar)
    return (Due(due, clock.key),) if due is not None else ()


def _repeats(issue: Issue, policy: Policy) -> Iterator[Due]:
    """The next repetition of every notice of R1 and R2 that nobody has acknowledged and whose act is still owed."""
    every = issue.limits.repeat_every
    running = {clock.key for clock in issue.clocks if clock.running}
    for notice in issue.unheeded if every is not None else ():
        if notice.clock in running and notice.repeats < policy.repeats_max:
            assert every is not None
            clock, grant, rung = notice.alarm.split("/")
            yield Due(policy.calendar.opening(notice.since, every), clock, int(grant), rung, notice.repeats + 1)


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
            return Party(Desk.COORDINATION) if issue.triager.ref == issue.holder else issue.triager
        case Obligation.SIGN | Obligation.REPORT | Obligation.SOLVE | Obligation.DELIVER | Obligation.REPLY:
            return Party(Desk.UNIT, clock.unit)
        case Obligation.CALLBACK:
            return Party(Desk.CALLBACK)
        case Obligation.LIFT:
            order = issue.order(clock.order)
            assert order is not None, "an order's clock outlives no order"
            return group_desk(order.group, policy)
        case Obligation.SUPPLY | Obligation.EVALUATE:
            return Party(Desk.ENTERPRISE, issue.enterprise.uscc)
        case Obligation.RULING | Obligation.ARCHIVE | Obligation.LEVEL_RULING | Obligation.OBJECTION:
            return Party(Desk.COORDINATION)
        case Obligation.LEVEL_UP:
            return Party(Desk.LEADER)
        case Obligation.SIGN_DRAFT:
            draft = issue.draft(clock.order)
            assert draft is not None, "a draft's clock outlives no draft"
            return Party(Desk.LEADER if draft.signer is Role.LDR else Desk.COORDINATION)
        case Obligation.CONSULT:
            return _owes_minutes(issue, clock, policy)


def _owes_minutes(issue: Issue, clock: Clock, policy: Policy) -> Party:
    convener = next(one.convener for one in issue.consultations if one.no == clock.order)
    match convener.role:
        case Role.LDR:
            return Party(Desk.LEADER)
        case Role.SVG:
            return Party(Desk.SERVICE_GROUP, convener.org)
        case Role.HUB:
            return Party(Desk.UNIT, policy.hub(convener.org))
        case _:
            return Party(Desk.COORDINATION)


def _owes_result(issue: Issue, policy: Policy, at: datetime) -> Party:
    """The issue's own clock presses the unit, unless the unit's full time of its own is not over yet."""
    if not issue.dispatched or _own_time_left(issue, policy, at):
        return issue.triager
    return Party(Desk.UNIT, issue.holder)


def _own_time_left(issue: Issue, policy: Policy, at: datetime) -> bool:
    own = issue.clock(Obligation.SOLVE)
    due = own.due(policy.calendar) if own else None
    return due is not None and at < due


def group_desk(group: str, policy: Policy) -> Party:
    """The desk of a supervision group; where coordination stands in for one, its own."""
    return Party(Desk.COORDINATION) if group == policy.coordination.id else Party(Desk.GROUP, group)


def told(rung: Rung, clock: Clock, owes: Party, issue: Issue, policy: Policy) -> tuple[Party, ...]:
    """Who hears of a rung. Where an order is issued (R2 of a unit) or a paper drafted (above R2), that tells them."""
    if rung not in (Rung.R0, Rung.R1, Rung.R2):
        return ()
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


def pressing(issue: Issue, policy: Policy, now: datetime) -> tuple[Clock, Party] | None:
    """What somebody can be pressed for now: a unit's debt before others, the soonest due first; None: nobody owes."""
    owed = []
    for clock in issue.clocks:
        due = clock.due(policy.calendar) if clock.running and clock.obligation not in UNPRESSED else None
        if due is not None:
            owes = debtor(clock, issue, policy, now)
            owed.append((owes.desk is not Desk.UNIT, due, clock.key, clock, owes))
    if not owed:
        return None
    *_, clock, owes = min(owed, key=lambda one: one[:3])
    return clock, owes


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
        late = Light.YELLOW if clock.obligation is Obligation.REPORT else Light.RED
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
    known = [(clock.obligation in LAPSING, due, clock) for clock, due in running if due is not None]
    if not known:
        return None
    _, due, clock = min(known, key=lambda item: (item[0], item[1], item[2].key))
    return NextDue(clock.key, due, str(debtor(clock, issue, policy, due)))
