"""Entering and leaving a status: the clocks of the old one end, the clocks of the new one start."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.operations import end_clocks, start_clock
from bihuan.domain.issue import Issue
from bihuan.domain.joint.folds import lapse_parts
from bihuan.domain.ladder.folds import end_supervision
from bihuan.domain.policy import Limits
from bihuan.domain.stage import IN_TRIAGE, Outcome, Status

CLOCK_OF_STATUS: Mapping[Status, tuple[Obligation, Callable[[Limits], Limit]]] = {
    Status.SUBMITTED: (Obligation.COMPLETE, lambda limits: limits.complete),
    Status.NEED_INFO: (Obligation.SUPPLY, lambda limits: limits.supply),
    Status.RETURN_REVIEW: (Obligation.RULING, lambda limits: limits.ruling),
    Status.CHECKING: (Obligation.CHECK, lambda limits: limits.check),
    Status.TO_DELIVER: (Obligation.DELIVER, lambda limits: limits.deliver),
    Status.EVALUATING: (Obligation.EVALUATE, lambda limits: limits.evaluate),
    Status.CALLBACK: (Obligation.CALLBACK, lambda limits: limits.callback),
    Status.EVALUATED: (Obligation.CLOSE_OUT, lambda limits: limits.close_out),
    Status.CLOSED: (Obligation.ARCHIVE, lambda limits: limits.archive),
}
"""The clocks that start on entering a status and end on leaving it."""
CONTINUES_AFTER_CLOSE = frozenset({Obligation.OBJECTION, Obligation.SIGN_DRAFT})
INFO_PAUSES_MAX = 2
"""How many questions to the enterprise pause clocks (docs/rules.md 3.3)."""
TO_SIGN = frozenset({Status.DISPATCHED, Status.TRANSFERRED})
RESULT_CLOCKS = (Obligation.ISSUE, Obligation.SOLVE, Obligation.ASSIST, Obligation.LEVEL_UP)
"""Clocks that a result stops, a send-back continues, and a passed check ends."""


def enter(issue: Issue, status: Status, at: datetime) -> Issue:
    """Leave one status for another: end the clocks of the old one, start those of the new one."""
    if issue.status in CLOCK_OF_STATUS:
        issue = end_clocks(issue, at, CLOCK_OF_STATUS[issue.status][0])
    if issue.status in TO_SIGN and status not in TO_SIGN:
        issue = end_clocks(issue, at, Obligation.SIGN)
    if issue.status in IN_TRIAGE and status not in IN_TRIAGE:
        issue = end_clocks(issue, at, Obligation.TRIAGE)
    if status in IN_TRIAGE and issue.clock(Obligation.TRIAGE) is None:
        issue = start_clock(issue, Obligation.TRIAGE, issue.limits.triage, at)
    if status in CLOCK_OF_STATUS and issue.clock(CLOCK_OF_STATUS[status][0]) is None:
        obligation, limit = CLOCK_OF_STATUS[status]
        issue = start_clock(issue, obligation, limit(issue.limits), at, unit=_responsible_unit(issue, obligation))
    if status is Status.UNTRIAGED:
        issue = replace(issue, silence_accepted_at=None)
    return replace(issue, status=status)


def _responsible_unit(issue: Issue, obligation: Obligation) -> str:
    return issue.holder if obligation is Obligation.DELIVER else ""


def to_triage(issue: Issue, at: datetime) -> Issue:
    """Enter triage, or completion where the receipt was never completed."""
    return enter(issue, Status.SUBMITTED if issue.incomplete else Status.UNTRIAGED, at)


def close(issue: Issue, outcome: Outcome, at: datetime) -> Issue:
    """Close the issue: all clocks end except those of objections and of papers to be signed."""
    issue = replace(issue, requests=tuple(one.over(at) for one in issue.requests))
    issue = end_clocks(issue, at, *(one for one in Obligation if one not in CONTINUES_AFTER_CLOSE))
    issue = lapse_parts(issue, at)
    orders = tuple(replace(o, done_at=at) if o.open else o for o in issue.orders)
    issue = replace(end_supervision(issue, at), outcome=outcome, closed_at=at, orders=orders, withdrawal=None)
    return enter(issue, Status.CLOSED, at)


def pass_result(issue: Issue, at: datetime) -> Issue:
    """End the clocks of the result and of the parts of assisting units."""
    issue = end_clocks(replace(issue, level_up_asked=None), at, *RESULT_CLOCKS, Obligation.LEVEL_RULING)
    return lapse_parts(issue, at)
