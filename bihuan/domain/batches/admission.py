"""Who may put a batch to an issue, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import COORDINATION
from bihuan.domain.access.rules import OPEN, Rule
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import NotHeld


def _release(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.hold is None:
        raise NotHeld


RULES: Mapping[str, Rule] = {
    "adopt_policy": Rule(OPEN, COORDINATION),
    "hold_clocks": Rule(OPEN, COORDINATION),
    "release_clocks": Rule(OPEN, COORDINATION, _release),
}
