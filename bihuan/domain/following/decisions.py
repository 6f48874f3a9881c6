"""Batches (随批): issues of one matter, of any enterprise, that wait for the result of one of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.codes import known_unit
from bihuan.domain.following.admission import may_lead
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    FollowedByTooMany,
    FollowsItself,
    LeadsOthers,
    NotFollowing,
    OtherMatter,
    ParentNotOpen,
)
from bihuan.domain.stage import Status

NO_RESULT = "主件未形成办理结果即告了结 · the parent ended without a result"
OVER = "本件已了结 · this issue is over"
NOT_TAKEN = "主件结果已定或已了结 · the parent has its result, or is over"
FOLLOWERS_MAX = 300
"""All of them must be notified within the time of one publication."""


def _follow(act: do.Follow, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    if act.parent == issue.issue_no:
        raise FollowsItself(field="parent")
    if issue.waiting:
        raise LeadsOthers
    if not act.parent_open:
        raise ParentNotOpen(field="parent", parent=act.parent)
    if act.parent_category != issue.category:
        raise OtherMatter(field="parent", category=act.parent_category or "—")
    yield ev.Followed(parent=act.parent, parent_category=act.parent_category)


def _unfollow(act: do.Unfollow, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    _follows(issue, act.parent or issue.following)
    yield ev.Unfollowed(parent=issue.following, reason=act.reason)


def _followed_by(
    act: do.FollowedBy, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    """A message older than one already received from the same issue is ignored."""
    known = next((one for one in issue.followers if one.issue_no == act.child), None)
    if act.follows and act.child not in issue.waiting and len(issue.waiting) >= FOLLOWERS_MAX:
        raise FollowedByTooMany(count=str(FOLLOWERS_MAX))
    if known is None or known.seq < act.seq:
        yield ev.FollowerTold(child=act.child, seq=act.seq, follows=act.follows)


def _inherit(act: do.Inherit, issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    _follows(issue, act.parent)
    known_unit(act.unit, policy, field="unit")
    group = policy.group_for(act.unit, issue.county)
    yield ev.Inherited(parent=act.parent, outcome=act.outcome, text=act.text, unit=act.unit, group=group)


def _follows(issue: Issue, parent: str) -> None:
    if issue.following != parent:
        raise NotFollowing(field="parent", parent=parent)


def consequences(issue: Issue) -> Iterator[ev.Event]:
    """What follows for linked issues from the status: it no longer follows, or its followers get its result, or learn
    that there will be none.
    """
    if issue.closed and issue.following:
        yield ev.Unfollowed(parent=issue.following, reason=OVER)
    if not issue.waiting or may_lead(issue):
        return
    if issue.status is Status.TO_DELIVER:
        assert issue.outcome is not None, "only a result passes the check"
        yield ev.FollowersServed(children=issue.waiting, outcome=issue.outcome, text=issue.result, unit=issue.holder)
    else:
        yield ev.FollowersReleased(children=issue.waiting)


DECISIONS: Mapping[type[Any], Decider] = {
    do.Follow: _follow,
    do.Unfollow: _unfollow,
    do.FollowedBy: _followed_by,
    do.Inherit: _inherit,
}
