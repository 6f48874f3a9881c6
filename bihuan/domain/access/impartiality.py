"""Who handled an issue never judges it, whatever seats a person holds (docs/rules.md 2.4, ruling 11)."""

from dataclasses import replace
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role

ASKS_A_RULING = (ev.ReturnAsked, ev.RequestAsked, ev.LevelUpAsked)
OF_A_UNIT = (
    *ASKS_A_RULING,
    ev.Signed,
    ev.Reported,
    ev.ResultSubmitted,
    ev.PartSubmitted,
    ev.Delivered,
    ev.OrderReplied,
    ev.OrderObjected,
)
FOR_A_UNIT = frozenset({Role.DEP, Role.HED, Role.HUB})


def with_handler(issue: Issue, event: ev.Event, at: datetime, by: Actor | None) -> Issue:
    """The issue with ``by`` among its handlers, and with the moment a unit last acted."""
    if by is None:
        return issue
    if _of_unit(event, by, issue):
        issue = replace(issue, unit_acted_at=at)
    elif not isinstance(event, (ev.Answered, *ASKS_A_RULING)):
        return issue
    return issue if by.person in issue.handled_by else replace(issue, handled_by=(*issue.handled_by, by.person))


def _of_unit(event: ev.Event, by: Actor, issue: Issue) -> bool:
    transferred = isinstance(event, ev.Dispatched) and event.route == "transfer"
    return issue.dispatched and by.role in FOR_A_UNIT and (transferred or isinstance(event, OF_A_UNIT))
