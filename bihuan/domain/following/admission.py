"""Which issues others may follow."""

from bihuan.domain.access.authorization import MAY_LEAD
from bihuan.domain.issue import Issue


def may_lead(issue: Issue) -> bool:
    """Whether others may still follow it."""
    return issue.status in MAY_LEAD
