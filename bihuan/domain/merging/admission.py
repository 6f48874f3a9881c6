"""Whether an issue may ask to be merged, and whether it takes another in; nothing here needs a field."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import SYSTEM, TRIAGER
from bihuan.domain.access.rules import BEFORE_HANDOVER, NOT_ARCHIVED, SUBMITTED, Rule
from bihuan.domain.intake.admission import require_completed
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import MergeAwaited, MergesElsewhere, MergeTargetEnding, MergeTargetNotOpen, TakesInAnother
from bihuan.domain.requests.values import RequestKind
from bihuan.domain.stage import MAY_MERGE

ENDS = frozenset({RequestKind.REJECTION, RequestKind.TERMINATION})
"""Requests that, once approved, end the issue, and what was merged into it meanwhile with it."""


def _merge(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    require_completed(issue, actor, now, policy)
    if issue.merging:
        raise MergeAwaited(into=issue.merging)
    if issue.absorbing:
        raise TakesInAnother(child=issue.absorbing[0].child)


def _absorb(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.closed and issue.merged_into:
        raise MergesElsewhere(issue=issue.issue_no, into=issue.merged_into)
    if issue.closed:
        raise MergeTargetNotOpen(field="into", into=issue.issue_no)
    if issue.withdrawal or any(one.kind in ENDS for one in issue.open_requests):
        raise MergeTargetEnding(field="into", into=issue.issue_no)


RULES: Mapping[str, Rule] = {
    "merge": Rule(BEFORE_HANDOVER | SUBMITTED, TRIAGER, _merge),
    "absorb": Rule(NOT_ARCHIVED, SYSTEM, _absorb),
    "settle_merge": Rule(NOT_ARCHIVED, SYSTEM),
    "confirm_merge": Rule(MAY_MERGE, SYSTEM),
    "refuse_merge": Rule(MAY_MERGE, SYSTEM),
}
