"""Who may let an issue follow another, and which issues others may follow."""

from collections.abc import Mapping

from bihuan.domain.access.relations import SYSTEM, TRIAGER
from bihuan.domain.access.rules import BEFORE_HANDOVER, FOLLOWING, UNTIL_CHECKING, Rule
from bihuan.domain.intake.admission import require_classified
from bihuan.domain.issue import Issue
from bihuan.domain.stage import Status

MAY_LEAD = UNTIL_CHECKING | {Status.CHECKING}
"""Where others may follow the issue: its result has not passed yet, and it follows none itself."""


def may_lead(issue: Issue) -> bool:
    """Whether others may still follow it."""
    return issue.status in MAY_LEAD


RULES: Mapping[str, Rule] = {
    "follow": Rule(BEFORE_HANDOVER, TRIAGER, require_classified),
    "unfollow": Rule(FOLLOWING, {**TRIAGER, **SYSTEM}),
    "followed_by": Rule(MAY_LEAD, SYSTEM),
    "inherit": Rule(FOLLOWING, SYSTEM),
}
