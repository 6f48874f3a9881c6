"""The shape of an authorization rule: in which statuses an act is possible, for whom, and what else is checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Status

Relation = Callable[[Issue, Policy, Actor], bool]
"""Whether a person has this relation to an issue."""
Check = Callable[[Issue, Actor, datetime, Policy], None]
"""Raises the Refusal why an act is not possible, whatever its fields."""

SUBMITTED = frozenset({Status.SUBMITTED})
UNTRIAGED = frozenset({Status.UNTRIAGED})
FOLLOWING = frozenset({Status.FOLLOWING})
BEFORE_HANDOVER = frozenset({Status.UNTRIAGED, Status.ACCEPTED})
HANDLING = frozenset({Status.IN_PROGRESS, Status.SUSPENDED})
WITH_UNIT = frozenset({Status.DISPATCHED, Status.TRANSFERRED, Status.IN_PROGRESS})
AT_WORK = WITH_UNIT | {Status.RETURN_REVIEW}
OPEN = frozenset(Status) - {Status.CLOSED, Status.ARCHIVED}
NOT_ARCHIVED = frozenset(Status) - {Status.ARCHIVED}
BEFORE_EVALUATED = OPEN - {Status.EVALUATED}
UNIT_RESPONSIBLE = WITH_UNIT | {Status.TO_DELIVER}
UNTIL_CHECKING = (
    BEFORE_HANDOVER | WITH_UNIT | {Status.SUBMITTED, Status.NEED_INFO, Status.RETURN_REVIEW, Status.SUSPENDED}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one act: the statuses, the relation each role needs, and a further check."""

    statuses: frozenset[Status]
    who: Mapping[Role, Relation]
    check: Check | None = None
