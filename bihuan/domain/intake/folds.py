"""What an issue is after it was received, triaged, classified or corrected."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.operations import change_clocks, end_clocks, grant, limit_shortening, reclassify, start_clock
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.loop.transitions import RESULT_CLOCKS, enter
from bihuan.domain.stage import Status

PAUSED_BY_QUESTION = (Obligation.ISSUE, Obligation.TRIAGE, Obligation.LEVEL_UP)
"""What does not count while the enterprise is asked."""


def opened(issue_no: str, event: ev.Submitted, at: datetime) -> Issue:
    """The issue its first event makes."""
    asked = event.submission
    issue = Issue(
        issue_no=issue_no,
        revision=1,
        status=Status.SUBMITTED,
        enterprise=asked.enterprise,
        title=asked.title,
        description=asked.description,
        county=asked.county,
        contact=asked.contact,
        channel=asked.channel,
        category=asked.category,
        service_group=event.service_group,
        urgency=event.urgency,
        complex=asked.complex,
        keyed_by=event.keyed_by,
        liaison=asked.liaison,
        received_at=at,
        policy_version=event.policy_version,
        limits=event.limits,
        triager=event.triager,
        group=event.group,
        governed_by=event.governed_by,
    )
    issue = start_clock(issue, Obligation.ISSUE, event.limits.solve, at)
    if event.complete:
        return enter(issue, Status.UNTRIAGED, at)
    return start_clock(issue, Obligation.COMPLETE, event.limits.complete, at)


def _accepted(_event: ev.Accepted, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.ACCEPTED, at)


def _deemed_accepted(event: ev.DeemedAccepted, issue: Issue, at: datetime) -> Issue:
    """A question still with the enterprise stays there; it comes back to an accepted issue."""
    issue = end_clocks(replace(issue, silence_accepted_at=event.moment), event.moment, Obligation.TRIAGE)
    issue = start_clock(issue, Obligation.TRIAGE, event.limit, event.moment)
    if issue.status is Status.NEED_INFO:
        return replace(issue, came_from=Status.ACCEPTED)
    return enter(issue, Status.ACCEPTED, at)


def _completed(event: ev.Completed, issue: Issue, at: datetime) -> Issue:
    issue = replace(
        issue,
        enterprise=event.enterprise,
        description=event.description,
        county=event.county,
        contact=event.contact,
        channel=event.channel,
        triager=event.triager,
        group=event.group,
        liaison=event.liaison or issue.liaison,
    )
    return enter(issue, Status.UNTRIAGED, at)


def _answered(event: ev.Answered, issue: Issue, at: datetime) -> Issue:
    issue = end_clocks(replace(issue, outcome=event.outcome), at, *RESULT_CLOCKS)
    return enter(issue, Status.EVALUATING, at)


def _info_asked(event: ev.InfoAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, info_asked=issue.info_asked + 1, came_from=issue.status)
    if event.pauses:
        issue = change_clocks(issue, PAUSED_BY_QUESTION, lambda c: c.pause(at, "NEED_INFO"))
    return enter(issue, Status.NEED_INFO, at)


def _info_over(event: ev.InfoSupplied | ev.InfoLapsed, issue: Issue, at: datetime) -> Issue:
    until = event.moment if isinstance(event, ev.InfoLapsed) else at
    issue = change_clocks(issue, PAUSED_BY_QUESTION, lambda c: c.resume(until))
    return enter(replace(issue, came_from=None), issue.came_from or Status.UNTRIAGED, at)


def _classified(event: ev.Classified, issue: Issue, at: datetime) -> Issue:
    return grant(limit_shortening(reclassify(issue, event), event.moved, at), event.granted, event.kept)


def _amended(event: ev.Amended, issue: Issue, _at: datetime) -> Issue:
    return replace(
        issue,
        title=event.title or issue.title,
        description=event.description or issue.description,
        contact=event.contact or issue.contact,
    )


FOLDS: Mapping[type[Any], Fold] = {
    ev.Accepted: _accepted,
    ev.DeemedAccepted: _deemed_accepted,
    ev.Completed: _completed,
    ev.Answered: _answered,
    ev.InfoAsked: _info_asked,
    ev.InfoSupplied: _info_over,
    ev.InfoLapsed: _info_over,
    ev.Classified: _classified,
    ev.Amended: _amended,
}
