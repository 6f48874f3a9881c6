"""Rows of what follows a result, and of how an issue ends: rating, call-back, withdrawal, closing, reopening."""

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.commands import AuditVerdict, CallResult
from bihuan.domain.issue import Issue
from bihuan.domain.notifications.addressees import (
    assistants,
    callback,
    coordination,
    enterprise,
    group,
    head,
    liaison,
    triager,
    unit,
)
from bihuan.domain.notifications.row import EventRow, Parties
from bihuan.domain.notifications.samples import (
    ASSISTANT,
    CALLBACK,
    COORDINATION,
    ENTERPRISE,
    GROUP,
    HEAD,
    LIAISON,
    UNIT,
)
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy


def _who_follows_rating(event: ev.Rated, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.CALLBACK) if event.callback_due else issue.triager,)


def _who_follows_call(event: ev.CalledBack, issue: Issue, _policy: Policy) -> Parties:
    return (issue.triager,) if event.settled or event.result is CallResult.NOT_SOLVED else ()


def _who_reworks(event: ev.ReworkOrdered, issue: Issue, policy: Policy) -> Parties:
    if not issue.dispatched:
        return triager(event, issue, policy)
    return (*unit(event, issue, policy), *head(event, issue, policy))


def _whom_it_concerns(event: ev.WithdrawalAudited, issue: Issue, policy: Policy) -> Parties:
    """Nobody where it was genuine: the withdrawal notifies. The unit is notified by the order, if one follows."""
    if event.verdict is AuditVerdict.GENUINE:
        return ()
    return (*enterprise(event, issue, policy), *triager(event, issue, policy), *group(event, issue, policy))


def _who_completes(event: ev.Reopened, issue: Issue, policy: Policy) -> Parties:
    """The liaison official, where the receipt was never completed."""
    return liaison(event, issue, policy) if issue.incomplete else ()


def _coordination_unless_archived(event: ev.CancelRequested, issue: Issue, policy: Policy) -> Parties:
    return coordination(event, issue, policy) if issue.clock(Obligation.ARCHIVE) is None else ()


EVALUATION = (
    EventRow(ev.Rated, "评价", "rated", recipients=(_who_follows_rating, unit), sample=(CALLBACK, UNIT)),
    EventRow(ev.RatingLapsed, "评价期满", "time to rate over", recipients=(callback,), sample=(CALLBACK,)),
    EventRow(ev.CalledBack, "回访", "called back", recipients=(_who_follows_call,), sample=(COORDINATION,)),
    EventRow(ev.ReworkOrdered, "重办", "rework ordered", recipients=(_who_reworks,), sample=(UNIT, HEAD)),
    EventRow(
        ev.WithdrawalAsked,
        "提出撤单",
        "withdrawal asked",
        recipients=(callback, enterprise, triager),
        sample=(CALLBACK, ENTERPRISE, COORDINATION),
    ),
    EventRow(
        ev.WithdrawalAudited,
        "撤单质检",
        "withdrawal audited",
        recipients=(_whom_it_concerns,),
        sample=(ENTERPRISE, COORDINATION, GROUP),
    ),
    EventRow(
        ev.Withdrawn,
        "撤单",
        "withdrawn",
        recipients=(enterprise, triager, unit, assistants),
        closes=True,
        sample=(ENTERPRISE, COORDINATION, UNIT, ASSISTANT, HEAD, GROUP),
    ),
    EventRow(
        ev.ClosedOut,
        "销号",
        "closed out",
        recipients=(enterprise,),
        closes=True,
        sample=(ENTERPRISE, HEAD, GROUP),
    ),
    EventRow(
        ev.Reopened,
        "重新打开",
        "reopened",
        recipients=(triager, _who_completes, unit, group),
        sample=(COORDINATION, LIAISON, UNIT, GROUP),
    ),
    EventRow(ev.Archived, "归档", "archived"),
    EventRow(
        ev.CancelRequested,
        "请求取消",
        "cancel requested",
        recipients=(_coordination_unless_archived,),
        sample=(COORDINATION,),
    ),
)
