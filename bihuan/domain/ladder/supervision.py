"""Raising alarms, and orders: one open order per issue, rung and unit, ended by the act it demands."""

from collections.abc import Iterator
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import OBLIGATION_ZH, Clock, Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import drafts
from bihuan.domain.ladder.escalation import RESULT, Due, rungs, unmet
from bihuan.domain.ladder.orders import Order, WithdrawalGround
from bihuan.domain.ladder.papers import Draft, Ground, Paper, Reason
from bihuan.domain.ladder.responsibility import group_desk, responsible, rung_recipients
from bihuan.domain.ladder.rungs import BAD_RATING, Light, Rung, alarm_key, rung_of
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Status

OVERDUE = "OVERDUE"
LIGHT_OF = {Rung.R0: Light.BLUE, Rung.R1: Light.YELLOW, Rung.R2: Light.RED}


def raise_alarm(
    issue: Issue, clock: Clock, rung: Rung, moment: datetime, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    """A rung is reached: the alarm, and the order or the paper that it requires."""
    raised = _alarm_raised(issue, clock, rung, moment, now, policy)
    yield raised
    owes = raised.debtor
    if rung is Rung.R2 and owes.desk is Desk.UNIT:
        yield _order(issue, clock, raised, now, policy)
    elif rung in drafts.GROUND_OF:
        yield from drafts.drafts_of_rung(issue, clock, rung, owes)
    elif rung is Rung.R1 and _another_unit_missed(issue, clock, owes, policy):
        yield from level_up(issue, clock, Ground.UNITS_MISSED, moment, now, policy)


def raise_bad_rating(issue: Issue, clock: Clock, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """R2 for a confirmed bad rating, on the first clock of the new round; its own rungs are raised all the same."""
    raised = _alarm_raised(issue, clock, Rung.R2, now, now, policy, BAD_RATING)
    yield raised
    if raised.debtor.desk is Desk.UNIT:
        yield _order(issue, clock, raised, now, policy)


def _alarm_raised(
    issue: Issue, clock: Clock, rung: Rung, moment: datetime, now: datetime, policy: Policy, ground: str = ""
) -> ev.AlarmRaised:
    owes = responsible(clock, issue, policy, moment)
    return ev.AlarmRaised(
        clock=clock.key,
        grant=clock.grant,
        rung=rung,
        moment=moment,
        debtor=owes,
        told=rung_recipients(rung, clock, owes, issue, policy),
        late=_late(moment, now, policy),
        ground=ground,
    )


def _late(moment: datetime, now: datetime, policy: Policy) -> bool:
    return (now - moment).total_seconds() > policy.alarms_late_s


def repeat_alarm(issue: Issue, key: str, count: int, moment: datetime, now: datetime, policy: Policy) -> ev.Event:
    """The repetition of a notice."""
    notice = next(one for one in issue.supervision.unheeded if one.alarm == key)
    return ev.AlarmRepeated(
        alarm=key,
        rung=rung_of(key),
        count=count,
        moment=moment,
        told=notice.told,
        late=_late(moment, now, policy),
    )


def remind_unmet(issue: Issue, clock: Clock, due: Due, now: datetime, policy: Policy) -> ev.Event:
    """One reminder of all unmet obligations, to whoever can still act on them."""
    standing = {one.clock for one in unmet(issue, policy)} - {clock.key}
    beside = tuple(other for other in issue.clocks if other.key in standing)
    owed = {one.key: responsible(one, issue, policy, due.at) for one in (clock, *beside)}
    hear = (
        party for one in (clock, *beside) for party in drafts.reminder_recipients(one, owed[one.key], issue, policy)
    )
    return ev.StillUnmet(
        clock=clock.key,
        rung=Rung(due.rung),
        count=due.reminder,
        moment=due.at,
        debtor=owed[clock.key],
        beside=tuple(ev.Unmet(one.key, owed[one.key]) for one in beside),
        told=tuple(dict.fromkeys(hear)),
        late=_late(due.at, now, policy),
    )


def level_up(
    issue: Issue, clock: Clock, ground: Ground, moment: datetime, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    """R4 by count: the alarm on the clock that completed the count, and the paper for a leader."""
    raised_before = alarm_key(clock.key, clock.grant, Rung.R4) in issue.supervision.raised
    if issue.governance.limits.level_up is None or raised_before:
        return
    raised = _alarm_raised(issue, clock, Rung.R4, moment, now, policy)
    yield raised
    yield from drafts.open_draft(issue, Paper.LEVEL_UP, Reason(ground, clock.key), raised.debtor)


def _another_unit_missed(issue: Issue, clock: Clock, owes: Party, policy: Policy) -> bool:
    """Whether this unit completes the number of units that missed the result which requires a level-up."""
    unit, missed_by = issue.assignment.holder, issue.assignment.missed_by
    fresh = owes == Party(Desk.UNIT, unit) and unit not in missed_by
    return clock.obligation in RESULT and fresh and len(missed_by) + 1 >= policy.level_up_units


def _order(issue: Issue, clock: Clock, raised: ev.AlarmRaised, now: datetime, policy: Policy) -> ev.Event:
    """An order to the unit of the alarm, or the alarm joins its open order and the unit's head is notified again."""
    unit = raised.debtor.ref
    of_reply = issue.supervision.order(clock.order)
    standing = of_reply if of_reply and of_reply.open else existing_order(issue, raised.rung, unit)
    if standing is not None:
        head = Party(Desk.UNIT_HEAD, unit)
        return ev.OrderJoined(order=standing.no, clock=clock.key, alarm=raised.key, told=(head,))
    scope, ground = f"督促完成：{OBLIGATION_ZH[clock.obligation]}", raised.ground or OVERDUE
    return issue_order(issue, clock, raised.rung, unit, scope, now, policy, ground=ground)


def existing_order(issue: Issue, rung: Rung, unit: str, *, explains: bool = False) -> Order | None:
    """The open order of a unit at this rung. Orders to explain (``explains``) are kept apart from orders to act."""
    sought = (rung, unit, explains)
    return next(
        (one for one in issue.supervision.open_orders if (one.rung, one.unit, one.demands_reply_only) == sought), None
    )


def withdraw_from_unit(issue: Issue, unit: str) -> Iterator[ev.Event]:
    """Withdraw the orders and criticisms of a unit whose return was approved."""
    for one in issue.supervision.open_orders:
        if one.unit == unit:
            yield ev.OrderWithdrawn(order=one.no, ground=WithdrawalGround.RETURN_APPROVED)
    for paper in issue.supervision.open_drafts:
        if paper.paper is Paper.CRITICISM and paper.to == Party(Desk.UNIT, unit):
            yield ev.DraftLapsed(draft=paper.no)


def withdraw_premature(issue: Issue, clock: str) -> Iterator[ev.Event]:
    """Withdraw the orders that demand only this overdue clock, which was extended."""
    for one in issue.supervision.open_orders:
        owed = {act.key for act in demanded_clocks(one, issue) if act.open and act.stopped_at is None}
        if owed == {clock} and one.ground == OVERDUE:
            yield ev.OrderWithdrawn(order=one.no, ground=WithdrawalGround.EXTENDED)


def demanded_clocks(one: Order, issue: Issue) -> list[Clock]:
    """The clocks whose obligations an order demands, without the order's own reply."""
    return [clock for clock in issue.clocks if clock.key in one.presses and clock.order != one.no]


def issue_order(
    issue: Issue,
    clock: Clock | None,
    rung: Rung,
    unit: str,
    scope: str,
    now: datetime,
    policy: Policy,
    *,
    ground: str = OVERDUE,
    by: Actor | None = None,
) -> ev.OrderIssued:
    """An order in the name of the issue's group, with all that such a paper must say (docs/rules.md 5.3).

    Without a clock it demands only a reply.
    """
    group = policy.group(issue.assignment.group)
    return ev.OrderIssued(
        order=f"{issue.issue_no}-D{len(issue.supervision.orders) + 1}",
        rung=rung,
        group=group.id,
        unit=unit,
        authorisation_ref=group.authorisation_ref,
        clock=clock.key if clock else "",
        team_leader=str(_team_leader(group.id, policy)),
        scope=scope,
        reply_due=policy.calendar.after(now, issue.governance.limits.reply),
        ground=ground,
        by=by,
        told=(
            Party(Desk.UNIT_HEAD, unit),
            group_desk(group.id, policy),
            Party(Desk.COUNTY_LEADER, issue.matter.county),
            Party(Desk.COORDINATION),
        ),
    )


def _team_leader(group: str, policy: Policy) -> Party:
    return Party(Desk.COORDINATION_HEAD) if group == policy.coordination.id else Party(Desk.GROUP_LEADER, group)


def order_light(one: Order, issue: Issue, policy: Policy, now: datetime) -> Light:
    """Blue near the reply's due moment, yellow when it is late or was poor, red from its R2 until it is done."""
    if not one.open:
        return Light.GREEN
    reply = next(
        (c for c in issue.clocks if c.order == one.no and c.obligation is Obligation.REPLY and c.running), None
    )
    reached = [LIGHT_OF[Rung(due.rung)] for due in _reply_rungs(reply, issue, policy) if due.at <= now]
    return max([Light.YELLOW if one.poor else Light.GREEN, *reached], key=list(Light).index)


def _reply_rungs(reply: Clock | None, issue: Issue, policy: Policy) -> list[Due]:
    return [due for due in rungs(reply, issue, policy) if due.rung in LIGHT_OF] if reply else []


def consequences(issue: Issue) -> Iterator[ev.Event]:
    """What follows for orders and papers from the issue's clocks: done once all they demand is done; an order is open
    again where that was sent back."""
    for one in issue.supervision.orders:
        demanded = demanded_clocks(one, issue)
        running = any(clock.open and clock.stopped_at is None for clock in demanded)
        undone = any(clock.taken and clock.unit == one.unit for clock in demanded)  # taken away is not done
        if one.open and demanded and not running and not undone:
            yield ev.OrderDone(order=one.no)
        elif one.done_at is not None and one.withdrawn_at is None and running and not issue.closed:
            yield ev.OrderRevived(order=one.no)
    for paper in issue.supervision.open_drafts:
        if _is_pointless(paper, issue):
            yield ev.DraftLapsed(draft=paper.no)


def _is_pointless(paper: Draft, issue: Issue) -> bool:
    """A criticism concerns the past, so it may be signed until the archive; the other papers are pointless once
    the result has passed its check or the issue is closed."""
    if paper.paper is Paper.CRITICISM:
        return issue.status is Status.ARCHIVED
    pressed = [clock for clock in issue.clocks if clock.key in paper.presses]
    return issue.closed or not any(clock.open or clock.taken for clock in pressed)


def first_clock(again: Issue) -> Clock:
    """The first clock of a round: the unit's, or, where no unit holds the issue, the triager's."""
    clock = again.clock(Obligation.SOLVE) or again.clock(Obligation.TRIAGE)
    assert clock is not None, "a round starts with a clock"
    return clock


def level_up_by_count(after: Issue, ground: Ground, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """R4 for a completed count, on the clock the act started."""
    yield from level_up(after, first_clock(after), ground, now, now, policy)
