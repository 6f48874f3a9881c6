"""What was promised to the enterprise, and how much of it a later unit, an extension or a suspension may take."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bihuan.domain.clocks.classification import governing
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.issue import Issue
from bihuan.domain.policy import Policy
from bihuan.domain.requests.values import RequestKind, RequestState

RESULT = (Obligation.ISSUE, Obligation.SOLVE)


def legal_end(issue: Issue, policy: Policy) -> datetime | None:
    """When the whole time of the law that governs the issue is over, counted from receipt; None: no law does."""
    longest = governing(issue, policy).solve_max
    return policy.calendar.after(issue.received_at, longest) if longest else None


def exceeds(issue: Issue, until: datetime, now: datetime, policy: Policy) -> bool:
    """Whether a suspension from now on would bring the result beyond the whole time of a law."""
    end = legal_end(issue, policy)
    waiting = (c.pause(now, "").resume(until) for c in issue.clocks if c.obligation in RESULT and c.met_at is None)
    dues = (clock.due(policy.calendar) for clock in waiting)
    return end is not None and any(due is not None and due > end for due in dues)


def own_limit(issue: Issue, now: datetime, policy: Policy) -> tuple[Limit, datetime | None]:
    """The time of a unit that is given the issue now, in full, and when it ends at the latest where a law says so.

    A class found after dispatch gives it no more than was promised then, unless a law does.
    """
    calendar, limits = policy.calendar, issue.limits
    full = limits.solve if issue.round == 1 else limits.rework
    end = legal_end(issue, policy)
    if end is None:
        return min(full, issue.deadline.limit, key=lambda limit: calendar.after(now, limit)), None
    if calendar.after(now, full) <= end:
        return full, None
    return full, max(end, calendar.after(now, limits.sign))


def stopped(issue: Issue, until: datetime, now: datetime) -> timedelta:
    """How long all suspensions of the issue, asked or ordered in a batch, come to with one more from now on.

    Each stretch counts once; what still lasts counts to its date.
    """
    total, counted = timedelta(), issue.received_at
    for since, over in sorted((*_suspensions(issue), (now, until))):
        total += max(over - max(since, counted), timedelta())
        counted = max(counted, over)
    return total


def _suspensions(issue: Issue) -> Iterator[tuple[datetime, datetime]]:
    for hold in issue.holds:
        yield hold.since, hold.over_at or hold.until
    for one in issue.requests:
        over = one.over_at or one.until
        if one.kind is RequestKind.SUSPENSION and one.state is RequestState.APPROVED and one.ruled_at and over:
            yield one.ruled_at, over
