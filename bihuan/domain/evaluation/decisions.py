"""What follows from a rating, a call-back, a withdrawal, a close-out and a reopening; another round, where one does.

Nobody makes an enterprise withdraw (docs/rules.md 6.4, ruling 15): a withdrawal while an order stands, or soon after an
act of a unit, waits until the call-back agent has asked the enterprise. Meanwhile the issue goes on, so that a
withdrawal under pressure gains nobody any time.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.evaluation.rounds import UNANSWERED, another_round, rework
from bihuan.domain.evaluation.values import Rating
from bihuan.domain.evolve import evolve
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.commands import OrderGround
from bihuan.domain.ladder.responsibility import unanswered_twice
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.ladder.supervision import existing_order, issue_order
from bihuan.domain.parties import Desk
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import FieldMissing, RatingOutOfRange
from bihuan.domain.requests.values import RequestKind

EXPLAIN = "说明企业撤单经过 · explain how the enterprise came to withdraw"


def _rate(act: do.Rate, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if not 1 <= act.score <= 5:  # noqa: PLR2004 - the scale of GB/T 39735
        raise RatingOutOfRange(field="score")
    bad = Rating(act.score, act.solved).bad
    due = bad or bool(issue.orders) or issue.levelled_up or sampled(issue.issue_no, policy)
    yield ev.Rated(score=act.score, solved=act.solved, comment=act.comment, callback_due=due, proof=act.proof, by=actor)


def sampled(issue_no: str, policy: Policy) -> bool:
    """Whether an issue is in the share called back at random, by a digest of its number."""
    digest = int.from_bytes(hashlib.sha256(issue_no.encode()).digest()[:4])
    return digest % 100 < policy.callback_sample_percent


def _call_back(act: do.CallBack, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    bad = issue.rating is not None and issue.rating.bad
    confirmed, unanswered = act.result is do.CallResult.CONFIRMED, False
    if act.result is do.CallResult.NO_ANSWER:
        unanswered = unanswered_twice((*issue.no_answers, now), issue, policy)
    if confirmed and bad and not act.record.strip():
        raise FieldMissing(field="record")
    called = ev.CalledBack(result=act.result, record=act.record, settled=confirmed or (unanswered and not bad))
    yield called
    appealed = any(request.kind is RequestKind.APPEAL for request in issue.open_requests)
    if act.result is do.CallResult.NOT_SOLVED or (unanswered and bad and not appealed):
        reason = UNANSWERED if unanswered else act.record
        yield from rework(evolve(issue, called, now), reason, now, policy)


def _rework(act: do.Rework, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    yield from rework(issue, act.reason, now, policy)


def _withdraw(act: do.Withdraw, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if _needs_audit(issue, now, policy):
        yield ev.WithdrawalAsked(reason=act.reason, proof=act.proof, by=actor)
    else:
        yield ev.Withdrawn(reason=act.reason, proof=act.proof)


def _needs_audit(issue: Issue, now: datetime, policy: Policy) -> bool:
    acted = issue.unit_acted_at
    just_acted = acted is not None and now < policy.calendar.after(acted, issue.limits.audit_window)
    return bool(issue.open_orders) or just_acted


def _audit_withdrawal(
    act: do.AuditWithdrawal, issue: Issue, _actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    """Found pressed, the unit that holds the issue, or the hub that triages it, is ordered to explain: once at a time,
    and the order demands nothing but a reply."""
    asked = issue.withdrawal
    assert asked is not None, "authorization has checked it"
    unit = issue.holder or (issue.triager.ref if issue.triager.desk is Desk.UNIT else "")
    yield ev.WithdrawalAudited(verdict=act.verdict, record=act.record)
    if act.verdict is do.AuditVerdict.GENUINE:
        yield ev.Withdrawn(reason=asked.reason)
    elif act.verdict is do.AuditVerdict.PRESSED and unit and not existing_order(issue, Rung.R2, unit, explains=True):
        yield issue_order(issue, None, Rung.R2, unit, EXPLAIN, now, policy, ground=OrderGround.PRESSED_TO_WITHDRAW)


def _close_out(act: do.CloseOut, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.ClosedOut(summary=act.summary)


def _reopen(act: do.Reopen, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    reopened = ev.Reopened(reason=act.reason, proof=act.proof)
    yield reopened
    yield from another_round(evolve(issue, reopened, now), now, policy)


DECISIONS: Mapping[type[Any], Decider] = {
    do.Rate: _rate,
    do.CallBack: _call_back,
    do.Rework: _rework,
    do.CloseOut: _close_out,
    do.Reopen: _reopen,
    do.Withdraw: _withdraw,
    do.AuditWithdrawal: _audit_withdrawal,
}
