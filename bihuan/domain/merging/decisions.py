"""Merging (并单): an issue asks another of its enterprise to take it in, and is closed once that one has said yes.

Issues never close into each other, however their words cross: one that asks takes none in, and one that takes another
in does not ask before it has heard how that ended. So each of a chain was closed before the next one asked. Of issues
that ask one another in a ring, each waits for the one it asked, unless its own number is the smaller: then its word
goes on to where that one asked, comes back to itself around the ring, and it stays, so that the others can end in it.
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
    yield ev.MergeAsked(into=act.into, enterprise=issue.matter.enterprise)


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
    if issue.links.merging != into:
        raise NotMerging(into=into)


def consequences(issue: Issue) -> Iterator[ev.Event]:
    """What is no longer its triager's, for a unit, a batch or its end, asks no longer."""
    if issue.links.merging and issue.status not in MAY_MERGE:
        yield ev.MergeLapsed(into=issue.links.merging)


def _absorb(act: do.Absorb, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    if act.child == issue.issue_no:
        raise MergeInRing(into=act.asked)
    if not _same(act.enterprise, issue.matter.enterprise):
        raise MergeOtherEnterprise(field="into")
    if issue.links.merging and act.child < issue.issue_no:
        raise MergesElsewhere(issue=issue.issue_no, into=issue.links.merging)
    if issue.links.merging:
        raise MergeUndecided(issue=issue.issue_no, into=issue.links.merging)
    yield ev.MergeTaken(child=act.child, asked=act.asked)


def _same(one: do.Enterprise, other: do.Enterprise) -> bool:
    return one.uscc == other.uscc if one.uscc and other.uscc else one.name == other.name


def _settle_merge(
    act: do.SettleMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    """Heard once; what is not waited for says nothing."""
    if Absorbed(act.child, act.seq) in issue.links.absorbing:
        yield ev.MergeSettled(child=act.child, seq=act.seq, merged=act.merged)


DECISIONS: Mapping[type[Any], Decider] = {
    do.Merge: _merge,
    do.Absorb: _absorb,
    do.ConfirmMerge: _confirm_merge,
    do.RefuseMerge: _refuse_merge,
    do.SettleMerge: _settle_merge,
}
