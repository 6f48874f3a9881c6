"""Deciding the acts of the ladder. ``admission`` says who may act."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.desks import sits_at
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.codes import known_unit
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import drafts
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.papers import Draft, Ground, Paper, Reason
from bihuan.domain.ladder.responsibility import group_desk, rung_recipients, urgent_obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.ladder.supervision import issue_order
from bihuan.domain.loop.transitions import TO_SIGN
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    AlarmNotStanding,
    ConsultationNotOpen,
    DraftNotOpen,
    NoLetterYet,
    NothingLeftToPress,
    NotYourIssue,
    ObjectionMade,
    ObjectionNotOpen,
    ObjectionWindowOver,
    OrderAlreadyReplied,
    OrderNotOpen,
    OrderNotReplied,
    OwnProposal,
    RecusedFromOrder,
    UnknownConsultation,
    UnknownDraft,
    UnknownOrder,
)
from bihuan.domain.stage import Status


def open_order(issue: Issue, no: str) -> Order:
    known = _order(issue, no)
    if not known.open:
        raise OrderNotOpen(field="order", order=no)
    return known


def _order(issue: Issue, no: str) -> Order:
    known = issue.order(no)
    if known is None:
        raise UnknownOrder(field="order", order=no)
    return known


def _not_yours(act: str) -> NotYourIssue:
    return NotYourIssue(act=act, act_zh=ACT_ZH[act])


def _acknowledge(act: do.Acknowledge, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    notice = next((one for one in issue.unheeded if one.alarm == act.alarm), None)
    if notice is None:
        raise AlarmNotStanding(field="alarm", alarm=act.alarm)
    mine = tuple(party for party in notice.told if sits_at(actor, party, policy))
    if not mine:
        raise _not_yours(act.act)
    pressed = notice.owes is None or sits_at(actor, notice.owes, policy)
    yield ev.AlarmAcknowledged(alarm=act.alarm, copied=() if pressed or mine == notice.told else mine)


def _urge(act: do.Urge, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """Notify the recipients of R1 for the most urgent obligation, units' obligations first, and the group."""
    obligation = urgent_obligation(issue, policy, now)
    assert obligation is not None, "authorization has checked it"
    clock, party = obligation
    recipients = (*rung_recipients(Rung.R1, clock, party, issue, policy), group_desk(issue.group, policy))
    yield ev.Urged(clock=clock.key, owes=party, text=act.text, told=tuple(dict.fromkeys(recipients)))


def _issue_order(act: do.IssueOrder, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    clock = _owed_by_holder(issue)
    assert clock is not None, "a unit that holds an issue has a running clock"
    yield issue_order(issue, clock, Rung.R2, issue.holder, act.text, now, policy, ground=act.ground, by=actor)


def _owed_by_holder(issue: Issue) -> Clock | None:
    """The clock of what the holder is responsible for now."""
    if issue.status is Status.TO_DELIVER:
        return issue.clock(Obligation.DELIVER)
    if issue.status in TO_SIGN:
        return issue.clock(Obligation.SIGN)
    return issue.clock(Obligation.SOLVE) or issue.clock(Obligation.ISSUE)


def _reply_order(act: do.ReplyOrder, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    order = open_order(issue, act.order)
    mine = policy.hub(actor.org) if actor.role is Role.HUB else actor.org
    if order.unit != mine:
        raise _not_yours(act.act)
    if order.replied_at is not None:
        raise OrderAlreadyReplied(field="order", order=order.no)
    yield ev.OrderReplied(order=order.no, text=act.text)


def _lift_order(act: do.LiftOrder, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    order = open_order(issue, act.order)
    if order.group != (policy.coordination.id if actor.role is Role.COO else actor.org):
        raise _not_yours(act.act)
    if order.replied_at is None:
        raise OrderNotReplied(field="order", order=order.no)
    yield ev.OrderLifted(order=order.no, conclusion=act.conclusion, by=actor)


def _return_reply(
    act: do.ReturnReply, issue: Issue, actor: Actor, _now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    known = open_order(issue, act.order)
    if known.group != (policy.coordination.id if actor.role is Role.COO else actor.org):
        raise _not_yours(act.act)
    if known.replied_at is None:
        raise OrderNotReplied(field="order", order=known.no)
    yield ev.OrderReplyReturned(order=known.no, reason=act.reason)


def _object(act: do.ObjectOrder, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    known = _order(issue, act.order)
    if known.unit != (policy.hub(actor.org) if actor.role is Role.HUB else actor.org):
        raise _not_yours(act.act)
    if known.objected_at is not None:
        raise ObjectionMade(field="order", order=known.no)
    window = issue.limits.objection
    if window is not None and now >= policy.calendar.after(known.issued_at, window):
        raise ObjectionWindowOver(field="order", order=known.no, limit=window.zh, limit_en=window.en)
    yield ev.OrderObjected(order=known.no, reason=act.reason)


def _rule_objection(
    act: do.RuleObjection, issue: Issue, actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    """By another person: never who issued or lifted the order (docs/rules.md 5.3)."""
    known = _order(issue, act.order)
    if not known.objection_open:
        raise ObjectionNotOpen(field="order", order=known.no)
    if actor.person in {one.person for one in (known.issued_by, known.lifted_by) if one is not None}:
        raise RecusedFromOrder(order=known.no)
    yield ev.ObjectionRuled(order=known.no, upheld=act.decision is do.Ruling.APPROVE, reason=act.reason)


def _ask_level_up(
    act: do.AskLevelUp, _issue: Issue, actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    yield ev.LevelUpAsked(by=actor, reason=act.reason)


def _rule_level_up(
    act: do.RuleLevelUp, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    asked = issue.level_up_asked
    assert asked is not None, "authorization has checked it"
    approved = act.decision is do.Ruling.APPROVE
    yield ev.LevelUpRuled(approved=approved, reason=act.reason)
    if approved:
        reason = Reason(Ground.HEAD_ASKED, issue.deadline.key, asked.reason)
        yield from drafts.open_draft(issue, Paper.LEVEL_UP, reason, Party(Desk.UNIT, issue.holder), asked.by)


def _convene(act: do.Convene, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    for unit in act.participants:
        known_unit(unit, policy, field="participants")
    no = f"{issue.issue_no}-H{len(issue.consultations) + 1}"
    named = tuple(dict.fromkeys(act.participants))
    yield ev.ConsultationConvened(consultation=no, convener=actor, topic=act.topic, participants=named)


def _record(
    act: do.RecordConsultation, issue: Issue, actor: Actor, _now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    held = next((one for one in issue.consultations if one.no == act.consultation), None)
    if held is None:
        raise UnknownConsultation(field="consultation", consultation=act.consultation)
    if not held.open:
        raise ConsultationNotOpen(field="consultation", consultation=held.no)
    if actor.role is not Role.COO and (actor.role, actor.org) != (held.convener.role, held.convener.org):
        raise _not_yours(act.act)
    if act.lead:
        known_unit(act.lead, policy, field="lead")
    yield ev.ConsultationRecorded(
        consultation=held.no, minutes=act.minutes, decision=act.decision, lead=act.lead, by=act.by
    )


def _open_draft(act: do.OpenDraft, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if actor.role is Role.SUP and act.paper is not Paper.CRITICISM:
        raise _not_yours(act.act)
    if act.paper is Paper.REFERRAL_LETTER and not _letter_sent(issue):
        raise NoLetterYet(field="paper")
    owed = urgent_obligation(issue, policy, now)
    if act.paper is Paper.CRITICISM and owed is None:
        raise NothingLeftToPress(field="paper")
    if act.paper is not Paper.CRITICISM and not issue.deadline.open:
        raise NothingLeftToPress(field="paper")
    party = owed[1] if owed else Party(Desk.UNIT, issue.holder)
    clock = owed[0].key if owed and act.paper is Paper.CRITICISM else issue.deadline.key
    yield from drafts.open_draft(issue, act.paper, Reason(Ground.BY_ACT, clock, act.ground), party, actor)


def _letter_sent(issue: Issue) -> bool:
    return any(one.paper is Paper.SUPERVISION_LETTER and one.signed_at is not None for one in issue.drafts)


def _sign(act: do.SignDraft, issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    paper = _lying_before(actor, act.draft, issue, act.act)
    if paper.proposed_by is not None and paper.proposed_by.person == actor.person:
        raise OwnProposal
    yield ev.DraftSigned(draft=paper.no, by=actor, text=act.text)


def _discard(act: do.DiscardDraft, issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    paper = _lying_before(actor, act.draft, issue, act.act)
    yield ev.DraftDiscarded(draft=paper.no, reason=act.reason)


def _lying_before(actor: Actor, no: str, issue: Issue, act: str) -> Draft:
    paper = issue.draft(no)
    if paper is None:
        raise UnknownDraft(field="draft", draft=no)
    if paper.signer is not actor.role:
        raise _not_yours(act)
    if not paper.open:
        raise DraftNotOpen(field="draft", draft=no)
    return paper


DECISIONS: Mapping[type[Any], Decider] = {
    do.Acknowledge: _acknowledge,
    do.Urge: _urge,
    do.IssueOrder: _issue_order,
    do.ReplyOrder: _reply_order,
    do.LiftOrder: _lift_order,
    do.ReturnReply: _return_reply,
    do.ObjectOrder: _object,
    do.RuleObjection: _rule_objection,
    do.AskLevelUp: _ask_level_up,
    do.RuleLevelUp: _rule_level_up,
    do.Convene: _convene,
    do.RecordConsultation: _record,
    do.OpenDraft: _open_draft,
    do.SignDraft: _sign,
    do.DiscardDraft: _discard,
}
