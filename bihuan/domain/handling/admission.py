"""Who may report, hand in a result, check it and inform the enterprise, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import HANDLER, HEAD, TRIAGER, either, holds, in_county, unit_of
from bihuan.domain.access.rules import HANDLING, Relation, Rule
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Rung, alarm_key
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import UnitDelivers
from bihuan.domain.stage import Status

DELIVERERS: Mapping[Role, Relation] = {**TRIAGER, **HEAD, Role.HUB: either(in_county, holds)}
"""Its unit; the triager where the unit would not."""


def _deliver(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    """By its unit; after R2 also by the triager, so that the enterprise need not wait for a unit that will not."""
    clock = issue.clock(Obligation.DELIVER)
    ordered = clock is not None and alarm_key(clock.key, clock.grant, Rung.R2) in issue.supervision.raised
    if not ordered and unit_of(actor, policy) != issue.assignment.holder:
        raise UnitDelivers


RULES: Mapping[str, Rule] = {
    "report": Rule(HANDLING | {Status.RETURN_REVIEW}, HANDLER),
    "submit_result": Rule(frozenset({Status.IN_PROGRESS}), HEAD),
    "check": Rule(frozenset({Status.CHECKING}), TRIAGER),
    "deliver": Rule(frozenset({Status.TO_DELIVER}), DELIVERERS, _deliver),
}
