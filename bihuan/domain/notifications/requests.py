"""Rows of side requests, the ruling on them, and what an approval brings about."""

from bihuan.domain import events as ev
from bihuan.domain.commands import TerminationGround
from bihuan.domain.issue import Issue
from bihuan.domain.notifications.addressees import assistants, enterprise, group, liaison, triager, unit
from bihuan.domain.notifications.row import EventRow, Parties, own_fields
from bihuan.domain.notifications.samples import (
    ASSISTANT,
    COORDINATION,
    ENTERPRISE,
    GROUP,
    HEAD,
    LEADER,
    LIAISON,
    UNIT,
)
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.requests.values import Request


def _rulers_asked(event: ev.RequestAsked, _issue: Issue, _policy: Policy) -> Parties:
    return _rulers(event.asked)


def _rulers_left(event: ev.RequestWithdrawn, issue: Issue, _policy: Policy) -> Parties:
    request = issue.request(event.request)
    return _rulers(request) if request else ()


def _rulers(request: Request) -> Parties:
    """The desk that rules; coordination brings a leader's requests before the leader."""
    if request.approver.desk is Desk.LEADER:
        return (Party(Desk.COORDINATION), request.approver)
    return (request.approver,)


def _who_asked(event: ev.RequestApproved | ev.RequestRefused, issue: Issue, policy: Policy) -> Parties:
    request = issue.request(event.request)
    return (_desk_of(request.asked_by, policy),) if request else ()


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


def _reason_asked(event: ev.Extended, issue: Issue) -> str:
    request = issue.request(event.request)
    return request.reason if request else ""


REQUESTS = (
    EventRow(
        ev.RequestAsked,
        "提出申请",
        "request made",
        recipients=(_rulers_asked,),
        facts=own_fields(request="asked.no", kind="asked.kind", reason="asked.reason", until="asked.until"),
        sample=(COORDINATION, LEADER),
    ),
    EventRow(
        ev.RequestApproved,
        "同意申请",
        "request approved",
        recipients=(_who_asked,),
        facts=own_fields("request", "reason"),
        sample=(UNIT,),
    ),
    EventRow(
        ev.RequestRefused,
        "不同意申请",
        "request refused",
        recipients=(_who_asked,),
        facts=own_fields("request", "reason"),
        sample=(UNIT,),
    ),
    EventRow(
        ev.RequestWithdrawn,
        "撤回申请",
        "request withdrawn",
        recipients=(_rulers_left,),
        facts=own_fields("request", "reason"),
        sample=(COORDINATION,),
    ),
    EventRow(ev.RequestOvertaken, "申请失效", "request overtaken"),
    EventRow(
        ev.Extended,
        "延期",
        "extended",
        recipients=(enterprise, liaison, group),
        facts={**own_fields("request", "until"), "reason": _reason_asked},
        sample=(ENTERPRISE, LIAISON, GROUP),
    ),
    EventRow(
        ev.Suspended,
        "挂起",
        "suspended",
        recipients=(enterprise, liaison, assistants, group),
        facts=own_fields("basis", "reason", "until"),
        sample=(ENTERPRISE, LIAISON, ASSISTANT, GROUP),
    ),
    EventRow(
        ev.Resumed,
        "恢复办理",
        "resumed",
        recipients=(enterprise, liaison, unit, assistants, group),
        facts=own_fields("reason", "lapsed"),
        sample=(ENTERPRISE, LIAISON, UNIT, ASSISTANT, GROUP),
        sample_facts={"lapsed": ""},
    ),
    EventRow(
        ev.Terminated,
        "终止办理",
        "terminated",
        recipients=(enterprise, triager, unit, assistants),
        facts=own_fields("ground", "reason", "other_channel"),
        closes=True,
        sample=(ENTERPRISE, COORDINATION, UNIT, ASSISTANT, HEAD, GROUP),
        sample_facts={"ground": TerminationGround.OTHER_LEGAL_CHANNEL},
    ),
    EventRow(
        ev.RatingSetAside,
        "评价不计",
        "rating set aside",
        recipients=(enterprise, triager, unit),
        facts=own_fields("request", "reason"),
        sample=(ENTERPRISE, COORDINATION, UNIT),
    ),
)
