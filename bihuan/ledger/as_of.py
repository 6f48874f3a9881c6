"""The row of an issue at a past moment. Pure: made from the events recorded by then."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.policy import Policy
from bihuan.ledger.filters import issue_view
from bihuan.ledger.rows import issue_row, status_since
from bihuan.ledger.tables import utc, without_nul
from bihuan.ledger.views import IssueRow
from bihuan.wire import Entry

OVERDUE = frozenset({Light.RED, Light.YELLOW})
FIXED = ("ledger_no", "fingerprint")
"""Assigned at submission and never changed, so today's row has them."""


def row_as_of(today: IssueRow, issue: Issue, policy: Policy, entries: Sequence[Entry], moment: datetime) -> IssueRow:
    """The row that follows from these events, with its light at the moment.

    ``today``: the present row; ``issue`` and ``policy``: as of the moment; ``entries``: all events up to it.
    """
    columns = issue_row(issue, policy, status_since(None, None, entries, issue.issue_no), entries[-1].at)
    colour = light(issue, policy, moment)
    columns |= {name: getattr(today, name) for name in FIXED} | {"light": colour, "overdue": colour in OVERDUE}
    return issue_view({field.name: _stored(columns[field.name]) for field in fields(IssueRow)})


def _stored(value: Any) -> Any:
    """A value as the ledger would return it after storing it."""
    if isinstance(value, datetime):
        return utc(value)
    return without_nul(value) if isinstance(value, str) else value
