"""Classifying again: other limits from the same start, so that time already spent counts (docs/rules.md 3.4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.clocks.calendar_adoption import alarms_kept, as_running, moved_clocks
from bihuan.domain.clocks.changes import LimitChange
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.deemed_acceptance import hand_over_limit
from bihuan.domain.clocks.governing import Governing, Resolution, resolve
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.operations import limit_shortening, reclassify
from bihuan.domain.issue import Issue
from bihuan.domain.policy import Policy, Urgency

KEPT_ZH = "交办时的到期时刻已经承诺，不因改类而延后。"
KEPT_EN = "The deadline promised at dispatch is not moved later by classifying anew."


def classification(
    issue: Issue, now: datetime, policy: Policy, *, category: str, service_group: str, urgency: Urgency, complex_: bool
) -> ev.Classified:
    """The event of a new class. Until dispatch a deadline may move either way, afterwards only to an earlier moment.

    A paused clock is compared as if it resumed now.
    """
    found = resolve(policy, category, urgency, complex_=complex_)
    anew = replace(issue, category=category, urgency=urgency, complex=complex_)
    changes = tuple(_changes(anew, found, policy))
    given = issue.dispatched or issue.earlier_holders  # also where a withdrawal took it from the unit
    promised = [clock for clock, limit in changes if given and not _earlier(clock, limit, now, policy)]
    event = ev.Classified(
        category=category,
        service_group=service_group,
        urgency=urgency,
        complex=complex_,
        limits=found.limits,
        relimited=tuple(LimitChange(clock=c.key, limit=limit) for c, limit in changes if c not in promised),
        governed_by=_with_promise(found.governed_by) if promised else found.governed_by,
    )
    return _with_moments(event, issue, now, policy)


def _with_moments(event: ev.Classified, issue: Issue, now: datetime, policy: Policy) -> ev.Classified:
    """The event with the deadlines it moves; one that moves later is a new grant."""
    then, budgets = reclassify(issue, event), {one.clock for one in event.relimited}
    changed = tuple(one for one in moved_clocks(issue, then, now, policy, policy, sparing=True) if one.clock in budgets)
    later = tuple(c.key for c in issue.clocks if c.key in budgets and _later(c, then, now, policy))
    passed = tuple(alarms_kept(limit_shortening(then, changed, now), set(later), now, policy))
    return replace(event, moved=changed, granted=later, kept=passed)


def _later(clock: Clock, then: Issue, now: datetime, policy: Policy) -> bool:
    anew = next(one for one in then.clocks if one.key == clock.key)
    was, due = as_running(clock, now).due(policy.calendar), as_running(anew, now).due(policy.calendar)
    assert was is not None, "it goes on"
    assert due is not None, "it goes on"
    return due > was


def governing(issue: Issue, policy: Policy) -> Governing:
    """What governs the issue; resolved here where an older history does not record it."""
    return issue.governed_by or resolve(policy, issue.category, issue.urgency, complex_=issue.complex).governed_by


def _changes(issue: Issue, found: Resolution, policy: Policy) -> Iterator[tuple[Clock, Limit]]:
    """The open clocks that have another budget in this class, with that budget."""
    limits = found.limits
    triage = hand_over_limit(issue, policy) if issue.silence_accepted_at else limits.triage
    of: dict[Obligation, Limit] = {
        Obligation.ISSUE: limits.solve,
        Obligation.COMPLETE: limits.complete,
        Obligation.TRIAGE: triage,
        Obligation.SIGN: limits.sign,
        Obligation.SOLVE: limits.solve if issue.round == 1 else limits.rework,
    }
    for clock in issue.clocks:
        limit = of.get(clock.obligation)
        if clock.open and limit is not None and limit != clock.limit:
            yield clock, limit


def _earlier(clock: Clock, limit: Limit, now: datetime, policy: Policy) -> bool:
    going = as_running(clock, now)
    was, would = going.due(policy.calendar), going.with_limit(limit).due(policy.calendar)
    return was is not None and would is not None and would < was


def _with_promise(governed_by: Governing) -> Governing:
    return replace(
        governed_by,
        reason_zh=governed_by.reason_zh + KEPT_ZH,
        reason_en=f"{governed_by.reason_en} {KEPT_EN}",
    )
