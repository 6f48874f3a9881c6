"""What an issue is after word of those that follow it."""

from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.following.values import Follower
from bihuan.domain.issue import Issue


def told(event: ev.FollowerTold, issue: Issue, _at: datetime) -> Issue:
    others = (one for one in issue.followers if one.issue_no != event.child)
    return replace(issue, followers=(*others, Follower(event.child, event.seq, event.follows)))


def served(event: ev.FollowersServed | ev.FollowersReleased, issue: Issue, _at: datetime) -> Issue:
    over = (replace(one, follows=False) if one.issue_no in event.children else one for one in issue.followers)
    return replace(issue, followers=tuple(over))
