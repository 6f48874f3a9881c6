"""What an issue is after word of those that follow it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.operations import continue_clocks
from bihuan.domain.following.values import Follower
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import enter, pass_result
from bihuan.domain.stage import Status


def _followed(event: ev.Followed, issue: Issue, at: datetime) -> Issue:
    return enter(replace(issue, following=event.parent), Status.FOLLOWING, at)


def _unfollowed(_event: ev.Unfollowed, issue: Issue, at: datetime) -> Issue:
    """To be handed over, within what its triager had left for that."""
    issue = replace(issue, following="")
    if issue.closed:
        return issue
    triage = issue.latest(Obligation.TRIAGE)
    assert triage is not None, "what follows was triaged"
    return enter(
        continue_clocks(replace(issue, left_parent=True), {triage.key}, at, Status.FOLLOWING), Status.ACCEPTED, at
    )


def _inherited(event: ev.Inherited, issue: Issue, at: datetime) -> Issue:
    issue = replace(
        pass_result(issue, at),
        following="",
        inherited_from=event.parent,
        outcome=event.outcome,
        result=event.text,
        holder=event.unit,
        group=event.group,
        given_at=at,
    )
    return enter(issue, Status.TO_DELIVER, at)


def _follower_told(event: ev.FollowerTold, issue: Issue, _at: datetime) -> Issue:
    others = (one for one in issue.followers if one.issue_no != event.child)
    return replace(issue, followers=(*others, Follower(event.child, event.seq, event.follows)))


def _followers_served(event: ev.FollowersServed | ev.FollowersReleased, issue: Issue, _at: datetime) -> Issue:
    over = (replace(one, follows=False) if one.issue_no in event.children else one for one in issue.followers)
    return replace(issue, followers=tuple(over))


FOLDS: Mapping[type[Any], Fold] = {
    ev.Followed: _followed,
    ev.Unfollowed: _unfollowed,
    ev.Inherited: _inherited,
    ev.FollowerTold: _follower_told,
    ev.FollowersServed: _followers_served,
    ev.FollowersReleased: _followers_served,
}
