"""How adopting a calendar changes an issue."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.operations import move_deadlines
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue


def _calendar_adopted(event: ev.CalendarAdopted, issue: Issue, at: datetime) -> Issue:
    issue = replace(issue, policy_version=event.policy_version)
    return move_deadlines(issue, event.moved, event.judged, event.kept, at)


FOLDS: Mapping[type[Any], Fold] = {
    ev.CalendarAdopted: _calendar_adopted,
}
