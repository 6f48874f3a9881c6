"""Rows of the work itself: dispatch, return, result and check, and the parts of assisting units."""

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.notifications.addressees import (
    assistants,
    coordination,
    enterprise,
    group,
    liaison,
    named_unit,
    triager,
    unit,
)
from bihuan.domain.notifications.clocks import deadline
from bihuan.domain.notifications.row import EventRow, Parties, own_fields
from bihuan.domain.notifications.samples import (
    ASSISTANT,
    CALLBACK,
    COORDINATION,
    ENTERPRISE,
    GROUP,
    LIAISON,
    SERVICE_GROUP,
    UNIT,
)
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy


def _former_unit(_event: ev.Dispatched, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.UNIT, issue.earlier_holders[-1]),) if issue.earlier_holders else ()


def _service_group(_event: ev.Dispatched, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.SERVICE_GROUP, issue.service_group),) if issue.service_group else ()


def _whose_deadline_moved(event: ev.SentBack, issue: Issue, policy: Policy) -> Parties:
    """The enterprise, where a late check moved the deadline it waits by."""
    return enterprise(event, issue, policy) if event.moved else ()


def _waits_longer(event: ev.ReturnRefused | ev.Dispatched, issue: Issue, policy: Policy) -> Parties:
    """The enterprise, where a late ruling moved the deadline it waits by."""
    moved = event.waited is not None and event.waited.moved.clock == issue.deadline.key
    return enterprise(event, issue, policy) if moved else ()


def _deadline_after_ruling(event: ev.ReturnRefused | ev.Dispatched, issue: Issue) -> object:
    moved = event.waited.moved if event.waited else None
    return moved.due if moved and moved.clock == issue.deadline.key else None


def _who_rates(_event: ev.Delivered, issue: Issue, _policy: Policy) -> Parties:
    """An enterprise without an account rates through the call-back agent."""
    return () if issue.enterprise.uscc else (Party(Desk.CALLBACK),)


HANDLING = (
    EventRow(
        ev.Dispatched,
        "派单",
        "given to a unit",
        recipients=(unit, _former_unit, assistants, liaison, _service_group, group, _waits_longer),
        facts={"due_at": _deadline_after_ruling},
        sample=(UNIT, ASSISTANT, LIAISON, SERVICE_GROUP, GROUP, ENTERPRISE),
        sample_facts={"due_at": ""},
    ),
    EventRow(ev.Signed, "签收", "signed"),
    EventRow(ev.ReturnAsked, "申请退回", "return asked", recipients=(coordination,), sample=(COORDINATION,)),
    EventRow(
        ev.ReturnRefused,
        "不同意退回",
        "return refused",
        recipients=(unit, _waits_longer),
        facts={"due_at": _deadline_after_ruling},
        sample=(UNIT, ENTERPRISE),
    ),
    EventRow(ev.Reported, "阶段性反馈", "reported", recipients=(enterprise,), sample=(ENTERPRISE,)),
    EventRow(
        ev.ResultSubmitted,
        "提交结果",
        "result submitted",
        recipients=(triager, assistants),
        sample=(COORDINATION, ASSISTANT),
    ),
    EventRow(ev.CheckPassed, "审核通过", "check passed", recipients=(unit,), sample=(UNIT,)),
    EventRow(
        ev.SentBack,
        "审核退回",
        "sent back",
        recipients=(unit, assistants, _whose_deadline_moved),
        facts={"due_at": deadline},
        sample=(UNIT, ASSISTANT, ENTERPRISE),
    ),
    EventRow(
        ev.AssistAdded,
        "增加协办",
        "assisting unit added",
        recipients=(named_unit, unit),
        facts=own_fields("task", assisting_unit="unit"),
        sample=(ASSISTANT, UNIT),
    ),
    EventRow(
        ev.PartSubmitted,
        "提交协办",
        "part handed in",
        recipients=(unit,),
        facts=own_fields(assisting_unit="unit"),
        sample=(UNIT,),
    ),
    EventRow(
        ev.PartAccepted,
        "采纳协办",
        "part accepted",
        recipients=(named_unit,),
        facts=own_fields(assisting_unit="unit"),
        sample=(ASSISTANT,),
    ),
    EventRow(
        ev.PartReturned,
        "退回协办",
        "part returned",
        recipients=(named_unit,),
        facts=own_fields("reason", assisting_unit="unit"),
        sample=(ASSISTANT,),
    ),
    EventRow(
        ev.AssistReleased,
        "免除协办",
        "assisting unit released",
        recipients=(named_unit, unit),
        facts=own_fields("reason", assisting_unit="unit"),
        sample=(ASSISTANT, UNIT),
    ),
    EventRow(
        ev.Delivered,
        "反馈企业",
        "enterprise informed",
        recipients=(enterprise, _who_rates),
        facts=own_fields("text"),
        sample=(ENTERPRISE, CALLBACK),
    ),
)
