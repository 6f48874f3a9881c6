"""evolve(): what an issue is after one more event. Knows no policy, no calendar and no clock on the wall."""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from bihuan.domain import events as ev
from bihuan.domain import following, joint, merging
from bihuan.domain.access.impartiality import remembered
from bihuan.domain.batches.folds import BATCH_FOLDS
from bihuan.domain.batches.holds import CHECKED_LATE, happened, runs_on, while_held
from bihuan.domain.clocks.clock import WITHDRAWN, Obligation, Pause
from bihuan.domain.clocks.operations import (
    again,
    change_order,
    each,
    end,
    granted,
    order_clocks,
    reclassed,
    redated,
    spared,
    start,
    waited,
)
from bihuan.domain.commands import CallResult
from bihuan.domain.issue import BAD_RATING, Desk, Issue, Order, Party, Rating, Rung, Unheeded, alarm_key, rung_of
from bihuan.domain.ladder.folds import LADDER_FOLDS, without_notices
from bihuan.domain.loop import withdrawal
from bihuan.domain.loop.reopening import as_before_withdrawal, fresh, left_to
from bihuan.domain.loop.transitions import close, enter, to_triage
from bihuan.domain.people import Actor
from bihuan.domain.requests.folds import REQUEST_FOLDS
from bihuan.domain.stage import Outcome, Status

UNIT_OWES = (Obligation.SIGN, Obligation.REPORT, Obligation.SOLVE)
RESULT_OWED = (Obligation.ISSUE, Obligation.SOLVE, Obligation.ASSIST, Obligation.LEVEL_UP)
"""What a result stops, a send-back lets run on, and a check passed ends."""
ASKED_FOR = (Obligation.ISSUE, Obligation.TRIAGE, Obligation.LEVEL_UP)
"""What does not count while the enterprise is asked."""
NEVER_HANDLED = frozenset({Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.MERGED})


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
    issue = start(issue, Obligation.ISSUE, event.limits.solve, at)
    if event.complete:
        return enter(issue, Status.UNTRIAGED, at)
    return start(issue, Obligation.COMPLETE, event.limits.complete, at)


def evolve(issue: Issue, event: ev.Event, at: datetime, by: Actor | None = None) -> Issue:
    """The issue one revision on. What starts or runs on under a mass suspension waits with the rest.

    ``by``: who did it, None for the clock; only whether they may judge the issue later depends on it.
    """
    after = _apply(event, remembered(replace(issue, revision=issue.revision + 1), event, at, by), at)
    return while_held(after, happened(event, at)) if after.holds else after


@singledispatch
def _apply(event: ev.Event, issue: Issue, at: datetime) -> Issue:
    raise TypeError(f"no meaning is given to the event {event!r}")


@_apply.register(ev.Accepted)
def _(_event: ev.Accepted, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.ACCEPTED, at)


@_apply.register(ev.AcceptedBySilence)
def _(event: ev.AcceptedBySilence, issue: Issue, at: datetime) -> Issue:
    """A question still with the enterprise stays there; it comes back to an accepted issue."""
    issue = end(replace(issue, silence_accepted_at=event.moment), event.moment, Obligation.TRIAGE)
    issue = start(issue, Obligation.TRIAGE, event.limit, event.moment)
    if issue.status is Status.NEED_INFO:
        return replace(issue, came_from=Status.ACCEPTED)
    return enter(issue, Status.ACCEPTED, at)


@_apply.register(ev.Completed)
def _(event: ev.Completed, issue: Issue, at: datetime) -> Issue:
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


@_apply.register(ev.Answered)
def _(event: ev.Answered, issue: Issue, at: datetime) -> Issue:
    issue = end(replace(issue, outcome=event.outcome), at, *RESULT_OWED)
    return enter(issue, Status.EVALUATING, at)


@_apply.register(ev.InfoAsked)
def _(event: ev.InfoAsked, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, info_asked=issue.info_asked + 1, came_from=issue.status)
    if event.pauses:
        issue = each(issue, ASKED_FOR, lambda c: c.pause(at, "NEED_INFO"))
    return enter(issue, Status.NEED_INFO, at)


@_apply.register(ev.InfoSupplied)
@_apply.register(ev.InfoLapsed)
def _(event: ev.InfoSupplied | ev.InfoLapsed, issue: Issue, at: datetime) -> Issue:
    until = event.moment if isinstance(event, ev.InfoLapsed) else at
    issue = each(issue, ASKED_FOR, lambda c: c.resume(until))
    return enter(replace(issue, came_from=None), issue.came_from or Status.UNTRIAGED, at)


@_apply.register(ev.Rejected)
def _(_event: ev.Rejected, issue: Issue, at: datetime) -> Issue:
    return close(issue, Outcome.REJECTED, at)


@_apply.register(ev.Merged)
def _(event: ev.Merged, issue: Issue, at: datetime) -> Issue:
    return close(replace(issue, merging="", merged_into=event.into), Outcome.MERGED, at)


_apply.register(ev.MergeAsked)(merging.asked)
_apply.register(ev.MergeRefused)(merging.over)
_apply.register(ev.MergeLapsed)(merging.over)
_apply.register(ev.MergeTaken)(merging.taken)
_apply.register(ev.MergeSettled)(merging.heard)


@_apply.register(ev.Followed)
def _(event: ev.Followed, issue: Issue, at: datetime) -> Issue:
    return enter(replace(issue, following=event.parent), Status.FOLLOWING, at)


@_apply.register(ev.Unfollowed)
def _(_event: ev.Unfollowed, issue: Issue, at: datetime) -> Issue:
    """To be handed over, within what its triager had left for that."""
    issue = replace(issue, following="")
    if issue.closed:
        return issue
    triage = issue.latest(Obligation.TRIAGE)
    assert triage is not None, "what follows was triaged"
    return enter(again(replace(issue, left_parent=True), {triage.key}, at, Status.FOLLOWING), Status.ACCEPTED, at)


@_apply.register(ev.Inherited)
def _(event: ev.Inherited, issue: Issue, at: datetime) -> Issue:
    issue = replace(
        _passed(issue, at),
        following="",
        inherited_from=event.parent,
        outcome=event.outcome,
        result=event.text,
        holder=event.unit,
        group=event.group,
        given_at=at,
    )
    return enter(issue, Status.TO_DELIVER, at)


_apply.register(ev.FollowerTold)(following.told)
_apply.register(ev.FollowersServed)(following.served)
_apply.register(ev.FollowersReleased)(following.served)


@_apply.register(ev.Withdrawn)
def _(_event: ev.Withdrawn, issue: Issue, at: datetime) -> Issue:
    return close(issue, Outcome.WITHDRAWN, at)


_apply.register(ev.WithdrawalAsked)(withdrawal.asked)
_apply.register(ev.WithdrawalAudited)(withdrawal.audited)


@_apply.register(ev.Classified)
def _(event: ev.Classified, issue: Issue, at: datetime) -> Issue:
    return granted(spared(reclassed(issue, event), event.moved, at), event.granted, event.kept)


@_apply.register(ev.Dispatched)
def _(event: ev.Dispatched, issue: Issue, at: datetime) -> Issue:
    if event.unit == issue.holder:  # designated again, it goes on as if its return had been refused
        return enter(waited(replace(issue, designated=True), event.waited, at), Status.IN_PROGRESS, at)
    earlier = (*issue.earlier_holders, issue.holder) if issue.holder else issue.earlier_holders
    moved = event.route == "transfer"
    never_its = issue.status is Status.RETURN_REVIEW
    given_back = not issue.holder and issue.earlier_holders[-1:] == (event.unit,)  # what was withdrawn from it
    issue = replace(
        issue,
        missed_by=tuple(unit for unit in issue.missed_by if not (never_its and unit == issue.holder)),
        holder=event.unit,
        earlier_holders=earlier,
        given_at=at,
        group=event.group,
        designated=event.route == "designate" or (event.route == "hand_over" and given_back and issue.designated),
        transfers=issue.transfers + moved,
        transfers_by_units=issue.transfers_by_units + (moved and event.by_unit),
        governed_by=event.governed_by or issue.governed_by,
    )
    issue = each(issue, UNIT_OWES, lambda c: replace(c, ended_at=at, taken=True))
    issue = enter(issue, Status.TRANSFERRED if moved else Status.DISPATCHED, at)
    return _charge(issue, event, at)


def _charge(issue: Issue, event: ev.Dispatched, at: datetime) -> Issue:
    """Start what a unit owes from the moment it is given the issue; what a withdrawal ended goes on."""
    limits, unit = issue.limits, issue.holder
    issue = start(issue, Obligation.SIGN, limits.sign, at, unit=unit)
    if limits.report is not None and issue.round == 1:
        issue = start(issue, Obligation.REPORT, limits.report, at, unit=unit)
    if not event.own_limit:
        return again(issue, set(left_to(unit, issue)), at, WITHDRAWN)
    full = event.solve or (limits.solve if issue.round == 1 else limits.rework)
    issue = start(issue, Obligation.SOLVE, full, at, unit=unit)
    ends = replace(issue.clocks[-1], until=event.until, until_from=at) if event.until else issue.clocks[-1]
    return replace(issue, clocks=(*issue.clocks[:-1], ends))


@_apply.register(ev.Signed)
def _(_event: ev.Signed, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.IN_PROGRESS, at)


@_apply.register(ev.ReturnRefused)
def _(event: ev.ReturnRefused, issue: Issue, at: datetime) -> Issue:
    return enter(waited(issue, event.waited, at), Status.IN_PROGRESS, at)


@_apply.register(ev.ReturnAsked)
def _(_event: ev.ReturnAsked, issue: Issue, at: datetime) -> Issue:
    return enter(replace(issue, returns_asked=issue.returns_asked + 1), Status.RETURN_REVIEW, at)


@_apply.register(ev.Reported)
def _(_event: ev.Reported, issue: Issue, at: datetime) -> Issue:
    if issue.status is Status.SUSPENDED:
        owed = issue.clock(Obligation.UPDATE)
        return (
            start(end(issue, at, owed.obligation), owed.obligation, owed.limit, at, unit=owed.unit) if owed else issue
        )
    return _next_report(end(issue, at, Obligation.REPORT), at)


def _next_report(issue: Issue, at: datetime) -> Issue:
    every = issue.limits.report_every
    if every is None or issue.round > 1:
        return issue
    return start(issue, Obligation.REPORT, every, at, unit=issue.holder)


@_apply.register(ev.ResultSubmitted)
def _(event: ev.ResultSubmitted, issue: Issue, at: datetime) -> Issue:
    issue = each(
        replace(issue, outcome=event.outcome, result=event.text),
        RESULT_OWED,
        lambda c: replace(c, stopped_at=c.stopped_at or at),
    )
    return enter(end(issue, at, Obligation.REPORT), Status.CHECKING, at)


_apply.register(ev.AssistAdded)(joint.added)
_apply.register(ev.PartSubmitted)(joint.submitted)
_apply.register(ev.PartAccepted)(joint.accepted)
_apply.register(ev.PartReturned)(joint.returned)
_apply.register(ev.AssistReleased)(joint.released)


@_apply.register(ev.SentBack)
def _(event: ev.SentBack, issue: Issue, at: datetime) -> Issue:
    if event.late_since is not None:
        issue = replace(issue, late_checks=(*issue.late_checks, Pause(event.late_since, CHECKED_LATE, at)))
    issue = each(replace(issue, outcome=None), RESULT_OWED, lambda c: runs_on(c, issue))
    return enter(_next_report(issue, at), Status.IN_PROGRESS, at)


@_apply.register(ev.CheckPassed)
def _(_event: ev.CheckPassed, issue: Issue, at: datetime) -> Issue:
    return enter(_passed(issue, at), Status.TO_DELIVER, at)


def _passed(issue: Issue, at: datetime) -> Issue:
    """Nobody owes a result any more, nor anything towards it."""
    issue = end(replace(issue, level_up_asked=None), at, *RESULT_OWED, Obligation.LEVEL_RULING)
    return joint.lapsed(issue, at)


@_apply.register(ev.Delivered)
def _(_event: ev.Delivered, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.EVALUATING, at)


@_apply.register(ev.Rated)
def _(event: ev.Rated, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, rating=Rating(event.score, event.solved, by=event.by), rated_at=at)
    return enter(issue, Status.CALLBACK if event.callback_due else Status.EVALUATED, at)


@_apply.register(ev.RatingLapsed)
def _(_event: ev.RatingLapsed, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.CALLBACK, at)


@_apply.register(ev.CalledBack)
def _(event: ev.CalledBack, issue: Issue, at: datetime) -> Issue:
    if event.result is CallResult.NO_ANSWER:
        issue = replace(issue, no_answers=(*issue.no_answers, at))
    return enter(issue, Status.EVALUATED, at) if event.settled else issue


@_apply.register(ev.ReworkOrdered)
def _(_event: ev.ReworkOrdered, issue: Issue, at: datetime) -> Issue:
    return _again(issue, at)


@_apply.register(ev.ClosedOut)
def _(_event: ev.ClosedOut, issue: Issue, at: datetime) -> Issue:
    assert issue.outcome is not None
    return close(issue, issue.outcome, at)


@_apply.register(ev.Reopened)
def _(_event: ev.Reopened, issue: Issue, at: datetime) -> Issue:
    """What was never handled goes back to triage, with a clock of its own; the time it lay closed is nobody's."""
    issue = replace(issue, alerted=())
    if issue.outcome is Outcome.WITHDRAWN:
        return as_before_withdrawal(issue, at)
    if issue.outcome in NEVER_HANDLED:
        issue = replace(fresh(issue), holder="", earlier_holders=(), designated=False, round=1, merged_into="")
        issue = replace(issue, missed_by=(), round_since=at)
        return to_triage(start(issue, Obligation.ISSUE, issue.limits.solve, at), at)
    return _again(issue, at)


@_apply.register(ev.Archived)
def _(_event: ev.Archived, issue: Issue, at: datetime) -> Issue:
    return enter(issue, Status.ARCHIVED, at)


@_apply.register(ev.Amended)
def _(event: ev.Amended, issue: Issue, _at: datetime) -> Issue:
    return replace(
        issue,
        title=event.title or issue.title,
        description=event.description or issue.description,
        contact=event.contact or issue.contact,
    )


@_apply.register(ev.Noted)
@_apply.register(ev.CancelRequested)
def _(_event: ev.Noted | ev.CancelRequested, issue: Issue, _at: datetime) -> Issue:
    return issue


@_apply.register(ev.CalendarAdopted)
def _(event: ev.CalendarAdopted, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, policy_version=event.policy_version)
    return redated(issue, event.moved, event.judged, event.kept, at)


@_apply.register(ev.AlarmRaised)
def _(event: ev.AlarmRaised, issue: Issue, at: datetime) -> Issue:
    clocks = tuple(replace(c, pressed_at=at) if c.key == event.clock else c for c in issue.clocks)
    issue = replace(issue, raised=issue.raised | {event.key}, clocks=clocks)
    if event.rung is Rung.R1 and event.clock.split("#")[0] in (Obligation.ISSUE, Obligation.SOLVE):
        issue = _missed(issue, event)
    return _unheeded(issue, event.key, event.debtor, event.told, at)


def _missed(issue: Issue, event: ev.AlarmRaised) -> Issue:
    """The unit that holds it let the time for its result run out."""
    unit = event.debtor.ref
    if event.debtor.desk is not Desk.UNIT or unit != issue.holder or unit in issue.missed_by:
        return issue
    return replace(issue, missed_by=(*issue.missed_by, unit))


def _unheeded(issue: Issue, alarm: str, owes: Party, told: tuple[Party, ...], at: datetime) -> Issue:
    clock, rung = alarm.partition("/")[0], rung_of(alarm)
    if rung not in (Rung.R1, Rung.R2) or not told:
        return issue
    issue = without_notices(issue, f"{clock}/", rung=rung)  # of an earlier deadline
    alerted = tuple(dict.fromkeys((*issue.alerted, *told)))
    notice = Unheeded(alarm, clock, told, at, owes=owes)
    return replace(issue, unheeded=(*issue.unheeded, notice), alerted=alerted)


@_apply.register(ev.OrderIssued)
def _(event: ev.OrderIssued, issue: Issue, at: datetime) -> Issue:
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
    issue = replace(issue, orders=(*issue.orders, order))
    if event.by is None:  # the order is how the alarm's R2 is told
        grant = next((clock.grant for clock in issue.clocks if clock.key == event.clock), 0)
        alarm = alarm_key(event.clock, grant, event.rung, BAD_RATING if event.ground == BAD_RATING else "")
        issue = _unheeded(issue, alarm, Party(Desk.UNIT, event.unit), event.told, at)
    return start(issue, Obligation.REPLY, issue.limits.reply, at, unit=event.unit, order=event.order)


@_apply.register(ev.OrderJoined)
def _(event: ev.OrderJoined, issue: Issue, at: datetime) -> Issue:
    def joined(order: Order) -> Order:
        return replace(order, presses=tuple(dict.fromkeys((*order.presses, event.clock))), joined=True)

    issue = change_order(issue, event.order, joined)
    order = issue.order(event.order)
    if order is None or not event.alarm:
        return issue
    return _unheeded(issue, event.alarm, Party(Desk.UNIT, order.unit), event.told, at)


@_apply.register(ev.OrderReplied)
def _(event: ev.OrderReplied, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, replied_at=at, poor=False))
    order = issue.order(event.order)
    issue = without_notices(issue, *(f"{clock}/" for clock in order.presses) if order else (), rung=Rung.R2)
    issue = order_clocks(issue, event.order, lambda c: replace(c, ended_at=at))
    return start(issue, Obligation.LIFT, issue.limits.lift, at, order=event.order)


@_apply.register(ev.OrderLifted)
def _(event: ev.OrderLifted, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, lifted_at=at, lifted_by=event.by))
    return order_clocks(issue, event.order, lambda c: replace(c, ended_at=at))


@_apply.register(ev.OrderDone)
def _(event: ev.OrderDone, issue: Issue, at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, done_at=at))
    return order_clocks(issue, event.order, lambda c: replace(c, stopped_at=at))


@_apply.register(ev.OrderRevived)
def _(event: ev.OrderRevived, issue: Issue, _at: datetime) -> Issue:
    issue = change_order(issue, event.order, lambda o: replace(o, done_at=None))
    return order_clocks(issue, event.order, lambda c: runs_on(c, issue))


# Statuses


def _again(issue: Issue, at: datetime) -> Issue:
    """Another round with the unit that holds it, or, where none did, another triage under a clock of the issue."""
    issue = replace(fresh(issue), round=issue.round + 1, round_since=at)
    if not issue.dispatched:
        return enter(start(issue, Obligation.ISSUE, issue.limits.solve, at), Status.UNTRIAGED, at)
    issue = enter(issue, Status.IN_PROGRESS, at)
    return start(issue, Obligation.SOLVE, issue.limits.rework, at, unit=issue.holder)


for _kind, _fold in {**LADDER_FOLDS, **REQUEST_FOLDS, **BATCH_FOLDS}.items():
    _apply.register(_kind, _fold)
