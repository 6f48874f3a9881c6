"""notices(): which desks must be told of an event, and how urgently. Who sits there today is not for here."""

from functools import singledispatch

from bihuan.domain import events as ev
from bihuan.domain.batches import events as bev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.commands import AuditVerdict, CallResult
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import drafts
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.papers import Draft
from bihuan.domain.ladder.responsibility import group_desk, told
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.requests.values import Request

Parties = tuple[Party, ...]
CLOSES = (ev.Answered, ev.Rejected, ev.Merged, ev.ClosedOut, ev.Withdrawn, ev.Terminated)


def notices(event: ev.Event, issue: Issue, policy: Policy) -> Parties:
    """Who must be told of this event of the issue (as it stands after it), each once. Empty: nobody.

    Whoever was alerted to it hears that it is over, so that nobody goes on pressing for what is done.
    """
    alerted = issue.alerted if isinstance(event, CLOSES) else ()
    return tuple(dict.fromkeys((*_told(event, issue, policy), *alerted)))


def urgent(event: ev.Event, issue: Issue) -> bool:
    """Whether a notice of this may not wait for the office hours: an urgent issue, or R2 and above."""
    match event:
        case ev.AlarmRaised() | lev.AlarmRepeated() | lev.StillUnmet() | lev.DraftOpened():
            pressing = event.rung not in (Rung.R0, Rung.R1)
        case ev.OrderIssued() | ev.OrderJoined() | ev.OrderRevived() | lev.OrderReplyReturned() | lev.DraftSigned():
            pressing = True
        case _:
            pressing = False
    return pressing or issue.urgency is Urgency.URGENT


def _enterprise(issue: Issue) -> Party:
    return Party(Desk.ENTERPRISE, issue.enterprise.uscc)


def _liaison(issue: Issue) -> Parties:
    return (Party(Desk.LIAISON, issue.liaison),) if issue.liaison else ()


def _unit(issue: Issue) -> Parties:
    return (Party(Desk.UNIT, issue.holder),) if issue.holder else ()


def _assistants(issue: Issue) -> Parties:
    """The units whose part is open, or was until the issue was closed just now."""
    return tuple(Party(Desk.UNIT, part.unit) for part in issue.parts if part.ended_at in (None, issue.closed_at))


@singledispatch
def _told(_event: ev.Event, _issue: Issue, _policy: Policy) -> Parties:
    return ()


@_told.register
def _(event: ev.Submitted, issue: Issue, _policy: Policy) -> Parties:
    return (
        _enterprise(issue),
        issue.triager if event.complete else Party(Desk.LIAISON, issue.liaison or issue.keyed_by.person),
    )


@_told.register
def _(event: ev.Completed, issue: Issue, _policy: Policy) -> Parties:
    return (issue.triager, *((Party(Desk.LIAISON, event.liaison),) if event.liaison else ()))


@_told.register(ev.InfoSupplied)
@_told.register(ev.InfoLapsed)
def _(_event: ev.Event, issue: Issue, _policy: Policy) -> Parties:
    return (issue.triager,)


@_told.register
def _(_event: ev.AcceptedBySilence, issue: Issue, policy: Policy) -> Parties:
    """The enterprise, the triager, and whoever would have heard that the triager is late."""
    clock = issue.clock(Obligation.TRIAGE)
    assert clock is not None, "what silence accepted is still to be handed over"
    return (_enterprise(issue), issue.triager, *told(Rung.R1, clock, issue.triager, issue, policy))


@_told.register
def _(_event: ev.ResultSubmitted, issue: Issue, _policy: Policy) -> Parties:
    return (issue.triager, *_assistants(issue))


@_told.register
def _(_event: ev.Followed, issue: Issue, _policy: Policy) -> Parties:
    return (_enterprise(issue), *_liaison(issue))


@_told.register
def _(_event: ev.MergeRefused, issue: Issue, _policy: Policy) -> Parties:
    return (issue.triager,)


@_told.register
def _(_event: ev.Unfollowed, issue: Issue, _policy: Policy) -> Parties:
    return () if issue.closed else (issue.triager,)


@_told.register
def _(_event: ev.Inherited, issue: Issue, _policy: Policy) -> Parties:
    return _unit(issue)


@_told.register
def _(_event: ev.InfoAsked, issue: Issue, _policy: Policy) -> Parties:
    return (_enterprise(issue), *_liaison(issue))


@_told.register(ev.Answered)
@_told.register(ev.Rejected)
@_told.register(ev.Merged)
@_told.register(ev.Reported)
@_told.register(ev.ClosedOut)
def _(_event: ev.Event, issue: Issue, _policy: Policy) -> Parties:
    return (_enterprise(issue),)


@_told.register
def _(_event: ev.Delivered, issue: Issue, _policy: Policy) -> Parties:
    """An enterprise without an account rates through the call-back agent."""
    return (_enterprise(issue),) if issue.enterprise.uscc else (_enterprise(issue), Party(Desk.CALLBACK))


@_told.register(ev.Withdrawn)
@_told.register(ev.Terminated)
def _(_event: ev.Event, issue: Issue, _policy: Policy) -> Parties:
    return (_enterprise(issue), issue.triager, *_unit(issue), *_assistants(issue))


@_told.register
def _(_event: ev.WithdrawalAsked, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.CALLBACK), _enterprise(issue), issue.triager)


@_told.register
def _(event: ev.WithdrawalAudited, issue: Issue, policy: Policy) -> Parties:
    """A genuine one is told as the withdrawal. What the enterprise said against a unit, the order tells the unit."""
    if event.verdict is AuditVerdict.GENUINE:
        return ()
    return (_enterprise(issue), issue.triager, group_desk(issue.group, policy))


@_told.register
def _(event: ev.Dispatched, issue: Issue, policy: Policy) -> Parties:
    service = (Party(Desk.SERVICE_GROUP, issue.service_group),) if issue.service_group else ()
    former = (Party(Desk.UNIT, issue.earlier_holders[-1]),) if issue.earlier_holders else ()
    everyone = (*_unit(issue), *former, *_assistants(issue), *_liaison(issue), *service)
    return (*everyone, group_desk(issue.group, policy), *_waits_longer(event, issue))


@_told.register(ev.ReturnAsked)
def _(_event: ev.ReturnAsked, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.COORDINATION),)


@_told.register
def _(event: ev.RequestAsked, _issue: Issue, _policy: Policy) -> Parties:
    return _rulers(event.asked)


@_told.register(ev.RequestWithdrawn)
def _(event: ev.RequestWithdrawn, issue: Issue, _policy: Policy) -> Parties:
    request = issue.request(event.request)
    return _rulers(request) if request else ()


@_told.register(ev.RequestApproved)
@_told.register(ev.RequestRefused)
def _(event: ev.RequestApproved | ev.RequestRefused, issue: Issue, policy: Policy) -> Parties:
    request = issue.request(event.request)
    return (_desk_of(request.asked_by, policy),) if request else ()


def _rulers(request: Request) -> Parties:
    """The desk that rules; coordination brings a leader's requests before the leader."""
    if request.approver.desk is Desk.LEADER:
        return (Party(Desk.COORDINATION), request.approver)
    return (request.approver,)


def _desk_of(person: Actor, policy: Policy) -> Party:
    match person.role:
        case Role.HED:
            return Party(Desk.UNIT, person.org)
        case Role.HUB:
            return Party(Desk.UNIT, policy.hub(person.org))
        case Role.SVG:
            return Party(Desk.SERVICE_GROUP, person.org)
        case _:
            return Party(Desk.COORDINATION)


@_told.register
def _(_event: ev.Extended, issue: Issue, policy: Policy) -> Parties:
    return (_enterprise(issue), *_liaison(issue), group_desk(issue.group, policy))


@_told.register
def _(_event: ev.Suspended, issue: Issue, policy: Policy) -> Parties:
    return (_enterprise(issue), *_liaison(issue), *_assistants(issue), group_desk(issue.group, policy))


@_told.register
def _(_event: ev.Resumed, issue: Issue, policy: Policy) -> Parties:
    everyone = (_enterprise(issue), *_liaison(issue), *_unit(issue), *_assistants(issue))
    return (*everyone, group_desk(issue.group, policy))


@_told.register
def _(_event: ev.RatingSetAside, issue: Issue, _policy: Policy) -> Parties:
    return (_enterprise(issue), issue.triager, *_unit(issue))


@_told.register
def _(event: ev.SentBack, issue: Issue, _policy: Policy) -> Parties:
    """The enterprise too, where a late check moved the deadline it waits by."""
    waits = (_enterprise(issue),) if event.moved else ()
    return (*_unit(issue), *_assistants(issue), *waits)


@_told.register(ev.AssistAdded)
@_told.register(ev.AssistReleased)
def _(event: ev.AssistAdded | ev.AssistReleased, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.UNIT, event.unit), *_unit(issue))


@_told.register
def _(_event: ev.PartSubmitted, issue: Issue, _policy: Policy) -> Parties:
    return _unit(issue)


@_told.register(ev.PartAccepted)
@_told.register(ev.PartReturned)
def _(event: ev.PartAccepted | ev.PartReturned, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.UNIT, event.unit),)


@_told.register
def _(event: ev.ReturnRefused, issue: Issue, _policy: Policy) -> Parties:
    return (*_unit(issue), *_waits_longer(event, issue))


def _waits_longer(event: ev.ReturnRefused | ev.Dispatched, issue: Issue) -> Parties:
    """The enterprise, where a late ruling moved the deadline it waits by."""
    moved = event.waited and event.waited.moved.clock == issue.deadline.key
    return (_enterprise(issue),) if moved else ()


@_told.register(ev.CheckPassed)
def _(_event: ev.Event, issue: Issue, _policy: Policy) -> Parties:
    return _unit(issue)


@_told.register
def _(event: ev.Rated, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.CALLBACK) if event.callback_due else issue.triager, *_unit(issue))


@_told.register(ev.RatingLapsed)
def _(_event: ev.RatingLapsed, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.CALLBACK),)


@_told.register
def _(event: ev.CalledBack, issue: Issue, _policy: Policy) -> Parties:
    return (issue.triager,) if event.settled or event.result is CallResult.NOT_SOLVED else ()


@_told.register
def _(_event: ev.ReworkOrdered, issue: Issue, _policy: Policy) -> Parties:
    if not issue.dispatched:
        return (issue.triager,)
    return (*_unit(issue), Party(Desk.UNIT_HEAD, issue.holder))


@_told.register
def _(_event: ev.Reopened, issue: Issue, policy: Policy) -> Parties:
    completes = _liaison(issue) if issue.incomplete else ()
    return (issue.triager, *completes, *_unit(issue), group_desk(issue.group, policy))


@_told.register
def _(event: ev.AlarmRaised, _issue: Issue, _policy: Policy) -> Parties:
    return event.told


@_told.register
def _(event: ev.OrderIssued, issue: Issue, policy: Policy) -> Parties:
    return event.told or (
        Party(Desk.UNIT_HEAD, event.unit),
        group_desk(event.group, policy),
        Party(Desk.COUNTY_LEADER, issue.county),
        Party(Desk.COORDINATION),
    )


@_told.register
def _(event: ev.OrderReplied, issue: Issue, policy: Policy) -> Parties:
    order = issue.order(event.order)
    return (group_desk(order.group, policy),) if order else ()


@_told.register
def _(event: ev.OrderDone, issue: Issue, policy: Policy) -> Parties:
    order = issue.order(event.order)
    return (Party(Desk.UNIT_HEAD, order.unit), group_desk(order.group, policy)) if order else ()


@_told.register(ev.OrderLifted)
@_told.register(lev.ObjectionRuled)
@_told.register(lev.OrderWithdrawn)
def _(event: ev.OrderLifted | lev.ObjectionRuled | lev.OrderWithdrawn, issue: Issue, policy: Policy) -> Parties:
    """Its conclusion goes to the unit it names."""
    order = issue.order(event.order)
    return (*_named(order), group_desk(order.group, policy)) if order else ()


@_told.register
def _(event: lev.OrderReplyReturned, issue: Issue, _policy: Policy) -> Parties:
    order = issue.order(event.order)
    return _named(order) if order else ()


@_told.register
def _(event: lev.OrderObjected, issue: Issue, policy: Policy) -> Parties:
    order = issue.order(event.order)
    return (Party(Desk.COORDINATION), group_desk(order.group, policy)) if order else ()


def _named(order: Order) -> Parties:
    return (Party(Desk.UNIT, order.unit), Party(Desk.UNIT_HEAD, order.unit))


@_told.register(lev.AlarmRepeated)
@_told.register(lev.StillUnmet)
@_told.register(lev.Urged)
@_told.register(ev.OrderJoined)
def _(event: lev.AlarmRepeated | lev.StillUnmet | lev.Urged | ev.OrderJoined, _issue: Issue, _p: Policy) -> Parties:
    return event.told


@_told.register
def _(_event: lev.LevelUpAsked, issue: Issue, policy: Policy) -> Parties:
    return (Party(Desk.COORDINATION), group_desk(issue.group, policy))


@_told.register
def _(_event: lev.LevelUpRuled, issue: Issue, policy: Policy) -> Parties:
    return (*_head(issue), group_desk(issue.group, policy))


def _head(issue: Issue) -> Parties:
    return (Party(Desk.UNIT_HEAD, issue.holder),) if issue.holder else ()


@_told.register
def _(event: lev.ConsultationConvened, issue: Issue, policy: Policy) -> Parties:
    return _meeting(event.participants, issue, policy)


@_told.register
def _(event: lev.ConsultationRecorded, issue: Issue, policy: Policy) -> Parties:
    held = next(one for one in issue.consultations if one.no == event.consultation)
    return (*_meeting(held.participants, issue, policy), *((Party(Desk.UNIT, event.lead),) if event.lead else ()))


def _meeting(participants: tuple[str, ...], issue: Issue, policy: Policy) -> Parties:
    """Who takes part, and whose matter it is."""
    named = tuple(Party(Desk.UNIT, unit) for unit in participants)
    return (*named, *_unit(issue), issue.triager, group_desk(issue.group, policy))


@_told.register
def _(event: lev.DraftOpened, issue: Issue, policy: Policy) -> Parties:
    """Inside the house: who must sign it, and the group."""
    return (_draft(event.draft, issue).before, group_desk(issue.group, policy))


@_told.register
def _(event: lev.DraftSigned, issue: Issue, policy: Policy) -> Parties:
    return drafts.signed_to(_draft(event.draft, issue), issue, policy)


@_told.register(lev.DraftDiscarded)
@_told.register(lev.DraftLapsed)
def _(_event: ev.Event, issue: Issue, policy: Policy) -> Parties:
    return (Party(Desk.COORDINATION), group_desk(issue.group, policy))


def _draft(no: str, issue: Issue) -> Draft:
    known = issue.draft(no)
    assert known is not None, "what is signed was drafted"
    return known


@_told.register
def _(event: ev.OrderRevived, issue: Issue, _policy: Policy) -> Parties:
    order = issue.order(event.order)
    return (Party(Desk.UNIT_HEAD, order.unit),) if order else ()


@_told.register(bev.ClocksHeld)
@_told.register(bev.ClocksReleased)
def _(_event: ev.Event, issue: Issue, _policy: Policy) -> Parties:
    """Whoever works by the clocks, and whoever waits by them; the groups are told of the batch, not of each issue."""
    return (*(_unit(issue) or (issue.triager,)), _enterprise(issue), *_liaison(issue))


@_told.register(ev.CalendarAdopted)
@_told.register(bev.PolicyAdopted)
@_told.register(ev.Classified)
def _(event: ev.CalendarAdopted | bev.PolicyAdopted | ev.Classified, issue: Issue, _policy: Policy) -> Parties:
    """Whoever works by a deadline hears that it moved; the enterprise, where it is the one it waits by."""
    moved = {one.clock for one in event.moved if one.was != one.due or one.was is None}
    if not moved or issue.closed:
        return ()
    waits = (_enterprise(issue),) if issue.deadline.key in moved else ()
    assistants = (Party(Desk.UNIT, part.unit) for part in issue.open_parts if part.clock in moved)
    return (*(_unit(issue) or (issue.triager,)), *assistants, *waits)


@_told.register(ev.CancelRequested)
def _(_event: ev.CancelRequested, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.COORDINATION),) if issue.clock(Obligation.ARCHIVE) is None else ()
