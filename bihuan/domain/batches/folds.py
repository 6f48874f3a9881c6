"""What an issue is after a batch gave it another policy, suspended it with the rest, or ended that."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.batches.holds import held_pause
from bihuan.domain.batches.policy_adoption import with_credit
from bihuan.domain.batches.values import Hold
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.operations import change_limits, move_deadlines, start_clock
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue


def _policy_adopted(event: ev.PolicyAdopted, issue: Issue, at: datetime) -> Issue:
    return move_deadlines(under_policy(issue, event, at), event.moved, event.judged, event.kept, at)


def under_policy(issue: Issue, event: ev.PolicyAdopted, at: datetime) -> Issue:
    """The issue with the limits, desks and budgets of its new policy."""
    clocks = change_limits(issue.clocks, event.relimited)
    return replace(
        issue,
        policy_version=event.policy_version,
        limits=event.limits,
        governed_by=event.governed_by,
        service_group=event.service_group,
        triager=event.triager,
        group=event.group,
        adopted_by=event.batch,
        clocks=tuple(with_credit(clock, event.credited, event.batch, event.undoes, at) for clock in clocks),
    )


def _policy_kept(event: ev.PolicyKept, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, kept=(*issue.kept, event.version))


def _clocks_held(event: ev.ClocksHeld, issue: Issue, at: datetime) -> Issue:
    """Its end is a clock of its own; the rest is stopped by ``while_held``."""
    issue = start_clock(issue, Obligation.HOLD, event.longest, at)
    ends = replace(issue.clocks[-1], until=event.until, until_from=at)
    hold = Hold(event.batch, event.basis, at, event.until, ends.key)
    return replace(issue, clocks=(*issue.clocks[:-1], ends), holds=(*issue.holds, hold))


def _clocks_released(event: ev.ClocksReleased, issue: Issue, _at: datetime) -> Issue:
    """Where another mass suspension is still on, ``while_held`` stops everything again from the same moment."""
    over = next(hold for hold in issue.holds if hold.batch == event.hold and hold.open)
    holds = tuple(replace(hold, over_at=event.moment) if hold is over else hold for hold in issue.holds)
    clocks = (replace(c, ended_at=event.moment) if c.key == over.clock else c for c in issue.clocks)
    return replace(issue, holds=holds, clocks=tuple(c.resume(event.moment) if held_pause(c) else c for c in clocks))


FOLDS: Mapping[type[Any], Fold] = {
    ev.PolicyAdopted: _policy_adopted,
    ev.PolicyKept: _policy_kept,
    ev.ClocksHeld: _clocks_held,
    ev.ClocksReleased: _clocks_released,
}
