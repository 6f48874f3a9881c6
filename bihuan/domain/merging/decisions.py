"""Merging (并单): an issue asks another of its enterprise to take it in, and is closed once that one has said yes.

Issues never close into each other, in whatever order their messages arrive: an issue that asks takes none in, and one
that takes another in does not ask before that merge is settled. So in a chain each issue was closed before the next one
asked. In a ring of issues each waits for the one it asked, unless its own number is smaller: then its request is
redirected around the ring and returns to it. That issue stays open, and the others can be merged into it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.merging.values import Absorbed
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    MergeInRing,
    MergeIntoItself,
    MergeOtherEnterprise,
    MergesElsewhere,
    MergeUndecided,
    NotMerging,
)
from bihuan.domain.stage import MAY_MERGE


def _merge(act: do.Merge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    if act.into == issue.issue_no:
        raise MergeIntoItself(field="into")
    yield ev.MergeAsked(into=act.into, enterprise=issue.enterprise)


def _confirm_merge(
    act: do.ConfirmMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    _still_asks(issue, act.asked)
    yield ev.Merged(into=act.into, asked=act.asked, seq=act.seq)


def _refuse_merge(
    act: do.RefuseMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    _still_asks(issue, act.into)
    yield ev.MergeRefused(into=act.into, why=act.why)


def _still_asks(issue: Issue, into: str) -> None:
    if issue.merging != into:
        raise NotMerging(into=into)


def consequences(issue: Issue) -> Iterator[ev.Event]:
    """The merge request lapses once the issue has left triage."""
    if issue.merging and issue.status not in MAY_MERGE:
        yield ev.MergeLapsed(into=issue.merging)


def _absorb(act: do.Absorb, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    if act.child == issue.issue_no:
        raise MergeInRing(into=act.asked)
    if not _same(act.enterprise, issue.enterprise):
        raise MergeOtherEnterprise(field="into")
    if issue.merging and act.child < issue.issue_no:
        raise MergesElsewhere(issue=issue.issue_no, into=issue.merging)
    if issue.merging:
        raise MergeUndecided(issue=issue.issue_no, into=issue.merging)
    yield ev.MergeTaken(child=act.child, asked=act.asked)


def _same(one: do.Enterprise, other: do.Enterprise) -> bool:
    return one.uscc == other.uscc if one.uscc and other.uscc else one.name == other.name


def _settle_merge(
    act: do.SettleMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    """Recorded once; messages about merges not awaited are ignored."""
    if Absorbed(act.child, act.seq) in issue.absorbing:
        yield ev.MergeSettled(child=act.child, seq=act.seq, merged=act.merged)


DECISIONS: Mapping[type[Any], Decider] = {
    do.Merge: _merge,
    do.Absorb: _absorb,
    do.ConfirmMerge: _confirm_merge,
    do.RefuseMerge: _refuse_merge,
    do.SettleMerge: _settle_merge,
}
