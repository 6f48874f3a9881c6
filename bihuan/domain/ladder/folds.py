"""What an issue is after one more event of the ladder; ``evolve`` takes these in with its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.operations import change_order, end, of, order_clocks, start
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.papers import Consultation, Draft, LevelUpAsk, Paper
from bihuan.domain.ladder.rungs import Rung, rung_of


def over(issue: Issue, at: datetime) -> Issue:
    """Nothing is asked, met upon or pressed any more."""
    held = tuple(replace(one, recorded_at=at) if one.open else one for one in issue.consultations)
    return replace(issue, level_up_asked=None, consultations=held, unheeded=())


def without_notices(issue: Issue, *alarms: str, rung: Rung | None = None) -> Issue:
    """These notices need no repetition: those whose alarm begins so, of one rung or of any."""
    left = tuple(
        one
        for one in issue.unheeded
        if not (one.alarm.startswith(alarms) and (rung is None or rung_of(one.alarm) is rung))
    )
    return replace(issue, unheeded=left)


def _start(issue: Issue, what: Obligation, limit: Limit | None, at: datetime, paper: str = "") -> Issue:
    """A clock, where the policy of this issue knows the limit."""
    return issue if limit is None else start(issue, what, limit, at, order=paper)


def _repeated(event: lev.AlarmRepeated, issue: Issue, at: datetime) -> Issue:
    again = tuple(
        replace(one, repeats=event.count, since=at) if one.alarm == event.alarm else one for one in issue.unheeded
    )
    return replace(issue, unheeded=again)


def _acknowledged(event: lev.AlarmAcknowledged, issue: Issue, _at: datetime) -> Issue:
    heard = {
        one.alarm: replace(one, told=tuple(party for party in one.told if party not in event.copied))
        for one in issue.unheeded
        if one.alarm != event.alarm or event.copied
    }
    return replace(issue, unheeded=tuple(heard.values()))


def _still_unmet(event: lev.StillUnmet, issue: Issue, at: datetime) -> Issue:
    keys = {event.clock, *(one.clock for one in event.beside)}
    clocks = (replace(c, pressed_at=at, reminders=event.count) if c.key in keys else c for c in issue.clocks)
    return replace(issue, clocks=tuple(clocks))


def _urged(_event: lev.Urged, issue: Issue, at: datetime) -> Issue:
    return replace(issue, urged_at=at)


def _reply_returned(event: lev.OrderReplyReturned, issue: Issue, at: datetime) -> Issue:
    order = issue.order(event.order)
    assert order is not None
    issue = change_order(issue, event.order, lambda o: replace(o, replied_at=None, poor=True))
    issue = order_clocks(issue, event.order, lambda c: replace(c, ended_at=at))
    return start(issue, Obligation.REPLY, issue.limits.reply, at, unit=order.unit, order=event.order)


def _objected(event: lev.OrderObjected, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, objected_at=at))
    return _start(issue, Obligation.OBJECTION, issue.limits.objection_ruling, at, event.order)


def _objection_ruled(event: lev.ObjectionRuled, issue: Issue, at: datetime) -> Issue:
    issue = of(issue, event.order, (Obligation.OBJECTION,), lambda c: replace(c, ended_at=at))
    issue = change_order(issue, event.order, lambda o: replace(o, objection_ruled_at=at))
    return _without_order(issue, event.order, at) if event.upheld else issue


def _order_withdrawn(event: lev.OrderWithdrawn, issue: Issue, at: datetime) -> Issue:
    return _without_order(issue, event.order, at)


def _without_order(issue: Issue, no: str, at: datetime) -> Issue:
    """Nothing is owed under the order, and nobody is told of it again."""
    issue = change_order(issue, no, lambda o: replace(o, withdrawn_at=at))
    order = issue.order(no)
    issue = without_notices(issue, *(f"{clock}/" for clock in order.presses) if order else (), rung=Rung.R2)
    return order_clocks(issue, no, lambda c: replace(c, ended_at=at))


def _level_up_asked(event: lev.LevelUpAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, level_up_asked=LevelUpAsk(event.by, event.reason, at))
    return _start(issue, Obligation.LEVEL_RULING, issue.limits.ruling, at)


def _level_up_ruled(_event: lev.LevelUpRuled, issue: Issue, at: datetime) -> Issue:
    return end(replace(issue, level_up_asked=None), at, Obligation.LEVEL_RULING)


def _convened(event: lev.ConsultationConvened, issue: Issue, at: datetime) -> Issue:
    held = Consultation(event.consultation, event.convener, event.topic, event.participants, at)
    issue = replace(issue, consultations=(*issue.consultations, held))
    return _start(issue, Obligation.CONSULT, issue.limits.consult, at, event.consultation)


def _recorded(event: lev.ConsultationRecorded, issue: Issue, at: datetime) -> Issue:
    said = {"minutes": event.minutes, "decision": event.decision, "lead": event.lead, "by": event.by}
    held = tuple(
        replace(one, recorded_at=at, **said) if one.no == event.consultation else one  # type: ignore[arg-type]
        for one in issue.consultations
    )
    issue = replace(issue, consultations=held)
    return of(issue, event.consultation, (Obligation.CONSULT,), lambda c: replace(c, ended_at=at))


def _draft_opened(event: lev.DraftOpened, issue: Issue, at: datetime) -> Issue:
    opened = Draft(
        no=event.draft,
        paper=event.paper,
        rung=event.rung,
        to=event.to,
        signer=event.signer,
        reasons=(event.reason,),
        opened_at=at,
        proposed_by=event.proposed_by,
    )
    issue = replace(issue, drafts=(*issue.drafts, opened))
    return _start(issue, Obligation.SIGN_DRAFT, issue.limits.sign_draft, at, event.draft)


def _draft_joined(event: lev.DraftJoined, issue: Issue, _at: datetime) -> Issue:
    return _change(issue, event.draft, lambda d: replace(d, reasons=(*d.reasons, event.reason)))


def _draft_signed(event: lev.DraftSigned, issue: Issue, at: datetime) -> Issue:
    issue = _off_the_desk(issue, event.draft, at)
    issue = _change(issue, event.draft, lambda d: replace(d, signed_at=at, signed_by=event.by))
    signed = issue.draft(event.draft)
    if signed is None or signed.paper is not Paper.LEVEL_UP:
        return issue
    return _levelled_up(issue, at)


def _levelled_up(issue: Issue, at: datetime) -> Issue:
    """The task force's time begins; it stands still where that of the result does."""
    issue = replace(issue, levelled_up=True)
    if issue.limits.level_up is None:
        return issue
    *before, own = start(issue, Obligation.LEVEL_UP, issue.limits.level_up, at).clocks
    of_result = issue.deadline
    if of_result.paused:
        own = own.pause(at, of_result.pauses[-1].basis)
    return replace(
        issue, clocks=(*before, replace(own, stopped_at=at if of_result.open and of_result.stopped_at else None))
    )


def _draft_discarded(event: lev.DraftDiscarded, issue: Issue, at: datetime) -> Issue:
    return _change(_off_the_desk(issue, event.draft, at), event.draft, lambda d: replace(d, discarded_at=at))


def _draft_lapsed(event: lev.DraftLapsed, issue: Issue, at: datetime) -> Issue:
    return _change(_off_the_desk(issue, event.draft, at), event.draft, lambda d: replace(d, lapsed_at=at))


def _off_the_desk(issue: Issue, draft: str, at: datetime) -> Issue:
    return of(issue, draft, (Obligation.SIGN_DRAFT,), lambda c: replace(c, ended_at=at))


def _change(issue: Issue, no: str, change: Callable[[Draft], Draft]) -> Issue:
    return replace(issue, drafts=tuple(change(one) if one.no == no else one for one in issue.drafts))


LADDER_FOLDS: Mapping[type[lev.LadderEvent], Callable[[Any, Issue, datetime], Issue]] = {
    lev.AlarmRepeated: _repeated,
    lev.AlarmAcknowledged: _acknowledged,
    lev.StillUnmet: _still_unmet,
    lev.Urged: _urged,
    lev.OrderReplyReturned: _reply_returned,
    lev.OrderObjected: _objected,
    lev.ObjectionRuled: _objection_ruled,
    lev.OrderWithdrawn: _order_withdrawn,
    lev.LevelUpAsked: _level_up_asked,
    lev.LevelUpRuled: _level_up_ruled,
    lev.ConsultationConvened: _convened,
    lev.ConsultationRecorded: _recorded,
    lev.DraftOpened: _draft_opened,
    lev.DraftJoined: _draft_joined,
    lev.DraftSigned: _draft_signed,
    lev.DraftDiscarded: _draft_discarded,
    lev.DraftLapsed: _draft_lapsed,
}
