"""Another calendar for an open issue: which deadlines move and why, and which alarms may be raised again."""

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
    """The first year of the calendar sent with an issue that begins now: last year, so that clocks can look back."""
    return moment.year - 1


def with_calendar(policy: Policy, calendar: CalendarVersion) -> Policy:
    """The policy with the days of this calendar; office hours, limits and all else stay.

    Cached for stamped policies, whose version identifies their content, so that thousands of issues share one value.
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
    """Whether the policy already has these days, or needs no calendar because every day counts."""
    known = policy.calendar
    same = (known.version, known.days, known.published_years) == (
        calendar.version,
        calendar.days,
        frozenset(calendar.published_years),
    )
    return same or not known.rest_weekdays


def adoption(issue: Issue, calendar: CalendarVersion, now: datetime, before: Policy, after: Policy) -> ev.Event:
    """The event by which an issue goes from policy ``before`` to ``after``, which differ in their days only."""
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
    """The open clocks whose due moment or rungs change; paused and met ones count too, since they may run on.

    ``then``: the issue under policy ``after``, with the same clocks. ``sparing``: a shortened deadline leaves at least
    the sign limit from now; a change of the public calendar has no such minimum.
    """
    for clock, anew in zip(issue.clocks, then.clocks, strict=True):
        if not clock.open:
            continue
        going, gone = as_running(clock, now), as_running(anew, now)
        least = _earliest_due(going, gone, then, now, before, after) if sparing else None
        gone = gone.shortened_to(least, now) if least else gone
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
    """The earliest due moment of a shortened, unmet clock; None where its new due moment leaves enough time."""
    was, due = going.due(before.calendar), gone.due(after.calendar)
    assert was is not None, "it is running"
    assert due is not None, "it is running"
    enough = after.calendar.after(now, then.limits.sign)
    return min(enough, was) if due < min(enough, was) and going.met_at is None else None


def as_running(clock: Clock, now: datetime) -> Clock:
    """The clock as if it were running from ``now`` on: resumed, and judged by its own deadline."""
    return replace(clock.resume(now), judged=None)


def _moments(clock: Clock, issue: Issue, policy: Policy) -> tuple[datetime, ...]:
    due = clock.due(policy.calendar)
    assert due is not None, "it is running"
    return (due, *(one.at for one in rungs(clock, issue, policy)))


def judged_clocks(issue: Issue, then: Issue, before: Policy, after: Policy) -> Iterator[ClockJudged]:
    """The met clocks whose due moment changes: they stay judged by the earlier one."""
    for clock, anew in zip(issue.clocks, then.clocks, strict=True):
        due = clock.due(before.calendar)
        if clock.met_at is not None and due is not None and due != anew.due(after.calendar):
            yield ClockJudged(clock=clock.key, met_at=clock.met_at, due=due)


def alarms_kept(then: Issue, changed: set[str], now: datetime, after: Policy) -> Iterator[str]:
    """Keys of the alarms that count as raised under the new grant: raised before, and still not ahead of ``now``."""
    for clock in then.clocks:
        if clock.key not in changed:
            continue
        anew = replace(as_running(clock, now), grant=clock.grant + 1)
        for one in rungs(anew, then, after):
            if replace(one, grant=clock.grant).key in then.raised and one.at <= now:
                yield one.key
