"""Deemed acceptance (视为受理): where a law says so, an issue not triaged in time counts as accepted."""

from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.issue import Issue
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Status


def deems_accepted(clock: Clock, issue: Issue) -> bool:
    """Whether the issue is deemed accepted when this clock runs out, so that nobody is late (docs/rules.md 4.3)."""
    if clock.obligation is not Obligation.TRIAGE or issue.governed_by is None:
        return False
    waiting = issue.came_from if issue.status is Status.NEED_INFO else issue.status
    return issue.governed_by.silence_accepts and waiting is Status.UNTRIAGED


def deemed_acceptance(issue: Issue, moment: datetime, policy: Policy) -> ev.DeemedAccepted:
    return ev.DeemedAccepted(moment=moment, limit=hand_over_limit(issue, policy))


def hand_over_limit(issue: Issue, policy: Policy) -> Limit:
    """The limit for the hand-over after a deemed acceptance: the city profile's own triage limit."""
    return policy.limits_for(issue.urgency, complex_=issue.complex).triage
