"""The desks that events notify: each a function of the event, the issue right after it, and its policy."""

from typing import Protocol

from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import group_desk
from bihuan.domain.notifications.row import Parties
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy


def enterprise(_event: object, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.ENTERPRISE, issue.matter.enterprise.uscc),)


def liaison(_event: object, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.LIAISON, issue.matter.liaison),) if issue.matter.liaison else ()


def triager(_event: object, issue: Issue, _policy: Policy) -> Parties:
    return (issue.assignment.triager,)


def coordination(_event: object, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.COORDINATION),)


def callback(_event: object, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.CALLBACK),)


def unit(_event: object, issue: Issue, _policy: Policy) -> Parties:
    """The unit that holds the issue."""
    return (Party(Desk.UNIT, issue.assignment.holder),) if issue.assignment.holder else ()


def head(_event: object, issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.UNIT_HEAD, issue.assignment.holder),) if issue.assignment.holder else ()


def unit_or_triager(event: object, issue: Issue, policy: Policy) -> Parties:
    """Whoever works on it now."""
    return unit(event, issue, policy) or triager(event, issue, policy)


def assistants(_event: object, issue: Issue, _policy: Policy) -> Parties:
    """The units whose part is open, or was until the issue was closed just now."""
    return tuple(Party(Desk.UNIT, part.unit) for part in issue.parts if part.ended_at in (None, issue.closed_at))


def group(_event: object, issue: Issue, policy: Policy) -> Parties:
    """The supervision group of the issue; where coordination stands in for one, its desk."""
    return (group_desk(issue.assignment.group, policy),)


class NamesUnit(Protocol):
    @property
    def unit(self) -> str: ...


def named_unit(event: NamesUnit, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.UNIT, event.unit),)


class NamesRecipients(Protocol):
    @property
    def told(self) -> Parties: ...


def as_decided(event: NamesRecipients, _issue: Issue, _policy: Policy) -> Parties:
    """Whom the ladder named when it decided this."""
    return event.told


class NamesOrder(Protocol):
    @property
    def order(self) -> str: ...


def ordered_unit(event: NamesOrder, issue: Issue, _policy: Policy) -> Parties:
    """The unit an order names, which need not hold the issue any more."""
    order = issue.supervision.order(event.order)
    return (Party(Desk.UNIT, order.unit),) if order else ()


def ordered_head(event: NamesOrder, issue: Issue, _policy: Policy) -> Parties:
    order = issue.supervision.order(event.order)
    return (Party(Desk.UNIT_HEAD, order.unit),) if order else ()


def ordering_group(event: NamesOrder, issue: Issue, policy: Policy) -> Parties:
    """The group in whose name the order stands."""
    order = issue.supervision.order(event.order)
    return (group_desk(order.group, policy),) if order else ()
