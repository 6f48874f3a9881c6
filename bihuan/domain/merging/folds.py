"""What an issue is after it asked to be merged, or was asked to take another in."""

from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.merging.values import Absorbed


def asked(event: ev.MergeAsked, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, merging=event.into)


def over(_event: ev.MergeRefused | ev.MergeLapsed, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, merging="")


def taken(event: ev.MergeTaken, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, absorbing=(*issue.absorbing, Absorbed(event.child, issue.revision)))


def heard(event: ev.MergeSettled, issue: Issue, _at: datetime) -> Issue:
    left = (one for one in issue.absorbing if one != Absorbed(event.child, event.seq))
    return replace(issue, absorbing=tuple(left))
