"""Merging (并单): an issue asks another of its enterprise to take it in, and is closed once that one has said yes.

Issues never close into each other, however their words cross: one that asks takes none in, and one that takes another
in does not ask before it has heard how that ended. So each of a chain was closed before the next one asked. Of issues
that ask one another in a ring, each waits for the one it asked, unless its own number is the smaller: then its word
goes on to where that one asked, comes back to itself around the ring, and it stays, so that the others can end in it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.issue import Absorbed, Issue, RequestKind
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    MergeAwaited,
    MergeInRing,
    MergeIntoItself,
    MergeOtherEnterprise,
    MergesElsewhere,
    MergeTargetEnding,
    MergeTargetNotOpen,
    MergeUndecided,
    NotMerging,
    TakesInAnother,
)
from bihuan.domain.stage import MAY_MERGE

ENDS = frozenset({RequestKind.REJECTION, RequestKind.TERMINATION})
"""Requests that, once approved, end the issue, and what was merged into it meanwhile with it."""

# Deciding, as the issue that asks


def ask_further(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.merging:
        raise MergeAwaited(into=issue.merging)
    if issue.absorbing:
        raise TakesInAnother(child=issue.absorbing[0].child)


def merge(act: do.Merge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    if act.into == issue.issue_no:
        raise MergeIntoItself(field="into")
    yield ev.MergeAsked(into=act.into, enterprise=issue.enterprise)


def confirmed(act: do.ConfirmMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    _still_asks(issue, act.asked)
    yield ev.Merged(into=act.into, asked=act.asked, seq=act.seq)


def refused(act: do.RefuseMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    _still_asks(issue, act.into)
    yield ev.MergeRefused(into=act.into, why=act.why)


def _still_asks(issue: Issue, into: str) -> None:
    if issue.merging != into:
        raise NotMerging(into=into)


def consequences(issue: Issue) -> Iterator[ev.Event]:
    """What is no longer its triager's, for a unit, a batch or its end, asks no longer."""
    if issue.merging and issue.status not in MAY_MERGE:
        yield ev.MergeLapsed(into=issue.merging)


# Deciding, as the issue that is asked


def absorb_further(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.closed and issue.merged_into:
        raise MergesElsewhere(issue=issue.issue_no, into=issue.merged_into)
    if issue.closed:
        raise MergeTargetNotOpen(field="into", into=issue.issue_no)
    if issue.withdrawal or any(one.kind in ENDS for one in issue.open_requests):
        raise MergeTargetEnding(field="into", into=issue.issue_no)


def absorb(act: do.Absorb, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
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


def settled(act: do.SettleMerge, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    """Heard once; what is not waited for says nothing."""
    if Absorbed(act.child, act.seq) in issue.absorbing:
        yield ev.MergeSettled(child=act.child, seq=act.seq, merged=act.merged)


# Evolving


def asked(event: ev.MergeAsked, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, merging=event.into)


def over(_event: ev.MergeRefused | ev.MergeLapsed, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, merging="")


def taken(event: ev.MergeTaken, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, absorbing=(*issue.absorbing, Absorbed(event.child, issue.revision)))


def heard(event: ev.MergeSettled, issue: Issue, _at: datetime) -> Issue:
    left = (one for one in issue.absorbing if one != Absorbed(event.child, event.seq))
    return replace(issue, absorbing=tuple(left))
