"""Another calendar for an issue under way: which deadlines move and why, which alarms may be raised again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.clocks.changes import ClockJudged, ClockMoved, NamedDay
from bihuan.domain.clocks.clock import Clock
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import rungs
from bihuan.domain.policy import Policy, is_stamped, stamped

_WITH_CALENDAR: dict[tuple[str, CalendarVersion], Policy] = {}
WITH_CALENDAR_MAX = 64


def first_year(moment: datetime) -> int:
    """Of the calendar that travels with what begins at this moment: the year before, so that a clock may look back."""
    return moment.year - 1


def with_calendar(policy: Policy, calendar: CalendarVersion) -> Policy:
    """The policy with other days. Office hours, limits and all else stay as they were promised.

    A stamped version says all that is in a policy, so that thousands of issues share one answer.
    """
    if not is_stamped(policy):
        return _with_calendar(policy, calendar)
    key = (policy.version, calendar)
    known = _WITH_CALENDAR.get(key)
    if known is None:
        if len(_WITH_CALENDAR) >= WITH_CALENDAR_MAX:
            _WITH_CALENDAR.clear()
        known = _WITH_CALENDAR[key] = _with_calendar(policy, calendar)
    return known


def _with_calendar(policy: Policy, calendar: CalendarVersion) -> Policy:
    days = replace(
        policy.calendar,
        version=calendar.version,
        days=calendar.days,
        published_years=frozenset(calendar.published_years),
    )
    return stamped(replace(policy, calendar=days))


def changes_nothing(policy: Policy, calendar: CalendarVersion) -> bool:
    """Whether the policy goes by this calendar already, or by none at all because every day counts."""
    known = policy.calendar
    same = (known.version, known.days, known.published_years) == (
        calendar.version,
        calendar.days,
        frozenset(calendar.published_years),
    )
    return same or not known.rest_weekdays


def adoption(issue: Issue, calendar: CalendarVersion, now: datetime, before: Policy, after: Policy) -> ev.Event:
    """What follows for an issue when the second policy takes the place of the first."""
    changed = tuple(moved_clocks(issue, issue, now, before, after, sparing=False))
    return ev.CalendarAdopted(
        version=calendar.version,
        source=calendar.source,
        policy_version=after.version,
        moved=changed,
        judged=tuple(judged_clocks(issue, issue, before, after)),
        kept=tuple(alarms_kept(issue, {one.clock for one in changed}, now, after)),
    )


def moved_clocks(
    issue: Issue, then: Issue, now: datetime, before: Policy, after: Policy, *, sparing: bool
) -> Iterator[ClockMoved]:
    """Clocks that are not over and of which any moment is another; what is paused or met for now may run on.

    ``then``: the issue under the second policy, with the same clocks. ``sparing``: a deadline is shortened to no less
    than the sign limit from now; the state's calendar knows no such thing.
    """
    for clock, anew in zip(issue.clocks, then.clocks, strict=True):
        if not clock.open:
            continue
        going, gone = as_running(clock, now), as_running(anew, now)
        least = _earliest_due(going, gone, then, now, before, after) if sparing else None
        gone = gone.spare(least, now) if least else gone
        old, new = _moments(going, issue, before), _moments(gone, then, after)
        if old == new and least is None:
            continue
        changed = before.calendar.changed(after.calendar, clock.started_at, max(*old, *new))
        yield ClockMoved(
            clock=clock.key,
            was=None if clock.paused else going.due(before.calendar),
            due=None if clock.paused else gone.due(after.calendar),
            days=tuple(NamedDay(day, name) for day, name in changed),
            spared=least,
        )


def _earliest_due(
    going: Clock, gone: Clock, then: Issue, now: datetime, before: Policy, after: Policy
) -> datetime | None:
    """When a shortened clock that is not met is due at the earliest; None: its new due moment leaves enough."""
    was, due = going.due(before.calendar), gone.due(after.calendar)
    assert was is not None, "it goes on"
    assert due is not None, "it goes on"
    enough = after.calendar.after(now, then.limits.sign)
    return min(enough, was) if due < min(enough, was) and going.met_at is None else None


def as_running(clock: Clock, now: datetime) -> Clock:
    """The clock as if it ran on from this moment."""
    return replace(clock.resume(now), judged=None)


def _moments(clock: Clock, issue: Issue, policy: Policy) -> tuple[datetime, ...]:
    due = clock.due(policy.calendar)
    assert due is not None, "it goes on"
    return (due, *(one.at for one in rungs(clock, issue, policy)))


def judged_clocks(issue: Issue, then: Issue, before: Policy, after: Policy) -> Iterator[ClockJudged]:
    """What was done in time stays done in time, and what was late stays late."""
    for clock, anew in zip(issue.clocks, then.clocks, strict=True):
        due = clock.due(before.calendar)
        if clock.met_at is not None and due is not None and due != anew.due(after.calendar):
            yield ClockJudged(clock=clock.key, met_at=clock.met_at, due=due)


def alarms_kept(then: Issue, changed: set[str], now: datetime, after: Policy) -> Iterator[str]:
    """Alarms that were raised and whose moment is not ahead now either: under the new grant they count as raised."""
    for clock in then.clocks:
        if clock.key not in changed:
            continue
        anew = replace(as_running(clock, now), grant=clock.grant + 1)
        for one in rungs(anew, then, after):
            if replace(one, grant=clock.grant).key in then.raised and one.at <= now:
                yield one.key
