"""Escalation: every alarm an issue will raise if nobody acts, and its light (docs/rules.md 5.1 and 3.7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.clocks.clock import LAPSING, Clock, Obligation
from bihuan.domain.clocks.deemed_acceptance import deems_accepted
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Light, Rung, alarm_key
from bihuan.domain.parties import Desk
from bihuan.domain.policy import Policy

REPORTS = frozenset({Obligation.REPORT, Obligation.UPDATE})
RESULT = frozenset({Obligation.ISSUE, Obligation.SOLVE})
NOT_CRITICISED = frozenset({Obligation.SIGN_DRAFT, Obligation.OBJECTION, Obligation.CONSULT})
"""Obligations to judge others; a criticism for them would be one more paper for the same signer."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A moment at which the issue moves by itself: a rung is reached, or (``rung`` empty) a wait lapses."""

    at: datetime
    clock: str
    grant: int = 0
    rung: str = ""
    repeat: int = 0
    """Number of the notice's repetition, from 1; 0: the alarm itself."""
    reminder: int = 0
    """Number of the reminder of an unmet obligation, from 1; 0: the alarm itself."""

    @property
    def alarm(self) -> str:
        return alarm_key(self.clock, self.grant, self.rung)

    @property
    def key(self) -> str:
        if self.reminder:
            return f"{self.alarm}+{self.reminder}"
        return f"{self.alarm}*{self.repeat}" if self.repeat else self.alarm


def agenda(issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """What will happen to the issue if nobody acts, by time; without alarms already raised."""
    ahead = (
        due
        for clock in issue.clocks
        if clock.running
        for due in (*rungs(clock, issue, policy), *_lapse(clock, issue, policy))
        if due.key not in issue.supervision.raised
    )
    return tuple(sorted((*ahead, *_repeats(issue, policy), *_reminders(issue, policy))))


def rungs(clock: Clock, issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """The rungs of one clock, raised or not; empty while it is paused, or where the clock raises no alarms."""
    calendar = policy.calendar
    due = clock.due(calendar)
    if due is None or clock.obligation in LAPSING:
        return ()
    blue = issue.governance.limits.blue
    warned = calendar.before(due, blue) if clock.obligation in RESULT else clock.last_quarter(calendar)
    moments = {Rung.R0: max(warned, clock.resumed_at)}
    if not deems_accepted(clock, issue):  # it is accepted at the due moment, so nobody is late
        moments |= _after_due(clock, due, issue, calendar)
    return tuple(Due(at, clock.key, clock.grant, rung) for rung, at in moments.items())


def _after_due(clock: Clock, due: datetime, issue: Issue, calendar: WorkCalendar) -> dict[Rung, datetime]:
    """The rungs at the due moment and after it, in order."""
    limits = issue.governance.limits
    if clock.obligation is Obligation.LEVEL_UP:
        later = {Rung.R6: calendar.after(due, limits.letter_after)} if limits.letter_after else {}
        return {Rung.R5: due, **later}
    moments = {Rung.R1: due, Rung.R2: calendar.after(due, limits.sup_after)}
    if limits.crit_after is not None and not _judged_by_signer(clock, issue):
        late_reply = clock.obligation is Obligation.REPLY
        moments[Rung.R3] = due if late_reply else calendar.after(due, limits.crit_after)
        if limits.level_up is not None and clock.key == _result_clock(issue):
            moments[Rung.R4] = calendar.after(moments[Rung.R3], limits.level_up_after)
    return _after_own_time(moments, clock, issue, calendar)


def _after_own_time(
    moments: dict[Rung, datetime], clock: Clock, issue: Issue, calendar: WorkCalendar
) -> dict[Rung, datetime]:
    """The rungs of the issue's clock. After a unit's own time ends they concern the unit, each no sooner than the same
    rung of its own clock, so that its head is notified of the lower rungs first."""
    own = issue.clock(Obligation.SOLVE) if clock.obligation is Obligation.ISSUE else None
    due = own.due(calendar) if own else None
    if own is None or due is None:
        return moments
    its = _after_due(own, due, issue, calendar)
    return {rung: at if at < due else max(at, its.get(rung, at)) for rung, at in moments.items()}


def _judged_by_signer(clock: Clock, issue: Issue) -> bool:
    """Whether no criticism follows, since its signer is the responsible party."""
    request = issue.request(clock.request)
    by_leader = request is not None and request.approver.desk is Desk.LEADER
    return by_leader or clock.obligation in NOT_CRITICISED


def _result_clock(issue: Issue) -> str:
    """The key of the clock of the holder's result; empty: no unit holds the issue."""
    own = issue.clock(Obligation.SOLVE) or issue.clock(Obligation.ISSUE)
    return own.key if own and issue.dispatched else ""


def _lapse(clock: Clock, issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """When the issue moves on because the clock ran out, where it does."""
    if _awaits_objection_ruling(clock, issue):
        return ()
    due = clock.due(policy.calendar)
    lapses = clock.obligation in LAPSING or deems_accepted(clock, issue)
    return (Due(due, clock.key),) if lapses and due is not None else ()


def _awaits_objection_ruling(clock: Clock, issue: Issue) -> bool:
    """Archiving waits until an open objection is ruled on."""
    return clock.obligation is Obligation.ARCHIVE and any(order.objection_open for order in issue.supervision.orders)


def _repeats(issue: Issue, policy: Policy) -> Iterator[Due]:
    """The next repetition of each unacknowledged R1 or R2 notice whose obligation is still unmet."""
    every = issue.governance.limits.repeat_every
    running = {clock.key: clock for clock in issue.clocks if clock.running}
    for notice in issue.supervision.unheeded if every is not None else ():
        clock = running.get(notice.clock)
        _, grant, rung = notice.alarm.split("/")
        if clock is None or notice.repeats >= policy.repeats_max or not _is_reached(clock, rung, issue):
            continue
        assert every is not None
        opens = policy.calendar.opening(max(notice.since, clock.resumed_at), every)
        yield Due(opens, clock.key, int(grant), rung, notice.repeats + 1)


def _is_reached(clock: Clock, rung: str, issue: Issue) -> bool:
    """Whether the rung was raised under the present deadline; after a new grant not, until it is anew. An R2 for a
    bad rating does not depend on the deadline."""
    return ":" in rung or alarm_key(clock.key, clock.grant, rung) in issue.supervision.raised


def _reminders(issue: Issue, policy: Policy) -> tuple[Due, ...]:
    """The next reminder: one for all unmet obligations of the issue together."""
    return tuple(sorted(unmet(issue, policy))[:1])


def unmet(issue: Issue, policy: Policy) -> Iterator[Due]:
    """The next reminder of each clock unmet above R2, or at R2 where its ladder ends there (docs/rules.md 5.6)."""
    every = issue.governance.limits.remind_every
    for clock in issue.clocks:
        if not clock.running or clock.pressed_at is None:
            continue
        rung = _reminded_rung(clock, issue, policy)
        if rung is not None and _is_reached(clock, rung, issue):
            opens = policy.calendar.opening(max(clock.pressed_at, clock.resumed_at), every)
            yield Due(opens, clock.key, clock.grant, rung, reminder=clock.reminders + 1)


def _reminded_rung(clock: Clock, issue: Issue, policy: Policy) -> str | None:
    """The first rung above R2, or R2 where no paper follows."""
    late = [due.rung for due in rungs(clock, issue, policy) if due.rung not in (Rung.R0, Rung.R1)]
    return next((rung for rung in late if rung != Rung.R2), next(iter(late), None))


def light(issue: Issue, policy: Policy, now: datetime) -> Light:
    """The worst of all running clocks at this moment."""
    since = light_moments(issue, policy)
    for colour in (Light.RED, Light.YELLOW, Light.BLUE):
        moment = since[colour]
        if moment is not None and moment <= now:
            return colour
    return Light.GREEN


def light_moments(issue: Issue, policy: Policy) -> dict[Light, datetime | None]:
    """From when each colour shows if nobody acts; None: never. Stored, it gives the light at any later moment.

    A closed issue shows no light, even while a signature or a ruling on its papers is still due.
    """
    first: dict[Light, datetime | None] = dict.fromkeys((Light.BLUE, Light.YELLOW, Light.RED))
    for clock in () if issue.closed else issue.clocks:
        if not clock.running or clock.obligation in LAPSING:
            continue
        late = Light.YELLOW if clock.obligation in REPORTS else Light.RED
        for due in rungs(clock, issue, policy)[:2]:
            colour = Light.BLUE if due.rung == Rung.R0 else late
            known = first[colour]
            first[colour] = due.at if known is None else min(known, due.at)
    return first
