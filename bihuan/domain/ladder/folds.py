"""How the events of the ladder change an issue."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.batches.holds import run_on
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.operations import (
    change_order,
    change_order_clocks,
    change_paper_clocks,
    end_clocks,
    start_clock,
)
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.paper_folds import PAPER_FOLDS, start_if_limited
from bihuan.domain.ladder.papers import Consultation, LevelUpAsk
from bihuan.domain.ladder.rungs import BAD_RATING, Rung, UnacknowledgedAlarm, alarm_key, rung_of
from bihuan.domain.parties import Desk, Party


def end_supervision(issue: Issue, at: datetime) -> Issue:
    """End level-up requests, consultations and repeated notices."""
    held = tuple(replace(one, recorded_at=at) if one.open else one for one in issue.supervision.consultations)
    return replace(issue, supervision=replace(issue.supervision, level_up_asked=None, consultations=held, unheeded=()))


def without_notices(issue: Issue, *alarms: str, rung: Rung | None = None) -> Issue:
    """Stop repeating notices whose alarm key starts with one of ``alarms``, of one rung or of any."""
    left = tuple(
        one
        for one in issue.supervision.unheeded
        if not (one.alarm.startswith(alarms) and (rung is None or rung_of(one.alarm) is rung))
    )
    return replace(issue, supervision=replace(issue.supervision, unheeded=left))


def _alarm_raised(event: ev.AlarmRaised, issue: Issue, at: datetime) -> Issue:
    clocks = tuple(replace(c, pressed_at=at) if c.key == event.clock else c for c in issue.clocks)
    raised = issue.supervision.raised | {event.key}
    issue = replace(issue, supervision=replace(issue.supervision, raised=raised), clocks=clocks)
    if event.rung is Rung.R1 and event.clock.split("#")[0] in (Obligation.ISSUE, Obligation.SOLVE):
        issue = _missed(issue, event)
    return _with_notice(issue, event.key, event.debtor, event.told, at)


def _missed(issue: Issue, event: ev.AlarmRaised) -> Issue:
    """The unit that holds it let the time for its result run out."""
    unit = event.debtor.ref
    if event.debtor.desk is not Desk.UNIT or unit != issue.assignment.holder or unit in issue.assignment.missed_by:
        return issue
    return replace(issue, assignment=replace(issue.assignment, missed_by=(*issue.assignment.missed_by, unit)))


def _with_notice(issue: Issue, alarm: str, owes: Party, told: tuple[Party, ...], at: datetime) -> Issue:
    clock, rung = alarm.partition("/")[0], rung_of(alarm)
    if rung not in (Rung.R1, Rung.R2) or not told:
        return issue
    issue = without_notices(issue, f"{clock}/", rung=rung)  # of an earlier deadline
    alerted = tuple(dict.fromkeys((*issue.supervision.alerted, *told)))
    unheeded = (*issue.supervision.unheeded, UnacknowledgedAlarm(alarm, clock, told, at, owes=owes))
    return replace(issue, supervision=replace(issue.supervision, unheeded=unheeded, alerted=alerted))


def _repeated(event: ev.AlarmRepeated, issue: Issue, at: datetime) -> Issue:
    again = tuple(
        replace(one, repeats=event.count, since=at) if one.alarm == event.alarm else one
        for one in issue.supervision.unheeded
    )
    return replace(issue, supervision=replace(issue.supervision, unheeded=again))


def _acknowledged(event: ev.AlarmAcknowledged, issue: Issue, _at: datetime) -> Issue:
    left = {
        one.alarm: replace(one, told=tuple(party for party in one.told if party not in event.copied))
        for one in issue.supervision.unheeded
        if one.alarm != event.alarm or event.copied
    }
    return replace(issue, supervision=replace(issue.supervision, unheeded=tuple(left.values())))


def _still_unmet(event: ev.StillUnmet, issue: Issue, at: datetime) -> Issue:
    keys = {event.clock, *(one.clock for one in event.beside)}
    clocks = (replace(c, pressed_at=at, reminders=event.count) if c.key in keys else c for c in issue.clocks)
    return replace(issue, clocks=tuple(clocks))


def _urged(_event: ev.Urged, issue: Issue, at: datetime) -> Issue:
    return replace(issue, supervision=replace(issue.supervision, urged_at=at))


def _order_issued(event: ev.OrderIssued, issue: Issue, at: datetime) -> Issue:
    order = Order(
        no=event.order,
        rung=event.rung,
        group=event.group,
        unit=event.unit,
        authorisation_ref=event.authorisation_ref,
        issued_at=at,
        presses=(event.clock,) if event.clock else (),
        team_leader=event.team_leader,
        scope=event.scope,
        reply_due=event.reply_due,
        ground=event.ground,
        issued_by=event.by,
    )
    issue = replace(issue, supervision=replace(issue.supervision, orders=(*issue.supervision.orders, order)))
    if event.by is None:  # the order is the notice of the alarm's R2
        grant = next((clock.grant for clock in issue.clocks if clock.key == event.clock), 0)
        alarm = alarm_key(event.clock, grant, event.rung, BAD_RATING if event.ground == BAD_RATING else "")
        issue = _with_notice(issue, alarm, Party(Desk.UNIT, event.unit), event.told, at)
    return start_clock(issue, Obligation.REPLY, issue.governance.limits.reply, at, unit=event.unit, order=event.order)


def _order_joined(event: ev.OrderJoined, issue: Issue, at: datetime) -> Issue:
    def joined(order: Order) -> Order:
        return replace(order, presses=tuple(dict.fromkeys((*order.presses, event.clock))), joined=True)

    issue = change_order(issue, event.order, joined)
    order = issue.supervision.order(event.order)
    if order is None or not event.alarm:
        return issue
    return _with_notice(issue, event.alarm, Party(Desk.UNIT, order.unit), event.told, at)


def _order_replied(event: ev.OrderReplied, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, replied_at=at, poor=False))
    order = issue.supervision.order(event.order)
    issue = without_notices(issue, *(f"{clock}/" for clock in order.presses) if order else (), rung=Rung.R2)
    issue = change_order_clocks(issue, event.order, lambda c: replace(c, ended_at=at))
    return start_clock(issue, Obligation.LIFT, issue.governance.limits.lift, at, order=event.order)


def _order_lifted(event: ev.OrderLifted, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, lifted_at=at, lifted_by=event.by))
    return change_order_clocks(issue, event.order, lambda c: replace(c, ended_at=at))


def _order_done(event: ev.OrderDone, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, done_at=at))
    return change_order_clocks(issue, event.order, lambda c: replace(c, stopped_at=at))


def _order_revived(event: ev.OrderRevived, issue: Issue, _at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, done_at=None))
    return change_order_clocks(issue, event.order, lambda c: run_on(c, issue))


def _reply_returned(event: ev.OrderReplyReturned, issue: Issue, at: datetime) -> Issue:
    order = issue.supervision.order(event.order)
    assert order is not None
    issue = change_order(issue, event.order, lambda o: replace(o, replied_at=None, poor=True))
    issue = change_order_clocks(issue, event.order, lambda c: replace(c, ended_at=at))
    return start_clock(issue, Obligation.REPLY, issue.governance.limits.reply, at, unit=order.unit, order=event.order)


def _objected(event: ev.OrderObjected, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, objected_at=at))
    return start_if_limited(issue, Obligation.OBJECTION, issue.governance.limits.objection_ruling, at, event.order)


def _objection_ruled(event: ev.ObjectionRuled, issue: Issue, at: datetime) -> Issue:
    issue = change_paper_clocks(issue, event.order, (Obligation.OBJECTION,), lambda c: replace(c, ended_at=at))
    issue = change_order(issue, event.order, lambda o: replace(o, objection_ruled_at=at))
    return _without_order(issue, event.order, at) if event.upheld else issue


def _order_withdrawn(event: ev.OrderWithdrawn, issue: Issue, at: datetime) -> Issue:
    return _without_order(issue, event.order, at)


def _without_order(issue: Issue, no: str, at: datetime) -> Issue:
    """End the order's clocks and its repeated notices."""
    issue = change_order(issue, no, lambda o: replace(o, withdrawn_at=at))
    order = issue.supervision.order(no)
    issue = without_notices(issue, *(f"{clock}/" for clock in order.presses) if order else (), rung=Rung.R2)
    return change_order_clocks(issue, no, lambda c: replace(c, ended_at=at))


def _level_up_asked(event: ev.LevelUpAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(
        issue, supervision=replace(issue.supervision, level_up_asked=LevelUpAsk(event.by, event.reason, at))
    )
    return start_if_limited(issue, Obligation.LEVEL_RULING, issue.governance.limits.ruling, at)


def _level_up_ruled(_event: ev.LevelUpRuled, issue: Issue, at: datetime) -> Issue:
    return end_clocks(
        replace(issue, supervision=replace(issue.supervision, level_up_asked=None)), at, Obligation.LEVEL_RULING
    )


def _convened(event: ev.ConsultationConvened, issue: Issue, at: datetime) -> Issue:
    held = Consultation(event.consultation, event.convener, event.topic, event.participants, at)
    issue = replace(
        issue, supervision=replace(issue.supervision, consultations=(*issue.supervision.consultations, held))
    )
    return start_if_limited(issue, Obligation.CONSULT, issue.governance.limits.consult, at, event.consultation)


def _recorded(event: ev.ConsultationRecorded, issue: Issue, at: datetime) -> Issue:
    said = {"minutes": event.minutes, "decision": event.decision, "lead": event.lead, "by": event.by}
    held = tuple(
        replace(one, recorded_at=at, **said) if one.no == event.consultation else one  # type: ignore[arg-type]
        for one in issue.supervision.consultations
    )
    issue = replace(issue, supervision=replace(issue.supervision, consultations=held))
    return change_paper_clocks(issue, event.consultation, (Obligation.CONSULT,), lambda c: replace(c, ended_at=at))


FOLDS: Mapping[type[Any], Fold] = {
    ev.AlarmRaised: _alarm_raised,
    ev.AlarmRepeated: _repeated,
    ev.AlarmAcknowledged: _acknowledged,
    ev.StillUnmet: _still_unmet,
    ev.Urged: _urged,
    ev.OrderIssued: _order_issued,
    ev.OrderJoined: _order_joined,
    ev.OrderReplied: _order_replied,
    ev.OrderLifted: _order_lifted,
    ev.OrderDone: _order_done,
    ev.OrderRevived: _order_revived,
    ev.OrderReplyReturned: _reply_returned,
    ev.OrderObjected: _objected,
    ev.ObjectionRuled: _objection_ruled,
    ev.OrderWithdrawn: _order_withdrawn,
    ev.LevelUpAsked: _level_up_asked,
    ev.LevelUpRuled: _level_up_ruled,
    ev.ConsultationConvened: _convened,
    ev.ConsultationRecorded: _recorded,
    **PAPER_FOLDS,
}
