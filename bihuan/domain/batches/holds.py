"""A mass suspension: all that is owed on an issue waits, whatever its status, until the last of its holds is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.batches.values import Hold
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.issue import Issue

HELD = "HELD"
"""How the ground of its pauses begins; the basis of the batch follows."""
CHECKED_LATE = "CHECKED_LATE"
"""The ground of what a check takes beyond its own limit."""
NOT_HELD = frozenset({Obligation.REVIEW, Obligation.HOLD, Obligation.ARCHIVE})
"""Dates that were named, and what begins when all is over: these wait for nothing."""


def held_pause(clock: Clock) -> bool:
    """Whether it is a mass suspension that the clock waits for, and nothing of its own."""
    return clock.paused and clock.pauses[-1].basis.startswith(f"{HELD}:")


def effective_at(event: ev.Event, at: datetime) -> datetime:
    """When what an event says was so, however late it was noticed."""
    return event.moment if isinstance(event, ev.Resumed | ev.InfoLapsed | ev.ClocksReleased) else at


def while_held(issue: Issue, since: datetime) -> Issue:
    """What runs waits from ``since`` on; what is met needs no waiting, and what is closed none at all."""
    if issue.closed:
        return replace(issue, holds=tuple(replace(h, over_at=since) if h.open else h for h in issue.holds))
    hold = issue.hold
    if hold is None:
        return issue
    return replace(issue, clocks=tuple(_waiting(clock, hold, since) for clock in issue.clocks))


def _waiting(clock: Clock, hold: Hold, since: datetime) -> Clock:
    met = clock.met_at
    if met is not None:
        return clock.resume(met) if held_pause(clock) else clock
    if clock.obligation in NOT_HELD:
        return clock
    return clock if clock.paused else clock.pause(max(since, hold.since, clock.started_at), _ground(hold))


def run_on(clock: Clock, issue: Issue) -> Clock:
    """What had met it was sent back: it runs on as if it had never stopped, and waits where it would have waited.

    Nor does it count what the check took beyond its own limit.
    """
    if clock.stopped_at is None:
        return clock
    waits = tuple(_pauses_after(issue, clock.stopped_at)) if clock.obligation not in NOT_HELD else ()
    return replace(clock, stopped_at=None, pauses=(*clock.pauses, *waits))


def _pauses_after(issue: Issue, moment: datetime) -> Iterator[Pause]:
    """The stretches after a moment in which any hold was on or a check was late, each once however many there were."""
    held = (Pause(hold.since, _ground(hold), hold.over_at) for hold in issue.holds)
    for one in sorted((*held, *issue.late_checks), key=lambda pause: pause.since):
        since = max(one.since, moment)
        if one.until is not None and one.until <= since:
            continue
        yield Pause(since, one.basis, one.until)
        if one.until is None:
            return
        moment = one.until


def _ground(hold: Hold) -> str:
    return f"{HELD}:{hold.basis}"


def released_by_date(issue: Issue, clock: Clock, moment: datetime) -> ev.ClocksReleased:
    """Its date has come: it ends by itself, also where nobody is there."""
    hold = next(hold for hold in issue.holds if hold.clock == clock.key)
    return ev.ClocksReleased(hold=hold.batch, moment=moment, lapsed=True)
