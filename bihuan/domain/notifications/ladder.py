"""Rows of alarms and of orders."""

from collections.abc import Callable, Mapping

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.orders import WITHDRAWAL_GROUND_ZH, WithdrawalGround
from bihuan.domain.ladder.responsibility import group_desk
from bihuan.domain.notifications.addressees import (
    NamesOrder,
    as_decided,
    coordination,
    ordered_head,
    ordered_unit,
    ordering_group,
)
from bihuan.domain.notifications.row import EventRow, Parties, from_r2, own_fields
from bihuan.domain.notifications.samples import COORDINATION, COUNTY_LEADER, GROUP, HEAD, LEADER, UNIT
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy

WITHDRAWN_EN = {WithdrawalGround.RETURN_APPROVED: "return granted", WithdrawalGround.EXTENDED: "extension granted"}
assert set(WITHDRAWN_EN) == set(WithdrawalGround)
UPHELD = ("申诉成立，督办单撤回", "objection upheld, order withdrawn")
NOT_UPHELD = ("申诉不成立，督办单有效", "objection not upheld, order stands")
CONCLUSIONS_EN = dict((UPHELD, NOT_UPHELD)) | {
    f"督办单撤回：{WITHDRAWAL_GROUND_ZH[ground]}": f"order withdrawn: {en}" for ground, en in WITHDRAWN_EN.items()
}
"""Conclusions of an order that nobody wrote, from their Chinese."""


def _clocks(event: ev.StillUnmet, _issue: Issue) -> str:
    return "、".join((event.clock, *(one.clock for one in event.beside)))


def _debtors(event: ev.StillUnmet, _issue: Issue) -> str:
    return "、".join(dict.fromkeys((str(event.debtor), *(str(one.debtor) for one in event.beside))))


def _clock_repeated(event: ev.AlarmRepeated, _issue: Issue) -> str:
    return event.alarm.partition("/")[0]


def _order_recipients(event: ev.OrderIssued, issue: Issue, policy: Policy) -> Parties:
    """Whom the ladder named; in older histories it named nobody."""
    return event.told or (
        Party(Desk.UNIT_HEAD, event.unit),
        group_desk(event.group, policy),
        Party(Desk.COUNTY_LEADER, issue.county),
        Party(Desk.COORDINATION),
    )


def _unit_of_order(event: NamesOrder, issue: Issue) -> str:
    """An order is about the unit it names, which need not hold the issue any more."""
    order = issue.order(event.order)
    return order.unit if order else ""


def _conclusion_withdrawn(event: ev.OrderWithdrawn, _issue: Issue) -> str:
    return f"督办单撤回：{WITHDRAWAL_GROUND_ZH[event.ground]}"


def _conclusion_ruled(event: ev.ObjectionRuled, _issue: Issue) -> str:
    zh, _ = UPHELD if event.upheld else NOT_UPHELD
    return zh


ORDER: Mapping[str, Callable[[NamesOrder, Issue], object]] = {**own_fields("order"), "unit": _unit_of_order}
LADDER = (
    EventRow(
        ev.AlarmRaised,
        "提醒督办",
        "alarm raised",
        recipients=(as_decided,),
        facts=own_fields("clock", "rung", "late", due_at="moment", owes="debtor"),
        urgent=from_r2,
        reminds=True,
        sample=(UNIT, HEAD, GROUP),
        sample_facts={"late": ""},
    ),
    EventRow(
        ev.AlarmRepeated,
        "再次催办",
        "notice repeated",
        recipients=(as_decided,),
        facts={**own_fields("alarm", "rung", "count"), "clock": _clock_repeated},
        urgent=from_r2,
        reminds=True,
        sample=(UNIT, HEAD, GROUP),
    ),
    EventRow(ev.AlarmAcknowledged, "收到催办", "notice acknowledged"),
    EventRow(
        ev.StillUnmet,
        "逾期未办，再次提请",
        "still unmet, brought up again",
        recipients=(as_decided,),
        facts={**own_fields("rung", "count"), "clock": _clocks, "owes": _debtors},
        urgent=from_r2,
        sample=(COORDINATION, LEADER, GROUP),
    ),
    EventRow(
        ev.Urged,
        "人工催办",
        "urged by hand",
        recipients=(as_decided,),
        facts=own_fields("clock", "owes", "text"),
        sample=(UNIT, HEAD),
    ),
    EventRow(
        ev.OrderIssued,
        "下达督办单",
        "order issued",
        recipients=(_order_recipients,),
        facts=own_fields("order", "rung", "authorisation_ref", "team_leader", "unit", "scope", "ground", "reply_due"),
        urgent=True,
        sample=(HEAD, GROUP, COUNTY_LEADER, COORDINATION),
    ),
    EventRow(
        ev.OrderJoined,
        "并入督办单",
        "joined to an order",
        recipients=(as_decided,),
        facts={**ORDER, **own_fields("clock")},
        urgent=True,
        sample=(HEAD,),
    ),
    EventRow(
        ev.OrderReplied,
        "回复督办单",
        "order answered",
        recipients=(ordering_group,),
        facts=ORDER,
        sample=(GROUP,),
    ),
    EventRow(
        ev.OrderDone,
        "督办事项办结",
        "order done",
        recipients=(ordered_head, ordering_group),
        facts=ORDER,
        sample=(HEAD, GROUP),
    ),
    EventRow(
        ev.OrderLifted,
        "解除督办单",
        "order lifted",
        recipients=(ordered_unit, ordered_head, ordering_group),
        facts={**ORDER, **own_fields("conclusion")},
        sample=(UNIT, HEAD, GROUP),
    ),
    EventRow(
        ev.OrderWithdrawn,
        "督办单撤回",
        "order withdrawn",
        recipients=(ordered_unit, ordered_head, ordering_group),
        facts={**ORDER, "conclusion": _conclusion_withdrawn},
        sample=(UNIT, HEAD, GROUP),
    ),
    EventRow(
        ev.OrderRevived,
        "督办单恢复",
        "order stands again",
        recipients=(ordered_head,),
        facts=ORDER,
        urgent=True,
        sample=(HEAD,),
    ),
    EventRow(
        ev.OrderReplyReturned,
        "退回督办回复",
        "reply to an order returned",
        recipients=(ordered_unit, ordered_head),
        facts={**ORDER, **own_fields("reason")},
        urgent=True,
        sample=(UNIT, HEAD),
    ),
    EventRow(
        ev.OrderObjected,
        "督办申诉",
        "objection to an order",
        recipients=(coordination, ordering_group),
        facts={**ORDER, **own_fields("reason")},
        sample=(COORDINATION, GROUP),
    ),
    EventRow(
        ev.ObjectionRuled,
        "督办申诉裁定",
        "objection ruled on",
        recipients=(ordered_unit, ordered_head, ordering_group),
        facts={**ORDER, **own_fields("reason"), "conclusion": _conclusion_ruled},
        sample=(UNIT, HEAD, GROUP),
    ),
)
