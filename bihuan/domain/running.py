"""Starting, ending, changing clocks, and changing orders: the small moves that folding an event is made of."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from bihuan.domain.clock import Clock, Judged, Obligation
from bihuan.domain.issue import Issue, Order
from bihuan.domain.moves import ClockJudged, ClockMoved
from bihuan.domain.workdays import Limit

OF_AN_ORDER = (Obligation.REPLY, Obligation.LIFT)


def start(issue: Issue, what: Obligation, limit: Limit, at: datetime, *, unit: str = "", order: str = "") -> Issue:
    occurrence = 1 + sum(c.obligation is what for c in issue.clocks)
    return replace(issue, clocks=(*issue.clocks, Clock(what, occurrence, limit, at, unit=unit, order=order)))


def end(issue: Issue, at: datetime, *which: Obligation) -> Issue:
    return each(issue, which, lambda c: replace(c.resume(at), ended_at=at))


def each(issue: Issue, which: tuple[Obligation, ...], change: Callable[[Clock], Clock]) -> Issue:
    """Change the clocks of these obligations that are not over."""
    return replace(issue, clocks=tuple(change(c) if c.open and c.obligation in which else c for c in issue.clocks))


def of(issue: Issue, paper: str, which: tuple[Obligation, ...], change: Callable[[Clock], Clock]) -> Issue:
    """Change the clocks of these obligations that belong to one order, draft or consultation and are not over."""
    return replace(
        issue,
        clocks=tuple(change(c) if c.open and c.order == paper and c.obligation in which else c for c in issue.clocks),
    )


def order_clocks(issue: Issue, order: str, change: Callable[[Clock], Clock]) -> Issue:
    return of(issue, order, OF_AN_ORDER, change)


def change_order(issue: Issue, no: str, change: Callable[[Order], Order]) -> Issue:
    return replace(issue, orders=tuple(change(o) if o.no == no else o for o in issue.orders))


def redated(issue: Issue, moved: Iterable[ClockMoved], judged: Iterable[ClockJudged], kept: Iterable[str]) -> Issue:
    """A deadline that moved is a grant: rungs whose moment is ahead may be raised again."""
    granted, by = {one.clock for one in moved}, {one.clock: Judged(one.met_at, one.due) for one in judged}
    clocks = (replace(c, grant=c.grant + 1) if c.key in granted else c for c in issue.clocks)
    clocks = (replace(c, judged=by[c.key]) if c.key in by else c for c in clocks)
    return replace(issue, clocks=tuple(clocks), raised=issue.raised | set(kept))
