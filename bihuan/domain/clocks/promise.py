"""How long an issue may take in all, and what of that a later unit, an extension or a suspension may use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bihuan.domain.clocks.calendar_adoption import as_running
from bihuan.domain.clocks.changes import ClockMoved, LateRulingCredit
from bihuan.domain.clocks.classification import governing
from bihuan.domain.clocks.clock import SUSPENDED, WITHDRAWN, Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.commands import SuspensionBasis
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import rungs
from bihuan.domain.parties import Desk
from bihuan.domain.policy import Policy
from bihuan.domain.requests.values import Request, RequestKind, RequestState

RESULT = (Obligation.ISSUE, Obligation.SOLVE)
BY_COURT = f"{SUSPENDED}:{SuspensionBasis.COURT}"


def legal_end(issue: Issue, policy: Policy) -> datetime | None:
    """When the longest time allowed by the governing law ends, counted from receipt; None: no law governs."""
    longest = governing(issue, policy).solve_max
    return policy.calendar.after(issue.received_at, longest) if longest else None


def exceeds_legal_end(issue: Issue, until: datetime, now: datetime, policy: Policy) -> bool:
    """Whether a suspension from now to ``until`` would put the result beyond ``legal_end``."""
    end = legal_end(issue, policy)
    waiting = (c.pause(now, "").resume(until) for c in issue.clocks if c.obligation in RESULT and c.met_at is None)
    dues = (clock.due(policy.calendar) for clock in waiting)
    return end is not None and any(due is not None and due > end for due in dues)


def limit_of_unit(issue: Issue, unit: str, now: datetime, policy: Policy) -> tuple[Limit, datetime | None]:
    """The limit of a unit that receives the issue now, and the latest moment it may end; None: no such bound.

    A class changed after dispatch gives no more than was promised at dispatch, unless a law does. A unit that held the
    issue earlier in this round gets the time it had left, at least the sign limit (docs/rules.md 3.5).
    """
    full, end = _of_a_later_unit(issue, now, policy)
    left = _left(unit, issue, policy, now) if unit in issue.earlier_holders else None
    if left is None:
        return full, end
    most, least = end or policy.calendar.after(now, full), policy.calendar.after(now, issue.limits.sign)
    return full, min(most, max(left, least))


def _of_a_later_unit(issue: Issue, now: datetime, policy: Policy) -> tuple[Limit, datetime | None]:
    calendar, limits = policy.calendar, issue.limits
    full = limits.solve if issue.round == 1 else limits.rework
    end = _given_end(issue, policy)
    if end is None:
        return min(full, issue.deadline.limit, key=lambda limit: calendar.after(now, limit)), None
    if calendar.after(now, full) <= end:
        return full, None
    return full, max(end, calendar.after(now, limits.sign))


def _given_end(issue: Issue, policy: Policy) -> datetime | None:
    """``legal_end``, or the later end that a leader's ruling gave for a court case."""
    end = legal_end(issue, policy)
    if end is None or not any(_goes_beyond(one) for one in issue.requests):
        return end
    waited = (c for c in issue.clocks if c.obligation in RESULT and any(p.basis == BY_COURT for p in c.pauses))
    return max(end, *(due for clock in waited if (due := clock.due(policy.calendar))))


def _goes_beyond(one: Request) -> bool:
    by_leader = one.approver.desk is Desk.LEADER and one.state is RequestState.APPROVED
    return by_leader and one.kind is RequestKind.SUSPENSION and one.ground == SuspensionBasis.COURT


def _left(unit: str, issue: Issue, policy: Policy, now: datetime) -> datetime | None:
    """When the time of a former holder of this round would end if none had passed since it lost the issue."""
    since = issue.round_since or issue.received_at
    mine = [c for c in issue.clocks if c.unit == unit and c.started_at >= since]
    own = next((c for c in reversed(mine) if c.obligation is Obligation.SOLVE), None)
    clock, lost = own or issue.latest(Obligation.ISSUE), own.met_at if own else _lost(unit, issue, since)
    if clock is None or lost is None:
        return None
    going = replace(clock.resume(now), stopped_at=None, ended_at=None, judged=None)
    return going.excluding(lost, now, "").due(policy.calendar)


def _lost(unit: str, issue: Issue, since: datetime) -> datetime | None:
    """When a unit without a clock of its own lost the issue: to another unit, or by a withdrawal."""
    given = [c for c in issue.clocks if c.obligation is Obligation.SIGN and c.started_at >= since]
    last = next((n for n in reversed(range(len(given))) if given[n].unit == unit), None)
    if last is None:
        return None
    withdrawn = (p.since for p in issue.deadline.pauses if p.basis == WITHDRAWN)
    after = [c.started_at for c in given[last + 1 :]] + [w for w in withdrawn if w >= given[last].started_at]
    return min(after, default=None)


def late_ruling_credit(issue: Issue, now: datetime, policy: Policy) -> LateRulingCredit | None:
    """The credit for a ruling on a return that came after its own limit; None: it came in time.

    A rung reached meanwhile notified the ruling desk instead of the unit, so it is raised again for the unit.
    """
    ruling = issue.clock(Obligation.RULING)
    since = ruling.overdue_since(policy.calendar, now) if ruling else None
    if since is None:
        return None
    clock = issue.clock(Obligation.SOLVE) or issue.clock(Obligation.ISSUE)
    assert clock is not None, "a holder has a running clock"
    heard = [one for one in rungs(as_running(clock, now), issue, policy) if one.key in issue.raised and one.at < since]
    gone = clock.excluding(since, now, "")
    return LateRulingCredit(
        since=since,
        moved=ClockMoved(clock=clock.key, was=clock.due(policy.calendar), due=gone.due(policy.calendar)),
        kept=tuple(replace(one, grant=clock.grant + 1).key for one in heard),
    )


def total_suspension(issue: Issue, until: datetime, now: datetime) -> timedelta:
    """The total length of all suspensions of the issue, single and mass ones, with one more from now to ``until``.

    Overlaps count once; a suspension that lasts counts to its date.
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
