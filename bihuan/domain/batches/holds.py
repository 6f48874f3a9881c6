"""Mass suspension: all clocks of an issue are paused, whatever its status, until the last hold has ended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.batches.values import Hold
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.issue import Issue

HELD = "HELD"
"""Prefix of the basis of its pauses; the basis of the batch follows."""
CHECKED_LATE = "CHECKED_LATE"
"""Basis of the pause credited for a check beyond its own limit."""
NOT_HELD = frozenset({Obligation.REVIEW, Obligation.HOLD, Obligation.ARCHIVE})
"""Clocks that a mass suspension does not pause: set dates, and archiving."""


def held_pause(clock: Clock) -> bool:
    """Whether the clock is paused by a mass suspension, and not by a pause of its own."""
    return clock.paused and clock.pauses[-1].basis.startswith(f"{HELD}:")


def effective_at(event: ev.Event, at: datetime) -> datetime:
    """When the event took effect, which may be before it was recorded."""
    return event.moment if isinstance(event, ev.Resumed | ev.InfoLapsed | ev.ClocksReleased) else at


def while_held(issue: Issue, since: datetime) -> Issue:
    """Pause running clocks from ``since`` on; met clocks are not paused, and closing the issue ends its holds."""
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
    """The clock after what had met it was sent back: it runs on as if never stopped, with the pauses it would have had.

    The time a check took beyond its own limit does not count either.
    """
    if clock.stopped_at is None:
        return clock
    waits = tuple(_pauses_after(issue, clock.stopped_at)) if clock.obligation not in NOT_HELD else ()
    return replace(clock, stopped_at=None, pauses=(*clock.pauses, *waits))


def _pauses_after(issue: Issue, moment: datetime) -> Iterator[Pause]:
    """The periods after a moment in which a hold was in force or a check was late, without overlaps."""
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
    """The event by which a mass suspension ends on its date."""
    hold = next(hold for hold in issue.holds if hold.clock == clock.key)
    return ev.ClocksReleased(hold=hold.batch, moment=moment, lapsed=True)
