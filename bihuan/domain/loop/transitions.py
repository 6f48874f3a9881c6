"""Entering and leaving a status: what was owed in the old one ends, what is owed in the new one starts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.operations import end, start
from bihuan.domain.issue import Issue
from bihuan.domain.joint.folds import lapsed
from bihuan.domain.ladder.folds import over
from bihuan.domain.policy import Limits
from bihuan.domain.stage import IN_TRIAGE, Outcome, Status

OWED_IN: Mapping[Status, tuple[Obligation, Callable[[Limits], Limit]]] = {
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
AFTER_THE_CLOSE = frozenset({Obligation.OBJECTION, Obligation.SIGN_DRAFT})
INFO_PAUSES_MAX = 2
"""How many questions to the enterprise pause anything."""
TO_SIGN = frozenset({Status.DISPATCHED, Status.TRANSFERRED})
RESULT_OWED = (Obligation.ISSUE, Obligation.SOLVE, Obligation.ASSIST, Obligation.LEVEL_UP)
"""What a result stops, a send-back lets run on, and a check passed ends."""


def enter(issue: Issue, status: Status, at: datetime) -> Issue:
    """Leave one status for another: end what was owed in the old one, start what is owed in the new one."""
    if issue.status in OWED_IN:
        issue = end(issue, at, OWED_IN[issue.status][0])
    if issue.status in TO_SIGN and status not in TO_SIGN:
        issue = end(issue, at, Obligation.SIGN)
    if issue.status in IN_TRIAGE and status not in IN_TRIAGE:
        issue = end(issue, at, Obligation.TRIAGE)
    if status in IN_TRIAGE and issue.clock(Obligation.TRIAGE) is None:
        issue = start(issue, Obligation.TRIAGE, issue.governance.limits.triage, at)
    if status in OWED_IN and issue.clock(OWED_IN[status][0]) is None:
        obligation, limit = OWED_IN[status]
        issue = start(issue, obligation, limit(issue.governance.limits), at, unit=_owing_unit(issue, obligation))
    if status is Status.UNTRIAGED:
        issue = replace(issue, silence_accepted_at=None)
    return replace(issue, status=status)


def _owing_unit(issue: Issue, obligation: Obligation) -> str:
    return issue.assignment.holder if obligation is Obligation.DELIVER else ""


def to_triage(issue: Issue, at: datetime) -> Issue:
    """Into triage, or, where its receipt was never completed, there."""
    return enter(issue, Status.SUBMITTED if issue.matter.incomplete else Status.UNTRIAGED, at)


def close(issue: Issue, outcome: Outcome, at: datetime) -> Issue:
    """All that is owed ends, but an objection, since who objected is owed an answer, and the signing of papers."""
    issue = replace(issue, requests=tuple(one.over(at) for one in issue.requests))
    issue = end(issue, at, *(one for one in Obligation if one not in AFTER_THE_CLOSE))
    issue = lapsed(issue, at)
    issue = over(issue, at)
    orders = tuple(replace(o, done_at=at) if o.open else o for o in issue.supervision.orders)
    issue = replace(
        issue,
        supervision=replace(issue.supervision, orders=orders),
        evaluation=replace(issue.evaluation, outcome=outcome, withdrawal=None),
        closed_at=at,
    )
    return enter(issue, Status.CLOSED, at)


def passed(issue: Issue, at: datetime) -> Issue:
    """Nobody owes a result any more, nor anything towards it."""
    issue = replace(issue, supervision=replace(issue.supervision, level_up_asked=None))
    return lapsed(end(issue, at, *RESULT_OWED, Obligation.LEVEL_RULING), at)
