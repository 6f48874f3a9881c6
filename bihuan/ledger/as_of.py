"""The row of an issue as it stood at a moment that is over. Pure: made of events that were known by then."""

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
"""Given at receipt and never changed, so the row of today tells them."""


def row_as_of(today: IssueRow, issue: Issue, policy: Policy, entries: Sequence[Entry], moment: datetime) -> IssueRow:
    """The row these events make, with its light at the moment."""
    columns = issue_row(issue, policy, status_since(None, None, entries, issue.issue_no), entries[-1].at)
    shines = light(issue, policy, moment)
    columns |= {name: getattr(today, name) for name in FIXED} | {"light": shines, "overdue": shines in OVERDUE}
    return issue_view({field.name: _stored(columns[field.name]) for field in fields(IssueRow)})


def _stored(value: Any) -> Any:
    """As the ledger would give it back."""
    if isinstance(value, datetime):
        return utc(value)
    return without_nul(value) if isinstance(value, str) else value
