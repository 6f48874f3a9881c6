"""Operations on an issue's clocks and orders, from which the folds of events are built."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bihuan.domain.clocks.changes import ClockJudged, ClockMoved, LateRulingCredit, LimitChange
from bihuan.domain.clocks.clock import RULED_LATE, Clock, Judged, Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.events import Classified
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.orders import Order

ORDER_CLOCKS = (Obligation.REPLY, Obligation.LIFT)


def start_clock(
    issue: Issue, what: Obligation, limit: Limit, at: datetime, *, unit: str = "", order: str = ""
) -> Issue:
    occurrence = 1 + sum(c.obligation is what for c in issue.clocks)
    return replace(issue, clocks=(*issue.clocks, Clock(what, occurrence, limit, at, unit=unit, order=order)))


def end_clocks(issue: Issue, at: datetime, *which: Obligation) -> Issue:
    return change_clocks(issue, which, lambda c: replace(c.resume(at), ended_at=at))


def change_clocks(issue: Issue, which: tuple[Obligation, ...], change: Callable[[Clock], Clock]) -> Issue:
    """Change the clocks of these obligations that are not over."""
    return replace(issue, clocks=tuple(change(c) if c.open and c.obligation in which else c for c in issue.clocks))


def change_paper_clocks(
    issue: Issue, paper: str, which: tuple[Obligation, ...], change: Callable[[Clock], Clock]
) -> Issue:
    """Change the clocks of these obligations that belong to one order, draft or consultation and are not over."""
    return replace(
        issue,
        clocks=tuple(change(c) if c.open and c.order == paper and c.obligation in which else c for c in issue.clocks),
    )


def change_order_clocks(issue: Issue, order: str, change: Callable[[Clock], Clock]) -> Issue:
    return change_paper_clocks(issue, order, ORDER_CLOCKS, change)


def change_order(issue: Issue, no: str, change: Callable[[Order], Order]) -> Issue:
    return replace(issue, orders=tuple(change(o) if o.no == no else o for o in issue.orders))


def continue_clocks(issue: Issue, which: Collection[str], at: datetime, basis: str) -> Issue:
    """These clocks run again with the time left when they ended; the time since then does not count."""
    return replace(issue, clocks=tuple(c.continued(at, basis) if c.key in which else c for c in issue.clocks))


def move_deadlines(
    issue: Issue, moved: Sequence[ClockMoved], judged: Iterable[ClockJudged], kept: Iterable[str], at: datetime
) -> Issue:
    """Apply moved deadlines, each a new grant, and the due moments that met clocks stay judged by."""
    by = {one.clock: Judged(one.met_at, one.due) for one in judged}
    issue = grant(limit_shortening(issue, moved, at), {one.clock for one in moved}, kept)
    return replace(issue, clocks=tuple(replace(c, judged=by[c.key]) if c.key in by else c for c in issue.clocks))


def grant(issue: Issue, clocks: Collection[str], kept: Iterable[str]) -> Issue:
    """Give these clocks a new grant: their rungs may be raised again, except the keys in ``kept``."""
    anew = tuple(replace(c, grant=c.grant + 1) if c.key in clocks else c for c in issue.clocks)
    return replace(issue, clocks=anew, raised=issue.raised | set(kept))


def credit_late_ruling(issue: Issue, wait: LateRulingCredit | None, at: datetime) -> Issue:
    """Give the time of a late ruling back to the clock that waited for it."""
    if wait is None:
        return issue
    key = wait.moved.clock
    clocks = tuple(c.excluding(wait.since, at, RULED_LATE) if c.key == key else c for c in issue.clocks)
    return grant(replace(issue, clocks=clocks), {key}, wait.kept)


def limit_shortening(issue: Issue, moved: Iterable[ClockMoved], at: datetime) -> Issue:
    """Apply the earliest due moments that shortened deadlines are left."""
    by = {one.clock: one.spared for one in moved if one.spared is not None}
    return replace(issue, clocks=tuple(c.shortened_to(by[c.key], at) if c.key in by else c for c in issue.clocks))


def reclassify(issue: Issue, event: Classified) -> Issue:
    """The issue in its new class, with the limits and budgets of that class."""
    return replace(
        issue,
        category=event.category,
        service_group=event.service_group,
        urgency=event.urgency,
        complex=event.complex,
        limits=event.limits,
        governed_by=event.governed_by,
        clocks=change_limits(issue.clocks, event.relimited),
    )


def change_limits(clocks: Iterable[Clock], changes: Iterable[LimitChange]) -> tuple[Clock, ...]:
    """The clocks with the budgets of another class or policy, counted from the same starts."""
    anew = {change.clock: change.limit for change in changes}
    return tuple(c.with_limit(anew[c.key]) if c.key in anew else c for c in clocks)
