"""Who may give an issue to a unit, give it back or pass it on, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import COORDINATION, HANDLER, HEAD, TRIAGER
from bihuan.domain.access.rules import WITH_UNIT, Rule
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.intake.admission import require_classified
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.supervision import demanded_clocks
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    DesignatedUnitMustHandle,
    OnlyDesignationLeft,
    OrderHoldsUnit,
    ReturnWindowOver,
    TransfersUsedUp,
    TransferWindowOver,
)
from bihuan.domain.stage import Status

TRANSFERS_BY_UNITS_MAX = 2
OF_THE_HOLDER = frozenset({Obligation.ISSUE, Obligation.SIGN, Obligation.REPORT, Obligation.SOLVE, Obligation.DELIVER})
"""The obligations of a holder as such, not as an assistant or a triager."""


def _bound(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    """A unit that was designated or is under an order keeps what it has."""
    if issue.assignment.designated:
        raise DesignatedUnitMustHandle
    held_by = next((order for order in issue.supervision.open_orders if _holds_unit(order, issue, now, policy)), None)
    if held_by is not None:
        raise OrderHoldsUnit(order=held_by.no)


def _holds_unit(order: Order, issue: Issue, now: datetime, policy: Policy) -> bool:
    """Whether an order keeps its unit from returning the issue: it demands an obligation of the holder; an order by
    hand does not while a return may still be asked."""
    demanded = demanded_clocks(order, issue)
    demands = not demanded or any(clock.open and clock.obligation in OF_THE_HOLDER for clock in demanded)
    return (
        order.unit == issue.assignment.holder
        and demands
        and (order.by_clock or _over(issue.governance.limits.return_window, issue, now, policy))
    )


def _over(window: Limit, issue: Issue, now: datetime, policy: Policy) -> bool:
    """Whether this long has passed since the unit received the issue, signed or not."""
    assert issue.assignment.given_at is not None, "a unit that holds an issue was given it"
    return now >= policy.calendar.after(issue.assignment.given_at, window)


def _transfer(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    if actor.role is Role.COO:
        return
    _bound(issue, actor, now, policy)
    if issue.assignment.transfers_by_units >= TRANSFERS_BY_UNITS_MAX:
        raise TransfersUsedUp(count=str(issue.assignment.transfers_by_units))
    window = issue.governance.limits.transfer_window
    if _over(window, issue, now, policy):
        raise TransferWindowOver(limit=window.zh, limit_en=window.en)


def _ask_return(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    _bound(issue, actor, now, policy)
    window = issue.governance.limits.return_window
    if _over(window, issue, now, policy):
        raise ReturnWindowOver(limit=window.zh, limit_en=window.en)


def _rule_return(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.assignment.returns_asked > 1:
        raise OnlyDesignationLeft


RULES: Mapping[str, Rule] = {
    "hand_over": Rule(frozenset({Status.ACCEPTED}), TRIAGER, require_classified),
    "sign": Rule(frozenset({Status.DISPATCHED, Status.TRANSFERRED}), HANDLER),
    "ask_return": Rule(WITH_UNIT, HEAD, _ask_return),
    "rule_return": Rule(frozenset({Status.RETURN_REVIEW}), COORDINATION, _rule_return),
    "designate": Rule(frozenset({Status.RETURN_REVIEW}), COORDINATION),
    "transfer": Rule(WITH_UNIT, {**HEAD, **COORDINATION}, _transfer),
}
