"""Who may rate, call back, withdraw, close out and reopen, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import COORDINATION, TRIAGER, anyone, of_group, own_account, without_account
from bihuan.domain.access.rules import BEFORE_EVALUATED, OPEN, Relation, Rule
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import NoWithdrawalToAudit, RecorderMayNotVerify, RequestStillOpen, WithdrawalUnderAudit
from bihuan.domain.stage import Status

ENTERPRISE: Mapping[Role, Relation] = {Role.ENT: own_account, Role.CBK: without_account}
CALLERS: Mapping[Role, Relation] = {Role.CBK: anyone, Role.COO: anyone, Role.SUP: of_group}
AUDITORS: Mapping[Role, Relation] = {Role.CBK: anyone, Role.COO: anyone}


def _withdraw(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.evaluation.withdrawal is not None:
        raise WithdrawalUnderAudit


def _audit(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.evaluation.withdrawal is None:
        raise NoWithdrawalToAudit
    _another_recorded(issue.evaluation.withdrawal.by, actor)


def _call_back(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    _another_recorded(issue.evaluation.rating.by if issue.evaluation.rating else None, actor)


def _another_recorded(by: Actor | None, actor: Actor) -> None:
    """Nobody asks the enterprise whether they recorded its word rightly."""
    if by is not None and by.person == actor.person:
        raise RecorderMayNotVerify


def _close_out(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    for request in issue.open_requests:
        raise RequestStillOpen(request=request.no)


RULES: Mapping[str, Rule] = {
    "rate": Rule(frozenset({Status.EVALUATING}), ENTERPRISE),
    "call_back": Rule(frozenset({Status.CALLBACK}), CALLERS, _call_back),
    "rework": Rule(frozenset({Status.CALLBACK, Status.EVALUATED}), COORDINATION),
    "withdraw": Rule(BEFORE_EVALUATED, ENTERPRISE, _withdraw),
    "audit_withdrawal": Rule(OPEN, AUDITORS, _audit),
    "close_out": Rule(frozenset({Status.EVALUATED}), TRIAGER, _close_out),
    "reopen": Rule(frozenset({Status.CLOSED}), ENTERPRISE),
}
