"""Withdrawal (撤单) and its audit (撤单质检): nobody makes an enterprise withdraw (docs/rules.md 6.4, ruling 15).

A withdrawal while an order stands, or soon after an act of a unit, waits until the call-back agent has asked the
enterprise. Meanwhile the issue goes on, so that a withdrawal under pressure gains nobody any time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.operations import end, start
from bihuan.domain.issue import Desk, Issue, Rung, Withdrawal
from bihuan.domain.ladder.commands import OrderGround
from bihuan.domain.ladder.supervision import order, order_standing
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy

EXPLAIN = "说明企业撤单经过 · explain how the enterprise came to withdraw"

# Deciding


def withdraw(act: do.Withdraw, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if _audited(issue, now, policy):
        yield ev.WithdrawalAsked(reason=act.reason, proof=act.proof, by=actor)
    else:
        yield ev.Withdrawn(reason=act.reason, proof=act.proof)


def _audited(issue: Issue, now: datetime, policy: Policy) -> bool:
    acted = issue.unit_acted_at
    just_acted = acted is not None and now < policy.calendar.after(acted, issue.limits.audit_window)
    return bool(issue.open_orders) or just_acted


def audit(act: do.AuditWithdrawal, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """Found pressed, the unit that holds the issue, or the hub that triages it, is ordered to explain: once at a time,
    and the order demands nothing but a reply."""
    asked = issue.withdrawal
    assert asked is not None, "standing has seen to it"
    unit = issue.holder or (issue.triager.ref if issue.triager.desk is Desk.UNIT else "")
    yield ev.WithdrawalAudited(verdict=act.verdict, record=act.record)
    if act.verdict is do.AuditVerdict.GENUINE:
        yield ev.Withdrawn(reason=asked.reason)
    elif act.verdict is do.AuditVerdict.PRESSED and unit and not order_standing(issue, Rung.R2, unit, explains=True):
        yield order(issue, None, Rung.R2, unit, EXPLAIN, now, policy, ground=OrderGround.PRESSED_TO_WITHDRAW)


# Evolving


def asked(event: ev.WithdrawalAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, withdrawal=Withdrawal(event.reason, at, event.by))
    return start(issue, Obligation.AUDIT, issue.limits.audit, at)


def audited(_event: ev.WithdrawalAudited, issue: Issue, at: datetime) -> Issue:
    return end(replace(issue, withdrawal=None), at, Obligation.AUDIT)
