"""What an issue is after it asked to be merged, or was asked to take another in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import close
from bihuan.domain.merging.values import Absorbed
from bihuan.domain.stage import Outcome


def _merged(event: ev.Merged, issue: Issue, at: datetime) -> Issue:
    return close(replace(issue, links=replace(issue.links, merging="", merged_into=event.into)), Outcome.MERGED, at)


def _merge_asked(event: ev.MergeAsked, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, links=replace(issue.links, merging=event.into))


def _merge_over(_event: ev.MergeRefused | ev.MergeLapsed, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, links=replace(issue.links, merging=""))


def _merge_taken(event: ev.MergeTaken, issue: Issue, _at: datetime) -> Issue:
    absorbing = (*issue.links.absorbing, Absorbed(event.child, issue.revision))
    return replace(issue, links=replace(issue.links, absorbing=absorbing))


def _merge_settled(event: ev.MergeSettled, issue: Issue, _at: datetime) -> Issue:
    left = (one for one in issue.links.absorbing if one != Absorbed(event.child, event.seq))
    return replace(issue, links=replace(issue.links, absorbing=tuple(left)))


FOLDS: Mapping[type[Any], Fold] = {
    ev.Merged: _merged,
    ev.MergeAsked: _merge_asked,
    ev.MergeRefused: _merge_over,
    ev.MergeLapsed: _merge_over,
    ev.MergeTaken: _merge_taken,
    ev.MergeSettled: _merge_settled,
}
