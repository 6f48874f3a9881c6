"""What follows from adopting a calendar."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.calendar_adoption import adoption, changes_nothing, with_calendar
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import NothingToChange, UnknownCalendar


def _adopt_calendar(
    act: do.AdoptCalendar, issue: Issue, _actor: Actor, now: datetime, policy: Policy
) -> Iterator[ev.Event]:
    if act.calendar is None:
        raise UnknownCalendar(field="version", version=act.version)
    if changes_nothing(policy, act.calendar):
        raise NothingToChange
    yield adoption(issue, act.calendar, now, policy, with_calendar(policy, act.calendar))


DECISIONS: Mapping[type[Any], Decider] = {
    do.AdoptCalendar: _adopt_calendar,
}
